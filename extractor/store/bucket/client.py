"""An S3 bucket: the only file that knows its client (obstore: MIT, https://developmentseed.org/obstore).

Bytes go up in one request, never in parts: parts of an upload that was broken off stay in a bucket unseen, and nobody
would delete them.
"""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

from extractor.errors import StoreUnavailable, UsageError
from models.stages.options import BucketOptions

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

_HERE = {"localhost", "127.0.0.1", "::1"}
_ANYWHERE = "us-east-1"
"""Stores that are not Amazon's have no regions, but requests are signed for one."""


class Bucket:
    """Bytes by name. Whatever goes wrong on the way is ``StoreUnavailable``; it names no key and quotes nothing."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def put(self, name: str, data: bytes | Path) -> None:
        """Keep the bytes, or those of a file, all at once; what was there under this name is replaced."""
        with _translated():
            obstore.put(self._store, name, data, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        """The bytes, None where there are none."""
        with _translated():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes piece by piece; ``FileNotFoundError`` where there are none."""
        with _translated(is_missing_told=True):
            for piece in obstore.get(self._store, name).stream():
                yield bytes(piece)

    def size(self, name: str) -> int | None:
        """How many bytes are kept, None where none are."""
        with _translated():
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Forget the bytes; nothing to forget is no error."""
        with _translated(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def list_all(self, folder: str) -> Iterator[tuple[str, float]]:
        """What is kept as ``folder/NAME``: each NAME, and when it was put (seconds since the epoch by the bucket)."""
        with _translated():
            for part in obstore.list(self._store, prefix=folder):
                for found in part:
                    yield found["path"].rpartition("/")[2], found["last_modified"].timestamp()


def open_bucket(options: BucketOptions, keys: tuple[SecretStr, SecretStr] | None) -> Bucket:
    """The bucket, after one question whether it is there. ``keys``: id and key, else what AWS's own settings say.

    Raises ``UsageError`` for a URL that is none or an endpoint without TLS off this machine, ``StoreUnavailable`` where
    the bucket is missing, refuses the keys or cannot be reached.
    """
    place = urlsplit(options.url)
    if place.scheme != "s3" or not place.netloc or place.query:
        raise UsageError("The bucket's URL does not parse: give s3://NAME or s3://NAME/PREFIX.")
    config: S3Config = {}
    if options.endpoint is not None:
        address = urlsplit(options.endpoint)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _HERE):
            raise UsageError("The bucket's endpoint is no https address: only one on this machine may do without TLS.")
        config["endpoint"] = options.endpoint
    if options.region is not None or options.endpoint is not None:
        config["region"] = options.region or _ANYWHERE
    if keys is not None:
        config["access_key_id"], config["secret_access_key"] = (key.get_secret_value() for key in keys)
    client: ClientConfig = {
        "allow_http": (options.endpoint or "").startswith("http:"),
        "timeout": timedelta(seconds=options.timeout_seconds),
    }
    if options.ca_file is not None:
        client["root_certificate"] = _read(options.ca_file)
    retries: RetryConfig = {"max_retries": 5, "retry_timeout": timedelta(seconds=options.retry_seconds)}
    with _translated():
        store = S3Store(
            place.netloc,
            prefix=place.path.strip("/") or None,
            config=config,
            client_options=client,
            retry_config=retries,
        )
        next(iter(obstore.list(store, chunk_size=1)), None)
    return Bucket(store)


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"The bucket's ca_file cannot be read ({error.strerror}): correct the path.") from None


@contextlib.contextmanager
def _translated(*, is_missing_told: bool = False) -> Iterator[None]:
    """The client's errors as ours; their texts name keys and addresses."""
    try:
        yield
    except (BaseError, ValueError, OSError) as error:
        if is_missing_told and isinstance(error, FileNotFoundError):
            raise
        raise StoreUnavailable(
            f"The bucket cannot be used ({type(error).__name__}): see that it is there, answers, and takes its keys."
        ) from None
