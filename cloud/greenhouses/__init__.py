"""The farmer's view of a greenhouse: how it is, and what may be asked of it."""
