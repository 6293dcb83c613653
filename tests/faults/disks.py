"""A host's disk for the state: a small file system of its own, so that it can be full."""

import os
import subprocess
from pathlib import Path
from typing import Final

SIZE_MB: Final = 48  # a store of this suite takes well under a megabyte
_BLOCK: Final = bytes(1 << 16)


class Disk:
    """Mounted at `path` where we may mount; elsewhere a plain directory, which `fill` makes read-only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mounted = False

    def make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "sijill-faults", str(self.path)]
            self.mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """From now on nothing can be written that is not there yet."""
        if not self.mounted:
            for directory in (self.path, *self.path.rglob("*")):
                if directory.is_dir():
                    directory.chmod(0o500)
            return
        try:
            with self._filler.open("ab", buffering=0) as filler:
                while filler.write(_BLOCK):
                    pass
        except OSError:
            return  # full: what was wanted

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)
        if not self.mounted:
            for directory in (self.path, *self.path.rglob("*")):
                if directory.is_dir():
                    directory.chmod(0o700)

    def remove(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.path)], capture_output=True, check=False)
            self.mounted = False

    @property
    def _filler(self) -> Path:
        return self.path / "filler"
