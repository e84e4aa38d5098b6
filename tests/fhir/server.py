"""The FHIR server of ``medplum_server.mjs`` as a process, and questions to it over HTTP."""

import json
import subprocess
from pathlib import Path

import httpx

from tests.fhir import definitions

Node = dict
MANY = 1000
PATIENCE = 60.0
"""Seconds for an answer; it takes less than one."""


class FhirServer:
    """A server that outlives being killed: what it answered is on disk."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "fhir-server.json"
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start it, at the port that it had before."""
        script = Path(__file__).with_name("medplum_server.mjs")
        command = ["node", str(script), str(definitions.FOLDER), str(self._file), str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """Stop it without a word (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def stored(self) -> dict[str, list[Node]]:
        """Everything that it holds, by type, from its disk."""
        held = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else []
        return {kind: [resource for _, resource in found] for kind, found in held}

    def post(self, content: bytes, path: str = "") -> httpx.Response:
        """POST of FHIR JSON."""
        headers = {"Content-Type": "application/fhir+json"}
        with httpx.Client(verify=False, trust_env=False, timeout=PATIENCE) as client:
            return client.post(self.url + path, content=content, headers=headers)

    def find(self, kind: str, **query: str) -> list[Node]:
        """The resources of one type that a search gives."""
        with httpx.Client(verify=False, trust_env=False, timeout=PATIENCE) as client:
            answer = client.get(self.url + kind, params={**query, "_count": str(MANY)}).raise_for_status().json()
        return [entry["resource"] for entry in answer.get("entry", ())]
