"""Former legal names follow from amendments, and leave the list when they are current again."""

from typing import Any

from tests.unit.register.stating import event, folded, named, registered


def former(*names: list[dict[str, str]], **stated: Any) -> object:
    """The former names of a company that bore these names in turn; `stated` belongs to the first."""
    first, *later = names
    noor = folded(
        registered(legal_name=first, **stated),
        *(event(sequence, legal_name=name) for sequence, name in enumerate(later, start=2)),
    )
    return noor.properties.get("previous_legal_names", [])


def test_a_changed_name_becomes_a_former_name() -> None:
    assert former(named("Noor"), named("Noor Tech")) == named("Noor")


def test_former_names_stand_once_and_in_the_order_in_which_they_were_given_up() -> None:
    assert former(named("A"), named("B"), named("C"), named("B"), named("D")) == named("A", "C", "B")


def test_former_names_are_added_to_those_that_were_stated() -> None:
    assert former(named("B"), named("C"), previous_legal_names=named("A")) == named("A", "B")


def test_a_name_that_is_current_again_is_no_former_name() -> None:
    assert former(named("A"), named("B"), named("A")) == named("B")


def test_only_the_language_whose_name_changed_has_a_former_name() -> None:
    arabic = named("نور", language="ar")
    assert former([*arabic, *named("Noor")], [*arabic, *named("Nour")]) == named("Noor")


def test_no_former_name_is_left_when_all_of_them_are_current_again() -> None:
    arabic = named("نور", language="ar")
    assert former(arabic, named("Noor"), [*arabic, *named("Noor")]) == []


def test_a_name_in_a_second_language_is_no_change_of_the_first() -> None:
    assert former(named("Noor"), [*named("Noor"), *named("نور", language="ar")]) == []


def test_former_names_that_are_stated_with_a_new_name_replace_the_list_and_gain_the_old_name() -> None:
    noor = folded(
        registered(name="B", previous_legal_names=named("A")),
        event(2, legal_name=named("C"), previous_legal_names=named("Z")),
    )
    assert noor.properties["previous_legal_names"] == named("Z", "B")


def test_former_names_that_are_cleared_with_a_change_of_name_leave_only_the_last() -> None:
    noor = folded(
        registered(name="B", previous_legal_names=named("A")),
        event(2, legal_name=named("C"), cleared=["previous_legal_names"]),
    )
    assert noor.properties["previous_legal_names"] == named("B")


def test_the_former_name_names_the_event_that_changed_the_name() -> None:
    noor = folded(registered(), event(2, legal_name=named("Noor Tech")), event(3, website="a"))
    assert noor.provenance["previous_legal_names"].event_id == "e2"
