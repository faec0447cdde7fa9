"""A client of this wire, as an integration would write it."""

import time
from typing import Any

import requests

from portico.identity.actions.credentials import NewKey
from tests.server import Server

BASE = "/wp-json/fluent-crm/v2"


class Crm:
    """Calls with one key. Paths are those below /fluent-crm/v2."""

    def __init__(self, server: Server, key: NewKey) -> None:
        self.server = server
        self.key = key
        self.auth = (key.username, key.password)

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.server.call(method, BASE + path, **{"auth": self.auth, **how})

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.call("GET", path, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("POST", path, json=body, **how)

    def put(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("PUT", path, json=body, **how)

    def delete(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("DELETE", path, json=body, **how)

    def add(self, email: str, **fields: Any) -> int:
        """A contact's id."""
        answer = self.post("/subscribers", {"email": email, "status": "subscribed", **fields})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["contact"]["id"])

    def add_tag(self, title: str) -> int:
        return int(self.post("/tags", {"title": title}).json()["item"]["id"])

    def add_list(self, title: str) -> int:
        return int(self.post("/lists", {"title": title}).json()["item"]["id"])

    def eventually(self, status: int) -> bool:
        """Whether a call is answered with this status soon: what a key may do is remembered for half a second."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if self.get("/reports/ping").status_code == status:
                return True
            time.sleep(0.05)
        return False

    def emails(self, query: str = "") -> list[str]:
        """Of the listed contacts, in their order."""
        answer = self.get(f"/subscribers?{query}")
        assert answer.status_code == 200, answer.text
        return [row["email"] for row in answer.json()["subscribers"]["data"]]
