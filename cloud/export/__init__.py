"""The public record as files that any web server serves, so that it outlives this service."""
