"""The command: one entry point whose sub-commands load only what they need."""
