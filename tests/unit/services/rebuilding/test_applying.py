"""What is applied without a further word, and where it stops."""

from collections.abc import Iterable, Mapping

import pytest

from operations.apply_texts import applied_document, applied_lines, is_mended
from operations.problem_texts import sentence
from register.company import Company
from register.differences import CompanyDifference, LiveState
from register.history import History
from register.ids import CompanyId, RegistrationId
from register.resolution.resolution_state import ResolutionState
from runtime.settings import Settings
from services.rebuilding.applying import Applying, ApplyOptions, ApplyProgress, RebuildApplied, most_without_asking
from services.rebuilding.rebuild_problems import TooManyDifferences
from services.rebuilding.rebuild_values import RebuildResult, ReportRebuild
from services.rebuilding.settling import Settled


class NothingMayBeAsked:
    """A rebuild and its shadow, for what must be decided before either is asked."""

    shadow: "NothingMayBeAsked"

    def __init__(self) -> None:
        self.shadow = self

    def history_of(self, own: RegistrationId) -> History[bytes] | None:
        raise AssertionError(own)

    def resolution_states(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        raise AssertionError(keys)

    def company(self, company: CompanyId) -> Company | None:
        raise AssertionError(company)

    def follow(self, report: ReportRebuild) -> set[CompanyId]:
        raise AssertionError(report)

    def read_on(self) -> set[CompanyId]:
        raise AssertionError

    def settle(self, companies: Iterable[CompanyId], report: ReportRebuild) -> Settled:
        return Settled(differences=(), unsettled=tuple(companies))


def differences(count: int) -> tuple[CompanyDifference, ...]:
    return tuple(
        CompanyDifference(
            company_id=CompanyId(f"GCC.KW.MOCI.{number}"),
            live=None,
            rebuilt=None,
            fields=("website",),
            damaged=LiveState.UNIFY,
        )
        for number in range(count)
    )


def found(different: int, companies: int = 1_000) -> RebuildResult:
    return RebuildResult(
        rebuild_id="r1",
        events=5_000,
        companies=companies,
        digest="0" * 64,
        rules="0" * 64,
        offsets={},
        differences=differences(different),
        unsettled=(),
        seconds=1.0,
        continued=False,
    )


def test_one_in_a_hundred_companies_and_always_ten_are_applied_without_a_further_word() -> None:
    assert [most_without_asking(companies) for companies in (3, 1_000, 50_000)] == [10, 10, 500]


def test_more_differences_than_that_are_refused_before_anything_is_written() -> None:
    applying = Applying(Settings(), NothingMayBeAsked(), ApplyOptions())
    with pytest.raises(TooManyDifferences) as refused:
        applying.apply(found(11), lambda progress: None, lambda progress: None)
    assert (refused.value.different, refused.value.most) == (11, 10)
    assert "--yes-all" in sentence(refused.value)


def test_it_stops_before_the_next_batch_and_says_what_is_left() -> None:
    told: list[ApplyProgress] = []
    applying = Applying(Settings(), NothingMayBeAsked(), ApplyOptions(batch=5))
    applied = applying.apply(found(7), told.append, lambda progress: None, stop=lambda: True)
    assert (applied.stopped, len(applied.left), applied.companies, told) == (True, 7, 0, [])
    assert "stopped with 7 companies left" in " ".join(applied_lines(applied))
    assert not is_mended(applied)


def test_what_was_applied_is_told_to_a_person_and_to_a_machine() -> None:
    applied = RebuildApplied(
        companies=4, repairs={LiveState.RESOLVE: 3, LiveState.ADMIT: 0}, left=(), unsettled=(), stopped=False
    )
    assert list(applied_lines(applied)) == ["4 companies mended; repairs of states: 3 of resolve"]
    assert applied_document(applied)["repairs"] == {"resolve": 3, "admit": 0}
    assert is_mended(applied)
