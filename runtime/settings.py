"""Every setting of every process, in one frozen class, read once at the edge and passed on.

`.env.example` and the reference page name each field with its default; a test keeps them in step.
"""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.login import login_name
from runtime.problems import SettingsProblem

PREFIX: Final = "SIJILL_"
TEST_PREFIX: Final = "SIJILL_TEST_"  # read by tests/conftest.py only, so no setting
METRICS_PORTS: Final = 10  # reserved from the base port on: one for each process that there is or will be
DOTENV: Final = ".env"

_SCHEMA_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_TOPIC_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,100}")  # Kafka allows 249 characters; ours are at most 40 long
_BOOTSTRAP = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")
_DATABASE_URL = re.compile(r"postgres(ql)?(\+psycopg)?://")
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")

Port = Annotated[int, Field(ge=1, le=65535)]
UserPath = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """The settings of a process: from the environment, or through `load` from `.env`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    kafka: str = Field(
        default="", description="Bootstrap servers of a Kafka cluster, host:port,…; empty: the embedded broker."
    )
    database_url: str = Field(
        default="",
        repr=False,  # like the registry's, it may hold a password
        description="URL of a PostgreSQL database, postgresql://…; empty: the embedded server.",
    )
    schema_registry_url: str = Field(
        default="",
        repr=False,
        description="URL of a Confluent-compatible schema registry; empty: the catalogue that we ship.",
    )
    topic_prefix: str = Field(
        default="", description="Put before the name of every topic, consumer group and transactional id."
    )
    database_schema: str = Field(default="sijill", description="The PostgreSQL schema that holds the tables.")
    partitions: int = Field(default=6, ge=1, le=10_000, description="Partitions of each keyed topic when created.")

    principal: str = Field(
        default="",
        max_length=200,
        description="Who acts, as the audit records it; empty: the login name of the operating system.",
    )

    rules: UserPath | None = Field(
        default=None,
        description="Folder with rules that replace those of the package, such as precedence.yaml; empty: none.",
    )

    data_dir: UserPath = Field(
        default=Path(".sijill"), description="Where the embedded servers, the local state, logs and pid files live."
    )
    kafka_libs: UserPath | None = Field(
        default=None, description="Directory of the embedded broker's jars; empty: kafka/libs in the data directory."
    )
    kafka_port: Port = Field(default=19092, description="Port of the embedded Kafka broker, on 127.0.0.1.")
    kafka_controller_port: Port = Field(default=19093, description="Port of its KRaft controller, on 127.0.0.1.")
    kafka_heap_mb: int = Field(default=512, ge=256, description="The most heap that the embedded broker takes, in MiB.")
    postgres_port: Port = Field(default=19432, description="Port of the embedded PostgreSQL, on 127.0.0.1.")
    portal_port: Port = Field(default=19480, description="Port of the web pages and of the HTTP API.")
    portal_host: str = Field(default="127.0.0.1", min_length=1, description="Address that the portal listens on.")
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535 - METRICS_PORTS + 1,
        description="First of the ten ports for metrics and health: admit has it, resolve the next, …; 0: none.",
    )
    metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="Address that metrics and health are served on."
    )
    java: str = Field(default="java", min_length=1, description="The Java (17 or newer) that runs the embedded broker.")
    maven: str = Field(default="mvn", min_length=1, description="The Maven that fetches the broker's jars, once.")
    start_timeout_s: int = Field(
        default=60, ge=1, description="How long an embedded server may take until it answers, in seconds."
    )

    slice_records: int = Field(
        default=2_000, ge=1, le=100_000, description="The most records that one transaction of a task takes in."
    )
    session_timeout_s: int = Field(
        default=10, ge=1, le=300, description="After this long without a heartbeat a worker's partitions move on."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe log line that is written: debug, info, warning or error."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="How log lines look: json, console, or auto (console on a terminal)."
    )

    @field_validator("kafka_libs", "rules", mode="before")
    @classmethod
    def _empty_means_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("kafka")
    @classmethod
    def _bootstrap_servers(cls, value: str) -> str:
        if value and not _BOOTSTRAP.fullmatch(value):
            raise ValueError("must be host:port, or several of them with commas between and no spaces")
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres_url(cls, value: str) -> str:
        if value and not _DATABASE_URL.match(value):
            raise ValueError("must begin with postgresql:// (no other database is supported)")
        try:
            urlsplit(value).port  # noqa: B018  (reading it is the check)
        except ValueError:
            raise ValueError("must name one host, and a port that is a number up to 65535") from None
        return value

    @field_validator("schema_registry_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://", "mock://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("topic_prefix")
    @classmethod
    def _topic_characters(cls, value: str) -> str:
        if not _TOPIC_PREFIX.fullmatch(value):
            raise ValueError("must be at most 100 letters, digits, dots, hyphens and underscores")
        return value

    @field_validator("database_schema")
    @classmethod
    def _plain_identifier(cls, value: str) -> str:
        if not _SCHEMA_NAME.fullmatch(value):
            raise ValueError("must be lower-case letters, digits and underscores, at most 63, and not begin with pg_")
        return value

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = {
            name: getattr(self, name)
            for name in ("kafka_port", "kafka_controller_port", "postgres_port", "portal_port")
        }
        if len(set(ports.values())) < len(ports):
            listed = ", ".join(f"{PREFIX}{name.upper()}={port}" for name, port in ports.items())
            raise ValueError(f"each port can be used once, but they are {listed}")
        reserved = range(self.metrics_port, self.metrics_port + METRICS_PORTS) if self.metrics_port else ()
        for name, port in ports.items():
            if port in reserved:
                raise ValueError(
                    f"{PREFIX}METRICS_PORT={self.metrics_port} takes {METRICS_PORTS} ports, and "
                    f"{PREFIX}{name.upper()}={port} is among them"
                )
        return self

    @property
    def acting_principal(self) -> str:
        """Who acts through this process, where no command says otherwise."""
        return self.principal.strip() or login_name()

    @property
    def kafka_is_embedded(self) -> bool:
        return not self.kafka

    @property
    def postgres_is_embedded(self) -> bool:
        return not self.database_url

    @property
    def bootstrap_servers(self) -> str:
        """host:port,… of the cluster in use, embedded or not."""
        return self.kafka or f"127.0.0.1:{self.kafka_port}"

    @property
    def postgres_url(self) -> str:
        """The database in use as libpq and psycopg write it (postgresql://…)."""
        embedded = f"postgresql://sijill@127.0.0.1:{self.postgres_port}/sijill"
        return _DATABASE_URL.sub("postgresql://", self.database_url) or embedded

    @property
    def sqlalchemy_url(self) -> str:
        """The database in use as SQLAlchemy writes it (postgresql+psycopg://…)."""
        return self.postgres_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def jars_dir(self) -> Path:
        return (self.kafka_libs or self.data_dir / "kafka" / "libs").absolute()

    @property
    def state_dir(self) -> Path:
        """Where the tasks keep their RocksDB stores, one directory per processor and partition."""
        return self.data_dir.absolute() / "state"

    @property
    def logs_dir(self) -> Path:
        return self.data_dir.absolute() / "logs"

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for a child process that must see the same."""
        values = self.model_copy(update={"data_dir": self.data_dir.absolute()}).model_dump(mode="json")
        return {variable(name): "" if value is None else str(value) for name, value in values.items()}


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def load(dotenv: Path | None = Path(DOTENV)) -> Settings:
    """Read the settings from the environment, and below it from the `.env` file.

    Raises `SettingsProblem` with a sentence for each unusable value and each unknown SIJILL_ name. A misspelt
    SIJILL_DATABASE_URL must not mean "write into the embedded database".
    """
    _refuse_unknown_names(os.environ, where="the environment")
    in_file = _from_file(dotenv) if dotenv is not None and dotenv.is_file() else {}
    try:
        return Settings(**{field: value for field, value in in_file.items() if variable(field) not in os.environ})
    except ValidationError as error:
        raise SettingsProblem("\n".join(_sentences(error))) from error


def _from_file(dotenv: Path) -> dict[str, Any]:
    named = dotenv_values(dotenv, encoding="utf-8")
    _refuse_unknown_names(named, where=str(dotenv))
    return {field: named[variable(field)] or "" for field in Settings.model_fields if variable(field) in named}


def _sentences(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        reason = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            yield f"The settings contradict each other: {reason}."
            continue
        field = str(fault["loc"][0])
        meaning = Settings.model_fields[field].description
        given = _PASSWORD.sub(r"\1***@", str(fault["input"]))
        yield f"{variable(field)}={given} cannot be used: {reason[:1].lower()}{reason[1:]}. It is: {meaning}"


def _refuse_unknown_names(names: Iterable[str], *, where: str) -> None:
    known = {variable(field) for field in Settings.model_fields}
    ours = (name for name in names if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX))
    for name in sorted(set(ours) - known):
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "the settings are listed in .env.example."
        raise SettingsProblem(f"{name} in {where} is no setting of Sijill: remove it, or {hint}")
