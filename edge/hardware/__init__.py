"""The only part of the agent that touches pins."""
