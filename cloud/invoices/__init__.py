"""Drafts of electronic invoices: gathered here, issued by a provider, whose answer is kept."""
