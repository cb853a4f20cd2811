"""The schema's history; the only way a schema changes."""
