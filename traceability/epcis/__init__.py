"""EPCIS 2.0 in JSON-LD: strict events and documents, their hash, a farm's facts as events."""
