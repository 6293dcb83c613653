"""A schema registry in this process: the part of Confluent's REST API that we and Confluent's own client use."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

FIRST_ID = 100_001  # far from the catalogue's ids, so that neither passes for the other


@dataclass(slots=True, kw_only=True)
class Registry:
    """The schemas of the double, and the faults that it must show."""

    url: str = ""
    schemas: dict[int, dict[str, Any]] = field(default_factory=dict)
    subjects: dict[str, list[int]] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    logins: set[str | None] = field(default_factory=set)
    failures: list[tuple[int, Any]] = field(default_factory=list)
    """Answers to give instead of the right ones, in turn: a status and a JSON body, or bytes."""

    def add(self, subject: str, schema: Any, **more: Any) -> int:
        """Register a schema; the same schema has the same id under any subject."""
        known = {json.dumps(held["schema"], sort_keys=True): schema_id for schema_id, held in self.schemas.items()}
        schema_id = known.get(json.dumps(schema, sort_keys=True), FIRST_ID + len(self.schemas))
        self.schemas[schema_id] = {"schema": schema, **more}
        versions = self.subjects.setdefault(subject, [])
        if schema_id not in versions:
            versions.append(schema_id)
        return schema_id

    def answer(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        """Answer one call: status and JSON."""
        parts = [unquote(part) for part in urlsplit(path).path.strip("/").split("/")]
        match (method, *parts):
            case ("POST", "subjects", subject):
                return self._lookup(subject, json.loads(content["schema"]))
            case ("POST", "subjects", subject, "versions"):
                return 200, {"id": self.add(subject, json.loads(content["schema"]))}
            case ("GET", "subjects", subject, "versions", "latest"):
                return self._version(subject, len(self.subjects.get(subject, ())))
            case ("PUT", "config", subject):
                self.levels[subject] = content["compatibility"]
                return 200, content
            case ("GET", "schemas", "ids", schema_id):
                return self._schema(int(schema_id))
            case _:
                return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def _lookup(self, subject: str, schema: Any) -> tuple[int, Any]:
        if subject not in self.subjects:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        for position, schema_id in enumerate(self.subjects[subject], start=1):
            if self.schemas[schema_id]["schema"] == schema:
                return self._version(subject, position)
        return 404, {"error_code": 40403, "message": "Schema not found"}

    def _version(self, subject: str, version: int) -> tuple[int, Any]:
        if not version:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        schema_id = self.subjects[subject][version - 1]
        return 200, {"subject": subject, "version": version, "id": schema_id, **_schema_answer(self.schemas[schema_id])}

    def _schema(self, schema_id: int) -> tuple[int, Any]:
        if schema_id not in self.schemas:
            return 404, {"error_code": 40403, "message": f"Schema {schema_id} not found"}
        return 200, _schema_answer(self.schemas[schema_id])


def _schema_answer(held: dict[str, Any]) -> dict[str, Any]:
    schema = held["schema"]
    return {**held, "schema": schema if isinstance(schema, str) else json.dumps(schema)}


@contextmanager
def schema_registry() -> Iterator[Registry]:
    """Serve a registry on a free port for as long as the block runs."""
    registry = Registry()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(registry))
    registry.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            registry.calls.append(f"{self.command} {self.path}")
            registry.logins.add(self.headers.get("Authorization"))
            if registry.failures:
                status, said = registry.failures.pop(0)
            else:
                status, said = registry.answer(self.command, self.path, json.loads(body or b"null"))
            answer = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815  (the base class looks for these names)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
            """Keep quiet: a test that fails shows the calls."""

    return Handler
