"""What a cooperative sells: its shop, its products, and the stock that came from its lots."""
