"""The sub-commands of ``vuonso stamps``; each module adds its own to the parser."""
