"""Cooperatives and what lies below them: members, farms, greenhouses and their zones."""
