"""Orders as tables: taken along for a range of days, and parcels' numbers brought back in."""
