"""A season's diary as the book that VietGAP (TCVN 11892-1:2017) asks for."""
