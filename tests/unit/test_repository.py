"""What the pages, the compose file and the locks say must be what the code does."""

import ast
import importlib
import importlib.metadata
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.lazy_commands import everything
from operations.missing_library import EXTRAS
from register.codes import Code, Oddity, Outcome
from runtime.embedded.jars import KAFKA_VERSION
from runtime.metrics import DEAD_LETTERS, FENCES, LAG, METRICS, PROCESSED, RECEIPTS, RESTORED, TRANSACTION
from runtime.settings import METRICS_PORTS, PREFIX, TEST_PREFIX, Settings, variable
from schemas.codec.catalogue import catalogue
from services.processes import PORTS, PROCESSES, metrics_endpoint

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_JOBS = "scrape_configs"
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _code_in_pages() -> Iterator[tuple[Path, str]]:
    """Every code span and code block of every page."""
    for page in PAGES:
        for found in _CODE.finditer(page.read_text(encoding="utf-8")):
            yield page, found.group()


def _section(page: str, heading: str) -> str:
    return page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def _pyproject() -> dict[str, Any]:
    return tomllib.loads(_read("pyproject.toml"))


def _compose() -> dict[str, Any]:
    composed = yaml.safe_load(_read("docker-compose.yml"))
    assert isinstance(composed, dict)
    return composed


# The pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in _anchors(linked), f"{page}: no heading for #{anchor} in {linked}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_documentation_can_be_reached_from_its_index() -> None:
    index = _read("docs/README.md") + _read("docs/decisions/README.md")
    for page in (ROOT / "docs").rglob("*.md"):
        if page.name != "README.md":
            assert f"{page.name})" in index, f"{page} is in no index"


def test_the_codes_page_lists_the_codes_that_the_register_gives() -> None:
    page = _read("docs/reference/codes.md")
    assert _listed(_section(page, "Codes of a rejection")) == [code.value for code in Code]
    assert _listed(_section(page, "Codes of a warning")) == [oddity.value for oddity in Oddity]
    assert [name for name in _listed(page) if name.isupper()] == [
        outcome.value for outcome in Outcome if outcome is not Outcome.UNKNOWN
    ]


def _listed(table: str) -> list[str]:
    return [name for name, _ in _ROW.findall(table)]


def test_a_command_that_a_page_names_exists_with_its_options() -> None:
    known = _options_by_command(everything())
    for page, code in _code_in_pages():
        for line in re.findall(r"(?<!from )\bsijill ((?:[a-z]+\b ?)+[^\n`]*)", code):
            words = re.split(r" [#&|;]", line)[0].split()
            name = next((name for name in known if " ".join(words[: name.count(" ") + 1]) == name), None)
            assert name is not None, f"{page}: sijill {line}"
            for option in re.findall(r"(?<=\s)--[a-z-]+", f" {' '.join(words)}"):
                assert option in known[name], f"{page}: sijill {name} has no {option}"


def _options_by_command(command: Any, name: str = "") -> dict[str, set[str]]:
    if not hasattr(command, "commands"):
        return {name.strip(): {option for one in command.params for option in one.opts} | {"--help"}}
    found = [_options_by_command(inner, f"{name} {part}") for part, inner in command.commands.items()]
    if command.invoke_without_command:
        found.append({name.strip(): {option for one in command.params for option in one.opts} | {"--help"}})
    return {key: options for part in found for key, options in part.items()}


def test_the_schemas_page_lists_the_records_of_the_catalogue() -> None:
    named = {one.record: one.id for one in catalogue()}
    rows = dict(_ROW.findall(_read("docs/reference/schemas.md").split("\n## ", 1)[0]))
    assert set(rows) == set(named)
    for record, number in named.items():
        assert (f" {number} " if number else " – ") in rows[record], record


def test_a_setting_that_a_page_names_exists() -> None:
    known = {variable(name) for name in Settings.model_fields}
    for page, code in _code_in_pages():
        for name in re.findall(rf"\b{PREFIX}[A-Z_]+\b", code):
            assert name in known or name.startswith(TEST_PREFIX) or name == PREFIX, f"{page}: {name}"


def test_a_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    for page, code in _code_in_pages():
        for name in re.findall(r"\bmake ([a-z-]+)", code):
            assert name in targets, f"{page}: make {name}"


def test_the_python_in_the_pages_imports_what_there_is() -> None:
    for page in PAGES:
        for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for node in ast.walk(ast.parse(block)):
                if isinstance(node, ast.ImportFrom) and node.module is not None:
                    module = importlib.import_module(node.module)
                    assert all(hasattr(module, name.name) for name in node.names), f"{page}: {ast.unparse(node)}"


def test_decisions_are_numbered_without_gaps_and_built_alike() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("0*.md"))
    assert [int(one.name[:4]) for one in decisions] == list(range(1, len(decisions) + 1))
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert text.startswith(f"# {decision.name[:4]}: "), decision
        assert re.search(r"^Status: (accepted|superseded by )", text, re.MULTILINE), decision
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], decision


def test_the_changelog_begins_with_what_is_not_released() -> None:
    assert re.findall(r"^## (.+)$", _read("CHANGELOG.md"), re.MULTILINE)[0] == "[Unreleased]"


# What runs elsewhere than here


def test_a_setting_that_the_containers_are_given_exists() -> None:
    known = {variable(name) for name in Settings.model_fields}
    given = set(_compose()["x-settings"]) | set(re.findall(rf"\b{PREFIX}[A-Z_]+", _read("Dockerfile")))
    assert {f"{PREFIX}KAFKA", f"{PREFIX}DATABASE_URL", f"{PREFIX}DATA_DIR"} <= given <= known
    for service in _compose()["services"].values():
        for name in service["environment"]:
            assert not name.startswith(PREFIX) or name in known


def test_the_services_wait_for_services_that_there_are() -> None:
    services = _compose()["services"]
    volumes = set(_compose()["volumes"])
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        for mounted in (mount.split(":")[0] for mount in service.get("volumes", ())):
            assert mounted in volumes or (mounted.startswith("./") and (ROOT / mounted).exists()), f"{name}: {mounted}"
        if "image" in service and service["image"] != "sijill:local":
            assert "healthcheck" in service, name


def test_prometheus_asks_every_process_at_its_own_port() -> None:
    settings = Settings(metrics_port=int(_compose()["x-settings"][f"{PREFIX}METRICS_PORT"]))
    asked = {job["job_name"]: job["dns_sd_configs"][0] for job in yaml.safe_load(_read("docker/prometheus.yml"))[_JOBS]}
    assert {name: (one["names"], one["port"]) for name, one in asked.items()} == {
        name: ([name], endpoint.port) for name in PROCESSES if (endpoint := metrics_endpoint(name, settings))
    }
    assert set(asked) <= set(_compose()["services"])


def test_the_dashboard_shows_metrics_that_there_are_by_labels_that_they_have() -> None:
    known = {metric.name: metric for metric in METRICS}
    shown = set()
    for panel in json.loads(_read("docker/grafana/dashboards/sijill.json"))["panels"]:
        for expression in (target["expr"] for target in panel["targets"]):
            for name in re.findall(r"sijill_[a-z_]+", expression):
                metric = known[re.sub("_(bucket|sum|count)$", "", name)]
                by = re.search(r"by \(([^)]*)\)", expression)
                assert by is not None
                assert set(by.group(1).split(", ")) <= {"job", "le", *metric.labels}, expression
                shown.add(metric.name)
    assert {one.name for one in (LAG, PROCESSED, TRANSACTION, RECEIPTS, DEAD_LETTERS, RESTORED, FENCES)} <= shown


def test_there_is_a_reserved_port_for_every_process() -> None:
    assert PORTS.keys() == set(PROCESSES)
    assert len(set(PORTS.values())) == len(PORTS)
    assert max(PORTS.values()) < METRICS_PORTS


def test_the_containers_run_the_same_kafka_as_the_embedded_broker() -> None:
    assert _compose()["services"]["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"


def test_the_image_is_given_every_package_of_the_project_and_no_more() -> None:
    taken = {line[1:] for line in _read(".dockerignore").splitlines() if line.startswith("!")}
    packages = set(_pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert taken == packages | {"pyproject.toml", "requirements-run.lock", "README.md", "LICENSE"}


# What is installed


def _pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", _read(lock), re.MULTILINE))


def test_the_image_is_given_the_versions_that_the_tests_ran_with() -> None:
    everything, run = _pins("requirements.lock"), _pins("requirements-run.lock")
    assert run.items() <= everything.items()
    assert {"pytest", "mypy", "ruff"} <= set(everything) - set(run)


def _requirements() -> list[str]:
    """What the project and all its extras need."""
    project = _pyproject()["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return [one for one in project["dependencies"] + extras if not one.startswith("sijill[")]


def test_the_locks_hold_every_dependency_at_its_version_and_name_no_host() -> None:
    project = _pyproject()
    assert all("==" in one for one in _requirements())
    for lock, wanted in (
        ("requirements-run.lock", _requirements()),
        ("requirements.lock", _requirements() + project["dependency-groups"]["dev"]),
        ("requirements-bench.lock", project["dependency-groups"]["bench"]),
        ("requirements-docs.lock", project["dependency-groups"]["docs"]),
    ):
        pins = _pins(lock)
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)$", "\n".join(wanted), re.MULTILINE):
            assert pins.get(name.lower()) == version, f"{lock}: {name}; run make lock"
        assert "://" not in _read(lock), lock


def test_the_pure_room_is_forbidden_every_library_that_we_depend_on() -> None:
    contracts = {one["name"]: one for one in _pyproject()["tool"]["importlinter"]["contracts"]}
    (pure,) = (one for name, one in contracts.items() if name.startswith("The register is pure"))
    forbidden = set(pure["forbidden_modules"])
    for dependency in _requirements():
        modules = _modules_of(dependency)
        assert not modules.isdisjoint(forbidden), f"{dependency} is not in the contract: {modules}"


def test_a_library_that_is_missing_is_brought_by_the_extra_that_is_named() -> None:
    for extra, wanted in _pyproject()["project"]["optional-dependencies"].items():
        for dependency in wanted:
            if not dependency.startswith("sijill["):
                modules = _modules_of(dependency) & set(EXTRAS)
                assert {EXTRAS[module] for module in modules} == {extra}, dependency
    brought = {module for dependency in _requirements() for module in _modules_of(dependency)}
    assert set(EXTRAS) <= brought


@cache
def _modules_by_distribution() -> dict[str, set[str]]:
    modules: dict[str, set[str]] = {}
    for module, packages in importlib.metadata.packages_distributions().items():
        for package in packages:
            modules.setdefault(package.lower().replace("_", "-"), set()).add(module)
    return modules


def _modules_of(dependency: str) -> set[str]:
    """What a dependency lets one import."""
    return _modules_by_distribution()[re.split(r"[\[=]", dependency)[0].lower()]
