"""The agent on the Raspberry Pi: sense, decide, actuate, record, report."""
