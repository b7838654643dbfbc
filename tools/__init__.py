"""The steps of the Makefile as small Python programs, the same on Linux, macOS and Windows. Standard library only.

This file is read before any other of the folder, and it keeps to words that an old Python understands, so that somebody with one
gets a sentence and not a syntax error.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python is exactly who this is for)
    sys.stderr.write(
        "Panj needs Python 3.11 or newer, this is Python %d.%d (%s).\n"  # noqa: UP031
        "Install a newer one (https://www.python.org/downloads/) and name it: make run PYTHON=python3.12\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    raise SystemExit(2)
