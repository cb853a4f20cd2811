"""Lets a process start another program of ours without knowing where the command is installed."""

import sys

from vuonso.cli import main

sys.exit(main())
