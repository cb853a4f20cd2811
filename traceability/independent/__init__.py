"""What others run without trusting us: it imports nothing of ours, and is handed out as it is."""
