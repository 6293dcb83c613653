"""A client of a schema registry: some calls of Confluent's REST API, which Karapace and Apicurio also have.

The standard library does it: Confluent's own client would bring librdkafka and an HTTP stack into every process.
"""

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import Request, build_opener

from schemas.problems import RegistryProblem

TIMEOUT_S: Final = 5
PAUSES_S: Final = (0.2, 1.0)  # before the second and the third attempt: a registry that restarts is back in a second
_MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
_NOT_FOUND: Final = frozenset({40401, 40402, 40403})  # no such subject, version, schema
_MOST: Final = 10 * 1024 * 1024  # bytes of an answer; our largest schema has 15 kB


class RegistryClient:
    """One registry. Every call blocks for at most three timeouts; raises RegistryProblem."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RegistryProblem(f"{url!r} is no address of a schema registry: expected http://host:port")
        port = f":{parts.port}" if parts.port else ""
        self.url = f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"  # without the password
        self._headers = {"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE}
        if parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(login.encode()).decode('ascii')}"
        self._opener = build_opener()

    def id_of(self, subject: str, schema: Mapping[str, Any]) -> int | None:
        """Find the id of a schema that is registered under a subject; None when it is not."""
        found = self._call("POST", f"/subjects/{quote(subject, safe='')}", {"schema": json.dumps(schema)})
        return None if found is None else self._id(found)

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Register a schema under a subject; returns its id. An equal schema keeps its id."""
        path = f"/subjects/{quote(subject, safe='')}/versions"
        return self._id(self._call("POST", path, {"schema": json.dumps(schema)}))

    def set_compatibility(self, subject: str, level: str) -> None:
        """Set the level of compatibility that the registry requires of later schemas of a subject."""
        self._call("PUT", f"/config/{quote(subject, safe='')}", {"compatibility": level})

    def schema(self, schema_id: int) -> Mapping[str, Any] | None:
        """Read the schema of an id (`schema`, `schemaType`, `references`); None when there is none."""
        return self._call("GET", f"/schemas/ids/{schema_id}", None)

    def _call(self, method: str, path: str, content: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Call the registry, with retries where they may help; None where the registry answers 404."""
        for pause in (*PAUSES_S, None):
            try:
                return self._send_request(method, path, content)
            except (URLError, HTTPException, OSError) as fault:
                worth_another_try = not isinstance(fault, HTTPError) or fault.code == 429 or fault.code >= 500
                if pause is None or not worth_another_try:
                    raise RegistryProblem(self._sentence(fault)) from fault
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _send_request(self, method: str, path: str, content: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        body = None if content is None else json.dumps(content).encode()
        request = Request(self.url + path, data=body, headers=self._headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return self._object(response.read(_MOST))
        except HTTPError as refused:
            if refused.code != 404:
                raise
            if self._object(refused.read(_MOST)).get("error_code") in _NOT_FOUND:
                return None
            raise

    def _object(self, answer: bytes) -> Mapping[str, Any]:
        try:
            read = json.loads(answer)
        except ValueError as fault:
            raise RegistryProblem(self._unexpected_answer()) from fault
        if not isinstance(read, dict):
            raise RegistryProblem(self._unexpected_answer())
        return read

    def _id(self, answer: Mapping[str, Any] | None) -> int:
        schema_id = (answer or {}).get("id")
        if not isinstance(schema_id, int):
            raise RegistryProblem(self._unexpected_answer())
        return schema_id

    def _unexpected_answer(self) -> str:
        return f"what answers at {self.url} is no schema registry: check SIJILL_SCHEMA_REGISTRY_URL"

    def _sentence(self, fault: Exception) -> str:
        if not isinstance(fault, HTTPError):
            reason = getattr(fault, "reason", None) or fault
            return (
                f"the schema registry at {self.url} does not answer ({reason}): start it, or correct "
                "SIJILL_SCHEMA_REGISTRY_URL; left empty, the ids are those of the catalogue that Sijill ships"
            )
        message = self._error_message(fault)
        if fault.code in (401, 403):
            refused = f"the schema registry at {self.url} refuses us ({fault.code}{message})"
            return f"{refused}: put user and password into the URL"
        if fault.code == 404:
            return self._unexpected_answer()
        return f"the schema registry at {self.url} refuses it ({fault.code}{message})"

    @staticmethod
    def _error_message(fault: HTTPError) -> str:
        try:
            return f": {json.loads(fault.read(_MOST))['message']}"
        except (ValueError, KeyError, TypeError):
            return f": {fault.reason}" if fault.reason else ""
