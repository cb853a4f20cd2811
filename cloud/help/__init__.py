"""Hand in hand: one person lets a helper act for them, for half an hour at a time."""
