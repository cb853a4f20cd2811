"""What grows in a zone and how it is watered: wished here, obeyed by the device."""
