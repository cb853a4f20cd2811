"""Fertilisers and pesticides a cooperative uses, with the days nobody harvests after them."""
