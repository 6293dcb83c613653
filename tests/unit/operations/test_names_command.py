"""`sijill names score` measures a list of names in both scripts, and says what is wrong with a file."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.commands.names import app
from operations.problem_texts import sentence
from services.file_problems import NoUtf8
from services.name_list_csv import read_bilingual
from services.problems import ServiceProblem

LIST = """\
country,source,local_id,name_ar,name_en
KW,souq,1,شركة النخيل الذهبي للاستثمار,Golden Palm Investment Company
KW,souq,2,بنك الساحل الشرقي,Eastern Coast Bank
AE,licences,7,زمرد تكنولوجي ذ.م.م,Zumurrud Technology L.L.C
"""
BILINGUAL = os.environ.get("SIJILL_TEST_NAMES", "")


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "names.csv"
    file.write_text(text, encoding=encoding)
    return file


def test_a_list_is_measured_by_source_and_in_total(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["score", str(_file(tmp_path, LIST, "utf-8-sig")), "--json"])
    assert ran.exit_code == 0
    found = json.loads(ran.stdout)
    assert set(found["sources"]) == {"souq", "licences"}
    assert found["sources"]["souq"]["names"] == 2
    for one in (found["total"], *found["sources"].values()):
        assert one["recall_at_1"] == one["recall_at_5"] == one["precision"] == one["recall"] == 1.0
        assert one["names_per_s"] > 0


def test_a_list_is_shown_in_a_table(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["score", str(_file(tmp_path, LIST))])
    assert ran.exit_code == 0
    assert "3 names" in ran.stdout
    assert "in total" in ran.stdout


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["score", str(tmp_path / "none.csv")]).exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country,source,name_ar\nKW,souq,بنك\n", "line 1: no column local_id, name_en; the first line must name"),
        ("", "line 1: no column country"),
        ("country,source,local_id,name_ar,name_en\n", "no row below its first line"),
        (LIST + "KW,souq,3,,Bank\n", "line 5: name_ar is empty; fill it in, or take the row out"),
        (LIST + 'KW,souq,3,"بنك,Bank\n', "is no CSV file"),
    ],
)
def test_a_file_that_cannot_be_measured_is_told_with_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ServiceProblem) as told:
        read_bilingual(_file(tmp_path, text))
    assert said in sentence(told.value)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoUtf8) as told:
        read_bilingual(_file(tmp_path, LIST, "cp1256"))
    assert "is not UTF-8 at byte 50: save it as CSV UTF-8" in sentence(told.value)


@pytest.mark.skipif(not Path(BILINGUAL).is_file(), reason="SIJILL_TEST_NAMES names no bilingual list")
def test_the_goals_are_reached_on_the_real_lists(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["score", BILINGUAL, "--json"])
    total = json.loads(ran.stdout)["total"]
    assert total["recall_at_1"] >= 0.80
    assert total["recall_at_5"] >= 0.92
    assert total["precision"] >= 0.90
