"""The page behind a stamp: whether it is genuine, and what was measured; public, no cookie."""
