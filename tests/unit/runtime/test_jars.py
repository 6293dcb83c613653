"""The broker's program: each thing that can be missing gets one sentence that says what to do."""

import re
from pathlib import Path

import pytest

from runtime.embedded import jars
from runtime.embedded.jars import KAFKA_VERSION, require_jars, require_java
from runtime.problems import JavaMissing, MavenFailed, MavenMissing, RuntimeProblem
from runtime.settings import Settings


def _script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def _sentence(problem: pytest.ExceptionInfo[RuntimeProblem]) -> str:
    sentence = str(problem.value)
    assert "\n" not in sentence
    assert len(sentence) < 600
    return sentence


@pytest.mark.parametrize("version", ["17.0.15", "21", "25-ea"])
def test_a_java_that_is_new_enough_is_taken(tmp_path: Path, version: str) -> None:
    require_java(Settings(java=_script(tmp_path / "java", f"echo 'openjdk version \"{version}\"' >&2")))


def test_a_missing_java_is_named_with_what_to_do() -> None:
    with pytest.raises(JavaMissing) as raised:
        require_java(Settings(java="/nowhere/java"))
    sentence = _sentence(raised)
    assert "'/nowhere/java' cannot be run" in sentence
    assert "install a Java 17 or newer, or set SIJILL_JAVA" in sentence


@pytest.mark.parametrize(("version", "number"), [("1.8.0_402", "8"), ("11.0.2", "11"), ("16.0.1", "16")])
def test_a_java_that_is_too_old_is_named_with_its_version(tmp_path: Path, version: str, number: str) -> None:
    java = _script(tmp_path / "java", f"echo 'java version \"{version}\"' >&2")
    with pytest.raises(JavaMissing, match=rf"needs Java 17, and '{re.escape(java)}' is {number}"):
        require_java(Settings(java=java))


def test_a_program_that_is_no_java_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JavaMissing, match="does not say its version"):
        require_java(Settings(java=_script(tmp_path / "java", "exit 1")))


def test_jars_that_are_there_need_no_maven(tmp_path: Path) -> None:
    (tmp_path / f"kafka_2.13-{KAFKA_VERSION}.jar").touch()
    assert require_jars(Settings(kafka_libs=tmp_path, maven="/nowhere/mvn"), report=print) == tmp_path


def test_a_missing_maven_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MavenMissing) as raised:
        require_jars(Settings(kafka_libs=tmp_path / "libs", maven="/nowhere/mvn"), report=print)
    sentence = _sentence(raised)
    assert f"not in {tmp_path / 'libs'}" in sentence
    assert "'/nowhere/mvn'" in sentence
    assert "install Maven, set SIJILL_MAVEN to its path" in sentence


def test_a_failing_maven_is_quoted_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    maven = _script(tmp_path / "mvn", "echo '[INFO] hello'; echo '[ERROR] Could not reach the repository'; exit 1")
    with pytest.raises(MavenFailed) as raised:
        require_jars(Settings(kafka_libs=tmp_path / "libs", maven=maven), report=print)
    sentence = _sentence(raised)
    assert "(Could not reach the repository)" in sentence
    assert str(tmp_path / "maven.log") in sentence
    assert not (tmp_path / "libs").exists()


def test_a_maven_that_brings_nothing_is_not_believed(tmp_path: Path) -> None:
    maven = _script(tmp_path / "mvn", "exit 0")
    with pytest.raises(MavenFailed, match=f"brought no Kafka {KAFKA_VERSION}"):
        require_jars(Settings(kafka_libs=tmp_path / "libs", maven=maven), report=print)


def test_what_maven_brings_replaces_the_jars_of_an_older_version(tmp_path: Path) -> None:
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "kafka_2.13-1.0.0.jar").touch()
    brings = 'for word; do case $word in -DoutputDirectory=*) to="${word#*=}";; esac; done\nmkdir -p "$to"\n'
    maven = _script(tmp_path / "mvn", f'{brings}touch "$to/kafka_2.13-{KAFKA_VERSION}.jar"')
    said: list[str] = []
    require_jars(Settings(kafka_libs=libs, maven=maven), report=said.append)
    assert [jar.name for jar in libs.iterdir()] == [f"kafka_2.13-{KAFKA_VERSION}.jar"]
    assert len(said) == 1
    assert KAFKA_VERSION in said[0]


def test_the_pom_names_the_version_that_we_look_for() -> None:
    pom = Path(jars.__file__).with_name("pom.xml").read_text(encoding="utf-8")
    assert re.search(r"<artifactId>kafka_2.13</artifactId>\s*<version>(.+)</version>", pom)[1] == KAFKA_VERSION  # type: ignore[index]
