"""Issued serial stamps: one row per print run, keys sealed at rest, sheets made when asked for."""
