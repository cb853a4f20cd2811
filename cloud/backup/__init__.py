"""Backups of the whole installation: made while it runs, whole or not at all, and put back."""
