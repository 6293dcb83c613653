"""What `make site` adds to the pages of docs/: files outside docs/ that pages link to, and Arabic pages right to left.

A hook of MkDocs, which has an environment of its own (.venv-docs): it is imported only where MkDocs calls.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = "docs"
COPIES: Final = "repository"  # the folder of the site for what stands outside docs/
ARABIC: Final = "ar/"  # the pages that are read right to left
_LINK: Final = re.compile(r"(?<=\]\()([^)\s#:]+)(#[^)\s]*)?(?=\))")
_CODE: Final = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_FETCHED: Final = re.compile(r"<(?!a\s)[a-z]+\s[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
_LANGUAGES: Final = {
    ".py": "python",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".avsc": "json",
    ".json": "json",
}


def on_config(config: Any) -> Any:
    """Name the anchors of headings as GitHub does, in Arabic, too: links then lead to the same place in both."""
    from pymdownx.slugs import slugify

    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add a page for each file or folder outside docs/ that a page leads to."""
    from mkdocs.structure.files import File

    for source, place in {source_of(ROOT, place): place for place in outside(ROOT)}.items():
        files.append(File.generated(config, source, content=content_of(ROOT, place)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let the links of a page of docs/ lead to pages of the site. A copy is written with such links."""
    source = page.file.src_uri
    return markdown if source.startswith(f"{COPIES}/") else relinked(ROOT, markdown, f"{DOCS}/{source}", source)


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """Show an Arabic page with the words and the direction of Arabic, all others with those of English."""
    config.theme["language"] = "ar" if page.file.src_uri.startswith(ARABIC) else "en"
    return context


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Stop the build at a page that would let the reader's browser ask another machine for something."""
    from mkdocs.exceptions import PluginError

    for tag in fetched_elsewhere(output):
        raise PluginError(f"{page.file.src_uri}: asks another machine: {tag}")
    return output


def fetched_elsewhere(html: str) -> list[str]:
    """List the tags of a page for which a browser asks another machine by itself; a link waits for its reader."""
    return _FETCHED.findall(html)


def outside(root: Path) -> list[str]:
    """List what stands outside docs/ and can be reached from its pages by links."""
    waiting = [page.relative_to(root).as_posix() for page in sorted((root / DOCS).rglob("*.md"))]
    found: set[str] = set()
    while waiting:
        for place in _linked(root, waiting.pop()):
            if place not in found and not _in_docs(place):
                found.add(place)
                waiting.append(place)
    return sorted(found)


def source_of(root: Path, place: str) -> str:
    """Name the page of the site that shows a file or folder outside docs/, or the page of docs/ itself."""
    if _in_docs(place):
        inner = place.removeprefix(DOCS).lstrip("/")
        return f"{inner}/README.md".lstrip("/") if (root / place).is_dir() else inner
    if (root / place).is_dir():
        return f"{COPIES}/{place}/README.md"
    return f"{COPIES}/{place}" if place.endswith(".md") else f"{COPIES}/{place}.md"


def content_of(root: Path, place: str) -> str:
    """Write the page that shows a file or folder: Markdown as it is, a folder as its list, another file as code."""
    shown = _shown(root, place)
    path = root / shown
    if path.suffix == ".md":
        return relinked(root, path.read_text(encoding="utf-8"), shown, source_of(root, place))
    head = f"---\nsearch:\n  exclude: true\n---\n\n# {place}\n\n"
    if path.is_dir():
        return head + "".join(f"- [{one.name}]({one.name}.md)\n" for one in _files(path))
    return f"{head}````{_LANGUAGES.get(path.suffix, 'text')}\n{path.read_text(encoding='utf-8')}\n````\n"


def relinked(root: Path, markdown: str, place: str, source: str) -> str:
    """Rewrite the links of a Markdown file at `place` of the repository, shown by the site at `source`."""

    def rewritten(link: re.Match[str]) -> str:
        target = _resolved(link[1], place)
        if place.startswith(f"{DOCS}/") and _in_docs(target):
            return link[0]
        return posixpath.relpath(source_of(root, target), posixpath.dirname(source) or ".") + (link[2] or "")

    parts = _CODE.split(markdown)  # code stands at the odd places
    return "".join(part if number % 2 else _LINK.sub(rewritten, part) for number, part in enumerate(parts))


def _linked(root: Path, place: str) -> Iterator[str]:
    shown = _shown(root, place)
    if (root / shown).is_dir():
        yield from (one.relative_to(root).as_posix() for one in _files(root / shown))
    elif shown.endswith(".md"):
        for link in _LINK.finditer(_CODE.sub("", (root / shown).read_text(encoding="utf-8"))):
            yield _resolved(link[1], shown)


def _shown(root: Path, place: str) -> str:
    """Name the file that is shown for a place: of a folder its README.md, where it has one."""
    return f"{place}/README.md" if (root / place / "README.md").exists() else place


def _resolved(target: str, place: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), target))


def _in_docs(place: str) -> bool:
    return place == DOCS or place.startswith(f"{DOCS}/")


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_file())
