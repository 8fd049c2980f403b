"""A server of the screen in a process of its own, asked with plain HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SOURCE = Path(__file__).parents[2] / "src"


class Served:
    """A running server: its process, its port, the folder of its workspace."""

    def __init__(self, process: subprocess.Popen[str], address: str, workspace: Path) -> None:
        self.process, self.address, self.workspace = process, address, workspace
        self.port = int(urlsplit(address).port or 0)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=240)
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {"content-type": "application/json"} if not isinstance(body, bytes) else {}
        connection.request(method, path, raw, {**kind, **(headers or {})})
        answer = connection.getresponse()
        self.headers = dict(answer.getheaders())
        return answer.status, answer.read()

    def json(self, method: str, path: str, body: Any = None) -> Any:
        status, data = self.ask(method, path, body)
        assert status == 200, (status, data[:400])
        return json.loads(data)


@contextmanager
def served(case: str, workspace: Path, *words: str, cwd: Path | None = None) -> Iterator[Served]:
    command = [sys.executable, "-m", "corridor", "serve", case, "--port", "0", "--workspace", str(workspace), *words]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=cwd or workspace.parent)
    assert process.stderr is not None
    address, said = "", []
    end = time.monotonic() + 400
    while time.monotonic() < end:
        line = process.stderr.readline()
        said.append(line)
        found = [word for word in line.split() if word.startswith("http://")]
        if found:
            address = found[0].split("#")[0]
            break
        if not line:
            break
    assert address, "".join(said)
    one = Served(process, address, workspace)
    for _ in range(100):
        try:
            one.ask("GET", "/")
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield one
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()
