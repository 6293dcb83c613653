"""What can keep an agency from its notices, one class per decision that it can take."""

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
    """Notices of these numbers are not there, from `first` to `last`; `last` is None where the end is not known."""

    def __init__(self, agency: AgencyId, first: int, last: int | None) -> None:
        super().__init__(f"{self._why}: {agency}, {first} to {'the end' if last is None else last}")
        self.agency = agency
        self.first = first
        self.last = last

    _why = "numbers are missing"


class NotKept(NumbersMissing):
    """The numbers were given, and their notices are kept no longer: copy the register anew."""

    _why = "notices are kept no longer"


class NotGivenYet(NumbersMissing):
    """The numbers do not go so far: the caller's number is not of this agency, or of this register."""

    _why = "numbers are not given yet"


class NumbersSkipped(NumbersMissing):
    """There are lower numbers and higher ones, and these are not there: an error of the register."""

    _why = "numbers were skipped"
