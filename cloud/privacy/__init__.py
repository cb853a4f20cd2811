"""What is known of a person: shown, handed over, put right, erased."""
