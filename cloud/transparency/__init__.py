"""The public log: harvests, stamps, voids and recalls, in an order that stays."""
