"""Codes, stamps, label sheets and their verification; a pure library with a command."""
