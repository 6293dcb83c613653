"""What `sijill compare` answers with: the keys of its document, and a line for each thing that is wrong."""

from operations.comparisons import comparison_document, comparison_lines
from services.truth_comparison import RegisterComparison


def found_wrong() -> RegisterComparison:
    found = RegisterComparison(expected=3, equal=1, differing=0)
    found.add_missing("GCC.KW.MOCI.1")
    found.add_unexpected("GCC.KW.MOCI.2")
    found.add_unmerged("GCC.KW.MOCI.3", "GCC.SA.MC.7")
    found.add_wrong_alias("GCC.KW.MOCI.4", None, "GCC.SA.MC.7")
    return found


def test_the_document_has_every_count_and_names_what_is_wrong() -> None:
    document = comparison_document(found_wrong())
    assert list(document) == [
        "is_equal", "expected", "equal", "differing", "missing", "unexpected", "others", "aliases", "wrong_aliases",
        "pairs_expected", "pairs_found", "precision", "recall", "merged_wrongly", "decoys", "merged_by_decoys",
        "in_two_companies", "missing_ids", "unexpected_ids", "differences", "wrong_alias_ids", "wrong_pairs",
        "missed_pairs", "doubled_ids", "kept",
    ]  # fmt: skip
    assert document["unexpected_ids"] == ["GCC.KW.MOCI.2", "GCC.KW.MOCI.3 (belongs to GCC.SA.MC.7)"]
    assert document["wrong_alias_ids"] == ["GCC.KW.MOCI.4 leads to None, must lead to GCC.SA.MC.7"]


def test_each_thing_that_is_wrong_has_a_line() -> None:
    lines = list(comparison_lines(found_wrong()))
    assert lines[0].startswith("3 companies expected: 1 equal, 0 differ, 1 missing, 2 unexpected")
    assert lines[3:] == [
        "GCC.KW.MOCI.1: missing",
        "GCC.KW.MOCI.2: unexpected",
        "GCC.KW.MOCI.3 (belongs to GCC.SA.MC.7): unexpected",
        "GCC.KW.MOCI.4 leads to None, must lead to GCC.SA.MC.7",
    ]
