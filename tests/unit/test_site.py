"""The documentation site: its navigation has every page, its links hold, and it asks no other machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate.site_pages import content_of, fetched_elsewhere, outside, relinked, source_of

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
KINDS = ["Tutorial", "How-to", "Explanation", "Reference", "Decisions"]


def _settings() -> dict[str, Any]:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert isinstance(settings, dict)
    return settings


def _pages(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from _pages(part)


def test_the_navigation_has_every_page_once() -> None:
    named = list(_pages(_settings()["nav"]))
    assert sorted(named) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_the_navigation_has_the_kinds_of_pages_and_each_page_under_its_kind() -> None:
    start, *kinds = _settings()["nav"]
    assert list(_pages(start)) == ["README.md", "ar/index.md"]
    assert [name for kind in kinds for name in kind] == KINDS
    for kind in kinds:
        for name, pages in kind.items():
            assert {page.split("/")[0] for page in _pages(pages)} == {name.lower()}


def test_the_header_leads_from_each_start_page_to_the_other() -> None:
    assert {one["lang"]: one["link"] for one in _settings()["extra"]["alternate"]} == {
        "en": "index.html",
        "ar": "ar/index.html",
    }


def test_the_site_is_searched_in_both_languages_and_fetches_no_font() -> None:
    settings = _settings()
    assert settings["plugins"] == [{"search": {"lang": ["en", "ar"]}}]
    assert settings["theme"]["font"] is False


def test_the_arabic_page_says_that_it_is_arabic_and_its_commands_run_from_left_to_right() -> None:
    page = (DOCS / "ar/index.md").read_text(encoding="utf-8")
    assert page.startswith('<div dir="rtl" lang="ar" markdown>\n')
    assert page.count("```") > 0
    assert page.count("```") == 2 * page.count('<div dir="ltr" markdown>\n\n```\n')


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in {
        "README.md": "",
        "LICENSE": "the law",
        "CONTRIBUTING.md": "[law](LICENSE), [words](docs/reference/words.md#a), [code](`x`) `[no](link.md)`",
        "data/one.yaml": "a: 1",
        "docs/README.md": "[words](reference/words.md) [how](../CONTRIBUTING.md#set-up)",
        "docs/reference/words.md": "[data](../../data) [far](https://example.org/x) [here](#a) `[no](../no.md)`",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_pages_link_to_outside_docs_is_in_the_site_with_what_that_links_to(repository: Path) -> None:
    places = ["CONTRIBUTING.md", "LICENSE", "data", "data/one.yaml"]
    assert outside(repository) == places
    assert [source_of(repository, place) for place in places] == [
        "repository/CONTRIBUTING.md",
        "repository/LICENSE.md",
        "repository/data/README.md",
        "repository/data/one.yaml.md",
    ]


def test_a_link_out_of_docs_leads_to_its_page_and_all_else_stays_as_it_is(repository: Path) -> None:
    page = (repository / "docs/README.md").read_text(encoding="utf-8")
    assert relinked(repository, page, "docs/README.md", "README.md") == (
        "[words](reference/words.md) [how](repository/CONTRIBUTING.md#set-up)"
    )
    inner = (repository / "docs/reference/words.md").read_text(encoding="utf-8")
    assert relinked(repository, inner, "docs/reference/words.md", "reference/words.md") == inner.replace(
        "../../data", "../repository/data/README.md"
    )


def test_a_page_outside_docs_leads_back_into_the_site(repository: Path) -> None:
    assert content_of(repository, "CONTRIBUTING.md") == (
        "[law](LICENSE.md), [words](../reference/words.md#a), [code](`x`) `[no](link.md)`"
    )


def test_a_folder_is_shown_as_its_list_and_a_file_as_its_text(repository: Path) -> None:
    assert content_of(repository, "data").endswith("# data\n\n- [one.yaml](one.yaml.md)\n")
    assert content_of(repository, "data/one.yaml").endswith("# data/one.yaml\n\n````yaml\na: 1\n````\n")


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<img alt="x" src="http://example.org/x.png">',
    ],
)
def test_a_tag_that_fetches_from_another_machine_is_found(tag: str) -> None:
    assert fetched_elsewhere(f"<p>{tag}</p>") == [tag]


def test_a_link_for_the_reader_and_a_file_of_the_site_fetch_nothing_from_elsewhere() -> None:
    assert not fetched_elsewhere(
        '<a href="https://example.org">x</a><script src="../x.js"></script><link href="x.css">'
    )
