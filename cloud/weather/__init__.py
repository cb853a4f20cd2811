"""What the days ahead are expected to draw from the plants, and where that is known from."""
