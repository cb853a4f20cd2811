"""Money on its way to the cooperative's own account; the platform never holds any."""
