"""What the law asks to be told of goods before they carry stamps, and where people tell it."""
