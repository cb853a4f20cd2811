"""Harvested lots, each with what the sensors measured while it grew; nothing here is ever edited."""
