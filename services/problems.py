"""What keeps a service from doing what it was asked, one class per decision that the caller can take.

A problem carries facts and no sentence: each door says it in its own words. `str()` is for logs.
"""

from dataclasses import dataclass


class ServiceProblem(Exception):
    """A service cannot do what it was asked."""

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts().items())
        return f"{type(self).__name__}({facts})"

    def facts(self) -> dict[str, object]:
        """Give the facts by name."""
        return dict(vars(self))


class WronglyAsked(ServiceProblem):
    """The question itself is wrong: whoever asks must ask otherwise."""


# What was asked for is not there.


@dataclass(kw_only=True, eq=False)
class UnknownId(ServiceProblem):
    """Neither a company nor a registration has this id."""

    id: str


@dataclass(kw_only=True, eq=False)
class UnknownCompany(ServiceProblem):
    """No company has this id."""

    id: str


@dataclass(kw_only=True, eq=False)
class UnknownRegistration(ServiceProblem):
    """The register holds no registration of this id."""

    id: str


@dataclass(kw_only=True, eq=False)
class UnknownCase(ServiceProblem):
    """No case of this id is open."""

    id: str


@dataclass(kw_only=True, eq=False)
class UnknownJudgement(ServiceProblem):
    """The register holds no judgement of this id."""

    id: str


@dataclass(kw_only=True, eq=False)
class UnknownDeadLetter(ServiceProblem):
    """The partition has no record at this offset. `beyond`: the offset is not reached yet."""

    topic: str
    partition: int
    offset: int
    beyond: bool


@dataclass(kw_only=True, eq=False)
class AnotherDecides(ServiceProblem):
    """Somebody else has begun to redrive or discard: this command stops. `decided` letters were decided before."""

    decided: int


@dataclass(kw_only=True, eq=False)
class OnlyParked(ServiceProblem):
    """The register holds nothing of this registration, and records of it are parked."""

    id: str
    letters: tuple[str, ...]
    """The dead letters, as `publisher partition offset`."""


# Subscribing.


@dataclass(kw_only=True, eq=False)
class WrongAgency(WronglyAsked):
    """The text is no name of an agency: those are of lower-case letters, digits and hyphens."""

    text: str
    longest: int
    """Characters that a name may have."""


@dataclass(kw_only=True, eq=False)
class UnknownFields(WronglyAsked):
    """No company has properties of these names, and none of them stands for moves of registrations."""

    names: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NoActivity(WronglyAsked):
    """The text is no class of ISIC Rev. 4, nor its first digits."""

    text: str


@dataclass(kw_only=True, eq=False)
class NoId(WronglyAsked):
    """The text is no id of a company, nor of a registration."""

    text: str


@dataclass(kw_only=True, eq=False)
class NoNotices(ServiceProblem):
    """The agency has no topic of notices: it never subscribed, or somebody deleted the topic."""

    agency: str


@dataclass(kw_only=True, eq=False)
class SubscriptionTooLarge(ServiceProblem):
    """The subscription has more bytes than its topic takes."""

    agency: str
    size: int
    most: int
    companies: int


@dataclass(kw_only=True, eq=False)
class CommandTooLarge(ServiceProblem):
    """A topic takes no record of this size."""

    topic: str
    size: int


# Choosing among known words.


@dataclass(kw_only=True, eq=False)
class UnknownMemberStates(WronglyAsked):
    """No member states have these codes."""

    names: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class UnknownProperty(WronglyAsked):
    """No company has a property of this name."""

    name: str
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class UnknownPublisher(WronglyAsked):
    """No publisher has this name."""

    name: str
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class UnknownCode(WronglyAsked):
    """Nothing is refused with this code."""

    code: str
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NoSuchFeed(WronglyAsked):
    """No feed has this name."""

    name: str
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class UnknownProcess(WronglyAsked):
    """No process of the register has this name."""

    names: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class UnknownCheck(WronglyAsked):
    """No checks of a deployment have these names."""

    names: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NoSeed(WronglyAsked):
    """The text cannot be the seed of a simulation: those are of letters, digits, hyphens and underscores."""

    text: str
    longest: int
    """Characters that a seed may have."""


@dataclass(kw_only=True, eq=False)
class OutOfRange(WronglyAsked):
    """A simulation takes no such number. `name` is a knob, or `companies`; `most` is None where none is too large."""

    name: str
    value: float
    least: float
    most: float | None


@dataclass(kw_only=True, eq=False)
class UnknownKnob(WronglyAsked):
    """A simulation has no knob of this name."""

    name: str
    known: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class OtherRulesRun(ServiceProblem):
    """A worker of a process uses other rules than those that are to be applied. "" as `running`: it does not tell."""

    process: str
    running: str
    wanted: str
