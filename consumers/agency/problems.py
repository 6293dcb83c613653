"""The errors of following, one class per decision that an agency can take."""

from register.ids import AgencyId


class FollowerProblem(Exception):
    """An agency's notices cannot be read, or not all of them are there."""


class KafkaUnreachable(FollowerProblem):
    """No Kafka answers where the settings say."""


class NoTopic(FollowerProblem):
    """The agency has no topic of notices: it never subscribed, or somebody deleted the topic."""

    def __init__(self, agency: AgencyId, topic: str) -> None:
        super().__init__(f"agency {agency} has no topic of notices: {topic} does not exist")
        self.agency = agency


class NumbersMissing(FollowerProblem):
    """The notices from `first` to `last` are missing; `last` is None where the end is not known."""

    def __init__(self, agency: AgencyId, first: int, last: int | None) -> None:
        super().__init__(f"{self._why}: {agency}, {first} to {'the end' if last is None else last}")
        self.agency = agency
        self.first = first
        self.last = last

    _why = "numbers are missing"


class NotKept(NumbersMissing):
    """The notices of these numbers are no longer kept: copy the register again."""

    _why = "notices are kept no longer"


class NotGivenYet(NumbersMissing):
    """The numbers are higher than the last notice: the caller's number is of another agency or register."""

    _why = "numbers are not given yet"


class NumbersSkipped(NumbersMissing):
    """The topic has lower and higher numbers, and not these: an error of the register."""

    _why = "numbers were skipped"
