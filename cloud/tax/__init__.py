"""What the tax administration asks of whoever sells: codes, rates, and the tax within a price."""
