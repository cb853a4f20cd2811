"""Orders of guests: what was bought, for whom, where it is, and what is owed."""
