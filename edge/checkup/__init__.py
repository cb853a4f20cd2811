"""What the doctor looks at, one module per part of the installation; it changes nothing."""
