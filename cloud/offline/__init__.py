"""Verifying sealed stamps on a telephone without a line: the signed list, and the page for it."""
