"""Photos that people send: proved, turned upright, stripped of all they tell, and kept."""
