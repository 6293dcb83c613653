"""A projector, run as a process: `python -m tests.integration.projecting`. Its settings come from the environment."""

from consumers.projection.projector import run
from runtime.settings import load

if __name__ == "__main__":
    raise SystemExit(run(load(None)))
