"""Where a cooperative grows: farms, greenhouses, zones, and the first questions about them."""
