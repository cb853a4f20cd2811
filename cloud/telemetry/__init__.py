"""Measured rows: received once, stored before they are acknowledged, and read back."""
