"""The cooperative's money: transactions on its account find their orders, or wait for a person."""
