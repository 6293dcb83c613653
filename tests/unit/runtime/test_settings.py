"""Settings: defaults, the environment before .env, and a sentence for each value that cannot be used."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.problems import SettingsProblem
from runtime.settings import Settings, load, variable

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


def test_the_example_names_every_setting_with_its_default_and_meaning() -> None:
    expected = {
        variable(name): ("" if field.default is None else str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
    found = re.findall(r"^# (.+)\n#(SIJILL_\w+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: (default, meaning) for meaning, name, default in found} == expected


def test_every_line_of_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(re.sub(r"^#(SIJILL_)", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert load(dotenv) == Settings()


def test_the_embedded_servers_are_the_default() -> None:
    settings = Settings()
    assert settings.kafka_is_embedded
    assert settings.postgres_is_embedded
    assert settings.bootstrap_servers == "127.0.0.1:19092"
    assert settings.postgres_url == "postgresql://sijill@127.0.0.1:19432/sijill"
    assert settings.sqlalchemy_url == "postgresql+psycopg://sijill@127.0.0.1:19432/sijill"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_can_be_named_in_each_customary_way(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://user:word@db.example/register", kafka="a:9092,b:9092")
    assert settings.postgres_url == "postgresql://user:word@db.example/register"
    assert settings.sqlalchemy_url == "postgresql+psycopg://user:word@db.example/register"
    assert settings.bootstrap_servers == "a:9092,b:9092"
    assert not settings.postgres_is_embedded
    assert not settings.kafka_is_embedded


def test_a_password_does_not_show_when_settings_are_printed() -> None:
    assert "word" not in repr(Settings(database_url="postgresql://user:word@db.example/register"))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().kafka_port = 1


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SIJILL_KAFKA_PORT=1111\nSIJILL_PARTITIONS=3\nOTHER=untouched\n")
    monkeypatch.setenv("SIJILL_KAFKA_PORT", "2222")
    settings = load(dotenv)
    assert (settings.kafka_port, settings.partitions) == (2222, 3)


def test_a_child_process_given_our_environment_has_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Settings(data_dir=Path("/tmp/elsewhere"), topic_prefix="a.", database_schema="b", kafka="k:1", partitions=2)
    for name, value in ours.environment().items():
        monkeypatch.setenv(name, value)
    assert load(None) == ours


def test_a_relative_data_directory_is_the_same_for_a_child_that_works_elsewhere() -> None:
    assert Path(Settings().environment()["SIJILL_DATA_DIR"]).is_absolute()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SIJILL_KAFKA_PORT", "many", "integer"),
        ("SIJILL_KAFKA_PORT", "70000", "65535"),
        ("SIJILL_KAFKA", "localhost", "host:port"),
        ("SIJILL_DATABASE_URL", "mysql://db", "postgresql://"),
        ("SIJILL_SCHEMA_REGISTRY_URL", "registry", "http://"),
        ("SIJILL_TOPIC_PREFIX", "a b", "letters"),
        ("SIJILL_DATABASE_SCHEMA", 'x"; drop', "lower-case"),
        ("SIJILL_DATABASE_SCHEMA", "pg_own", "pg_"),
        ("SIJILL_PARTITIONS", "0", "greater than or equal to 1"),
        ("SIJILL_LOG_LEVEL", "loud", "'debug'"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as raised:
        load(None)
    sentence = str(raised.value)
    assert sentence.startswith(f"{name}={value} cannot be used: ")
    assert says in sentence
    assert "\n" not in sentence


def test_each_bad_value_gets_a_sentence_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIJILL_PARTITIONS", "none")
    monkeypatch.setenv("SIJILL_KAFKA", "nowhere")
    with pytest.raises(SettingsProblem) as raised:
        load(None)
    assert len(str(raised.value).splitlines()) == 2


def test_a_password_is_not_repeated_when_the_database_url_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIJILL_DATABASE_URL", "mysql://user:word@db.example/register")
    with pytest.raises(SettingsProblem) as raised:
        load(None)
    assert "word" not in str(raised.value)


def test_two_servers_cannot_share_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIJILL_POSTGRES_PORT", "19092")
    with pytest.raises(SettingsProblem, match=r"SIJILL_KAFKA_PORT=19092, .*SIJILL_POSTGRES_PORT=19092"):
        load(None)


def test_a_server_cannot_have_a_port_that_is_reserved_for_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIJILL_METRICS_PORT", "19475")
    with pytest.raises(SettingsProblem, match=r"METRICS_PORT=19475 takes 10 ports, .*PORTAL_PORT=19480 is among them"):
        load(None)


def test_a_misspelt_setting_is_refused_and_the_right_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIJILL_DATABASE_URI", "postgresql://db.example/register")
    with pytest.raises(SettingsProblem, match=r"SIJILL_DATABASE_URI in the environment .*mean SIJILL_DATABASE_URL\?"):
        load(None)


def test_a_misspelt_setting_in_the_file_is_refused_too(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SIJILL_PARTITION=3\n")
    with pytest.raises(SettingsProblem, match=r"\.env is no setting .*SIJILL_PARTITIONS\?"):
        load(dotenv)


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@host:port/x", "postgresql://u:p@host:99999999/x", "postgresql://[bad"]
)
def test_a_database_url_that_no_driver_reads_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIJILL_DATABASE_URL", url)
    with pytest.raises(SettingsProblem, match="SIJILL_DATABASE_URL") as refused:
        load(None)
    assert ":p@" not in str(refused.value)
