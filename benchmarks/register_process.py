"""`python -m benchmarks.register_process admit`: one process of the register, without the command line.

So that a benchmark measures the processors even where the command line is being changed.
"""

import sys

from runtime.settings import load
from services.processes import run_process

if __name__ == "__main__":
    sys.exit(run_process(sys.argv[1], load(None)))
