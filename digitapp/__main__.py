"""Entry point of the command line, `python -m digitapp`."""

import sys

if __name__ == "__main__":
    try:
        from digitapp.cli import main
        from digitapp.files.error_log import no_tracebacks
    except KeyboardInterrupt:
        sys.exit(130)
    no_tracebacks()
    sys.exit(main())
