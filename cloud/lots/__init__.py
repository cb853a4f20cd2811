"""Harvested lots, each with what the sensors measured while it grew; never edited."""
