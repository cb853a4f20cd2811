"""Cards: a farmer comes in with a printed QR code and a PIN, and types no telephone number."""
