"""What the national traceability portal is told of a cooperative's lots and stamps."""
