"""Exit statuses of commands."""

EXIT_BAD_INPUT = 3
"""of every command that was given something it cannot use"""
EXIT_STOPPED = 130
"""of a command that was stopped by Ctrl-C"""
