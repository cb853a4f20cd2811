"""Addresses since 1 July 2025: 34 provinces, their communes, and what they were called before."""
