"""`python -m docs.generate`: write the pages of docs/reference that are not as they would be written now."""

import sys

from docs.generate.pages import REFERENCE, outdated, written


def main() -> int:
    """Write what is outdated, and say so."""
    for name in outdated():
        (REFERENCE / name).write_text(written(name), encoding="utf-8")
        sys.stdout.write(f"wrote {REFERENCE / name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
