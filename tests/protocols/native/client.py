"""A client of our own API."""

from typing import Any

import requests

from portico.identity.actions.credentials import NewKey
from tests.server import Server

BASE = "/api/portico/v1"


class Native:
    """Calls with one key. Paths are those below /api/portico/v1."""

    def __init__(self, server: Server, key: NewKey) -> None:
        self.server = server
        self.key = key

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key.password}", **how.pop("headers", {})}
        return self.server.call(method, BASE + path, headers=headers, **how)

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.call("GET", path, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("POST", path, json=body, **how)

    def delete(self, path: str) -> requests.Response:
        return self.call("DELETE", path)

    def history(self, contact: int, query: str = "") -> list[dict[str, Any]]:
        answer = self.get(f"/contacts/{contact}/history?{query}")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])


def assert_problem(response: requests.Response, status: int, name: str) -> dict[str, Any]:
    """A problem document of RFC 9457; answers the body."""
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    body = dict(response.json())
    assert list(body)[:4] == ["type", "title", "status", "detail"]
    assert (body["type"], body["status"]) == (f"urn:portico:problem:{name}", status)
    assert body["request_id"] == response.headers["X-Request-Id"]
    return body
