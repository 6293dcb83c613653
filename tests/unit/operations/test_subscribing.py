"""`sijill subscribe` with the ids of a file: every line is taken or named."""

import json
from pathlib import Path

import pytest

from operations.commands.subscribe_and_follow import subscribe
from operations.problems import UsageProblem


def listed(file: Path, text: str | bytes, capsys: pytest.CaptureFixture[str], *named: str) -> list[str]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    subscribe("zatca", company=list(named), companies_from=file, dry_run=True, as_json=True)
    companies: list[str] = json.loads(capsys.readouterr().out)["companies"]
    return companies


def test_ids_of_a_file_are_taken_once_each_beside_those_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\ufeffGCC.SA.MC.7001775498\r\n\n# ours\nKW.MOCI.12345  # Noor\nKW.MOCI.12345\n"
    assert listed(tmp_path / "ids.txt", text, capsys, "QA.MOCI.9") == [
        "QA.MOCI.9",
        "GCC.SA.MC.7001775498",
        "KW.MOCI.12345",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("KW.MOCI.1\n7001775498\n", "line 2: 7001775498 is no id"),
        ("", "names no company"),
        ("# nobody\n\n", "names no company"),
        (b"KW.MOCI.1\n\xff\xfe", "no UTF-8 text: byte 10"),
    ],
    ids=["no id", "empty", "comments alone", "no text"],
)
def test_a_file_that_cannot_be_taken_whole_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, said: str
) -> None:
    with pytest.raises(UsageProblem, match=said):
        listed(tmp_path / "ids.txt", text, capsys)


def test_a_long_list_is_shown_by_its_first_ids_and_its_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\n".join(f"KW.MOCI.{number}" for number in range(1_050)), encoding="utf-8")
    subscribe("zatca", companies_from=file, dry_run=True)
    shown = capsys.readouterr()
    assert "and 1,040 more" in " ".join((shown.out + shown.err).split())
