"""The public market: what anyone may look at and order without an account."""
