"""Devices in the greenhouses: their identity, their sessions, and what is asked of them."""
