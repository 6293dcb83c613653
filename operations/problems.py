"""The errors of commands: found something wrong (exit code 1), or used wrongly (exit code 2)."""


class CommandProblem(Exception):
    """The command found something wrong; the message says what and what to do."""


class UsageProblem(Exception):
    """The command was called with words that cannot be used together or are not known."""
