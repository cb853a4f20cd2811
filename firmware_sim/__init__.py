"""A greenhouse that is not there: soil, plant, water, probes and pins for the real agent."""
