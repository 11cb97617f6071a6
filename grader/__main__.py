"""`python -m grader` is `drill`."""

import sys

from grader.views.cli import main

if __name__ == "__main__":
    sys.exit(main())
