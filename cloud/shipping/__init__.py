"""How goods reach the buyer: what it costs, by whom they go, and what carriers collect."""
