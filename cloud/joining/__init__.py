"""Taking devices into greenhouses, and striking them off."""
