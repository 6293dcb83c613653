"""Who is at work on this machine, as its operating system says."""

import getpass
import os
import socket


def login_name() -> str:
    """Give the login name. A container may run as a user without a name: then it is `uid-1000`."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def login() -> str:
    """Give `user@host`."""
    return f"{login_name()}@{socket.gethostname()}"
