"""`python -m device_agent`: the same as the command `device-agent`."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
