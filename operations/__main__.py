"""`python -m operations` is `sijill`."""

from operations.main import main

main()
