"""`python -m operations` is `sijill`."""

from operations.cli import main

main()
