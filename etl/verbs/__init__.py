"""Verbs of the command line, one file each: `add` tells argparse of it, `do` does it and returns the exit code.

A verb imports pandas and the store inside `do`: they cost a second at start.
"""
