"""wrk, and what it says."""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from benchmarks.cases import Case

_SCALE = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests per second that were answered well, and milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int


def wrk(url: str, *, core: int, connections: int, seconds: float, script: str = "") -> Measured:
    """Load an address from one core. `script` is Lua."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        said = subprocess.run(
            [
                "taskset",
                "-c",
                str(core),
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds:g}s",
                "--latency",
                "-s",
                file.name,
                url,
            ],
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"]},
        ).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    failed = int(wrong[1]) if wrong else 0
    requests = int(_found(r"(\d+) requests in", said)[1])
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", said)[1])
    return Measured(
        rate * (requests - failed) / max(1, requests), _milliseconds("50%", said), _milliseconds("99%", said), failed
    )


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"wrk said: {text}")
    return found


def _milliseconds(name: str, text: str) -> float:
    number, unit = _found(rf"{name}\s+([\d.]+)(us|ms|s|m)\b", text).groups()
    return float(number) * _SCALE[unit]


def script_of(case: Case, run: str) -> str:
    """Lua that sends this case; with a body, each address in each request is a fresh one of `run` and a number."""
    lines = [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in case.headers.items()]
    if case.body is not None:
        lines += [
            'wrk.method = "POST"',
            'wrk.headers["Content-Type"] = "application/json"',
            f"local n, body = 0, {_lua(json.dumps(case.body))}",
            f"local fresh = function() n = n + 1 return '{run}-' .. n .. '@example.test' end",
            "request = function() return wrk.format(nil, nil, nil, (body:gsub('EMAIL', fresh))) end",
        ]
    return "\n".join(lines)


def _lua(text: str) -> str:
    return "[==[" + text + "]==]"


def members_script(code: str, count: int, first: int) -> str:
    """Lua that signs members in, each a different one, from number `first` on: pass-N for member-N@example.test."""
    return "\n".join(
        [
            f"local n = {first}",
            "request = function()",
            f"  n = n % {count} + 1",
            "  local who = '&user=member-' .. n .. '%40example.test&pass=pass-' .. n",
            f"  return wrk.format('GET', '/?json=1&mbr_auth={code}' .. who)",
            "end",
        ]
    )
