"""Converts the input, the state and the output of the resolver from and to Avro data."""

from register.changes import Cause
from register.ids import CompanyId, RegistrationId
from register.names.word_match_kind import How
from register.resolution.assignments import Assignment
from register.resolution.cases import Case, CaseKind, WordPair
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, Verdict
from register.resolution.resolution_state import ResolutionState
from schemas.codec.records import Datum, ref_datum, ref_from, trigger_datum, trigger_from


def evidence_from(datum: Datum) -> Evidence:
    """Read an Evidence."""
    return Evidence(
        registration_id=RegistrationId(datum["registration_id"]),
        event=ref_from(datum["event"]),
        home=datum["home"],
        renumbered=tuple(datum["renumbered"]),
        identifiers=tuple(datum["identifiers"]),
        legal_class=datum["legal_class"],
        outdated_number=datum["outdated_number"],
        stem=datum["stem"],
        malformed=tuple(datum["malformed"]),
    )


def evidence_datum(evidence: Evidence) -> Datum:
    """Write an Evidence."""
    return {
        "registration_id": evidence.registration_id,
        "event": ref_datum(evidence.event),
        "home": evidence.home,
        "renumbered": evidence.renumbered,
        "identifiers": evidence.identifiers,
        "legal_class": evidence.legal_class,
        "outdated_number": evidence.outdated_number,
        "stem": evidence.stem,
        "malformed": evidence.malformed,
    }


def judgement_from(datum: Datum) -> Judgement:
    """Read a Judgement."""
    return Judgement(
        judgement_id=datum["judgement_id"],
        left=RegistrationId(datum["left"]),
        right=RegistrationId(datum["right"]),
        verdict=Verdict(datum["verdict"]),
        by=datum["by"],
        why=datum["why"],
        decided_at=datum["decided_at"],
        evidence=tuple(datum["evidence"]),
        revokes=datum["revokes"],
    )


def judgement_datum(judgement: Judgement) -> Datum:
    """Write a Judgement."""
    return {
        "judgement_id": judgement.judgement_id,
        "left": judgement.left,
        "right": judgement.right,
        "verdict": judgement.verdict,
        "by": judgement.by,
        "why": judgement.why,
        "decided_at": judgement.decided_at,
        "evidence": judgement.evidence,
        "revokes": judgement.revokes,
    }


def assignment_from(datum: Datum) -> Assignment:
    """Read an Assignment."""
    return Assignment(
        registration_id=RegistrationId(datum["registration_id"]),
        company_id=CompanyId(datum["company_id"]),
        cause=Cause(datum["cause"]),
        trigger=trigger_from(datum["trigger"]),
        told_by_both=datum["told_by_both"],
    )


def assignment_datum(assignment: Assignment) -> Datum:
    """Write an Assignment."""
    return {
        "registration_id": assignment.registration_id,
        "company_id": assignment.company_id,
        "cause": assignment.cause,
        "trigger": trigger_datum(assignment.trigger),
        "told_by_both": assignment.told_by_both,
    }


def case_from(datum: Datum) -> Case:
    """Read a Case."""
    return Case(
        case_id=datum["case_id"],
        kind=CaseKind(datum["kind"]),
        registrations=tuple(datum["registrations"]),
        about=datum["about"],
        reason=datum["reason"],
        score=datum["score"],
        words=tuple(_word_pair(one) for one in datum["words"]),
    )


def case_datum(case: Case) -> Datum:
    """Write a Case."""
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "registrations": case.registrations,
        "about": case.about,
        "reason": case.reason,
        "score": case.score,
        "words": [
            {"left": one.left, "right": one.right, "how": one.how.name, "weight": one.weight, "share": one.share}
            for one in case.words
        ],
    }


def _word_pair(datum: Datum) -> WordPair:
    return WordPair(
        left=datum["left"], right=datum["right"], how=How[datum["how"]], weight=datum["weight"], share=datum["share"]
    )


def resolution_from(datum: Datum) -> ResolutionState:
    """Read a Resolution."""
    return ResolutionState(
        evidence=None if datum["evidence"] is None else evidence_from(datum["evidence"]),
        company_id=datum["company_id"],
        judgements=tuple(judgement_from(one) for one in datum["judgements"]),
        cases=tuple(case_from(one) for one in datum["cases"]),
        sharing=tuple(datum["sharing"]),
    )


def resolution_datum(known: ResolutionState) -> Datum:
    """Write a Resolution."""
    return {
        "evidence": None if known.evidence is None else evidence_datum(known.evidence),
        "company_id": known.company_id,
        "judgements": [judgement_datum(one) for one in known.judgements],
        "cases": [case_datum(one) for one in known.cases],
        "sharing": known.sharing,
    }
