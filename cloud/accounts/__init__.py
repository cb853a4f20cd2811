"""Accounts: who a person is, and how they show it."""
