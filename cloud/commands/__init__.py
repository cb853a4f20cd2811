"""The commands of `vuonso cloud`: modules with `arguments(parser)` and `run(settings, args)`."""
