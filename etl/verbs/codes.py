"""What every verb of the command line shares: exit codes, and where it is added."""

import argparse
from typing import TypeAlias

#: Exit codes: done; stopped by the user; refused with one sentence.
DONE, STOPPED, REFUSED = 0, 130, 2

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
