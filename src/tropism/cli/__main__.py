"""`python -m tropism.cli`: the command line where it is not installed as a command."""

from __future__ import annotations

from tropism.cli import main

if __name__ == "__main__":
    main()
