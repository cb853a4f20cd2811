"""The people of a cooperative: inviting them, their roles, letting them go."""
