"""The errors that keep a process from starting; their message is a sentence for the person at the keyboard.

One class per decision that a caller can take; each message says what is wrong, where, and what to do.
"""


class RuntimeProblem(Exception):
    """The environment that Sijill needs is not there."""


class SettingsProblem(RuntimeProblem):
    """A setting has an unusable value, or its name is unknown."""


class JavaMissing(RuntimeProblem):
    """No Java can be run, or it is too old for the broker."""


class MavenMissing(RuntimeProblem):
    """The broker's jars are not there and no Maven can be run to fetch them."""


class MavenFailed(RuntimeProblem):
    """Maven ran and did not bring the broker's jars."""


class PortOccupied(RuntimeProblem):
    """Another program listens on a port that we were told to use."""


class StartFailed(RuntimeProblem):
    """A child process ended while starting, or did not answer in time."""


class AlreadyRunning(RuntimeProblem):
    """The same data directory is in use by a process that runs with other settings."""
