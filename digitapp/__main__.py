"""`python -m digitapp`: the command line."""

import sys

from digitapp.cli import main

if __name__ == "__main__":
    sys.exit(main())
