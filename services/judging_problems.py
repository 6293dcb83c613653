"""What keeps a judgement from being made or taken back."""

from dataclasses import dataclass

from services.problems import ServiceProblem, WronglyAsked


@dataclass(kw_only=True, eq=False)
class NoRegistrationId(WronglyAsked):
    """The text is no id of a registration, nor of a company."""

    text: str


@dataclass(kw_only=True, eq=False)
class OneRegistration(WronglyAsked):
    """Both texts mean the same registration, and a judgement takes two."""

    one: str
    two: str
    registration_id: str


@dataclass(kw_only=True, eq=False)
class SeveralRegistrations(WronglyAsked):
    """The company has several registrations, and one is to be named."""

    company: str
    registrations: tuple[str, ...]


class Unsigned(WronglyAsked):
    """A judgement says neither who judges nor why, or leaves one of them out."""


@dataclass(kw_only=True, eq=False)
class NameTooLong(WronglyAsked):
    """Who judges has more characters than a judgement takes."""

    most: int


@dataclass(kw_only=True, eq=False)
class ReasonTooLong(WronglyAsked):
    """The reason or a piece of evidence has more characters than a judgement takes."""

    most: int


@dataclass(kw_only=True, eq=False)
class TooMuchEvidence(WronglyAsked):
    """A judgement rests on more pieces of evidence than it takes."""

    most: int


@dataclass(kw_only=True, eq=False)
class NothingToJudge(ServiceProblem):
    """The company has no registrations: all of it was withdrawn."""

    company_id: str


@dataclass(kw_only=True, eq=False)
class TooManyJudgements(ServiceProblem):
    """The registration stands in as many judgements as it takes; only revocations are taken."""

    registration_id: str
    held: int


@dataclass(kw_only=True, eq=False)
class IsRevocation(ServiceProblem):
    """A revocation cannot be revoked."""

    id: str
    revokes: str


@dataclass(kw_only=True, eq=False)
class RevokedAlready(ServiceProblem):
    """The judgement was revoked before."""

    id: str
    by: str
