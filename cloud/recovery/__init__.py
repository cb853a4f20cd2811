"""A forgotten password: whoever knows the person confirms it, and never sees a secret."""
