"""Keys by which programs of others speak for a cooperative."""
