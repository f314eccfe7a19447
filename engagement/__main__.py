"""`python -m engagement` is the same as `engagement`."""

from engagement.cli import main

main()
