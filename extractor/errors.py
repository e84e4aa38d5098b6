"""Every error this program raises.

ExtractorError                    exit 1
├── InputError                    exit 10   the file cannot be read; never retried
│   ├── UnsupportedMediaType      exit 11   unsupported_media_type
│   ├── EncryptedDocument         exit 12   encrypted_document
│   ├── DamagedDocument           exit 13   damaged_document
│   ├── LimitExceeded             exit 14   limit_exceeded
│   └── FileUnavailable           exit 15   file_unavailable (retryable)
├── EngineError                   exit 20   a native library failed on one page
│   ├── EngineUnavailable         exit 21   engine_unavailable
│   ├── PageTimeout               exit 22   page_timeout (retryable)
│   ├── EngineCrashed             exit 23   engine_crashed (retryable)
│   └── PageMemory                exit 24   page_memory (retryable)
├── RecordError                   exit 30   invalid_record
│   ├── InvalidEntry              exit 31   invalid_entry
│   └── ExportBlocked             exit 32   export_blocked
├── StoreError                    exit 40   store_error
│   ├── StoreConflict             exit 41   store_conflict
│   │   └── StaleAnswer           exit 44   stale_answer
│   ├── StoreUnavailable          exit 42   store_unavailable (retryable)
│   └── SchemaTooNew              exit 43   schema_too_new
├── JobFailed                     exit 45   job_failed (retryable)
├── PluginError                   exit 50   plugin_error
└── UsageError                    exit 2    usage

A message says what to do next and never holds text of the document.
"""

from typing import ClassVar


class ExtractorError(Exception):
    """Base of all errors of this program."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, page_no: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.page_no = page_no

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.page_no))


def _rebuild(kind: type[ExtractorError], message: str, page_no: int | None) -> ExtractorError:
    return kind(message, page_no=page_no)


class InputError(ExtractorError):
    """The file cannot be read as it is; trying again gives the same."""

    code, exit_code = "input_error", 10


class UnsupportedMediaType(InputError):
    """The content is none of TIFF, PDF, PNG, JPEG."""

    code, exit_code = "unsupported_media_type", 11


class EncryptedDocument(InputError):
    """A PDF that only opens with a user password."""

    code, exit_code = "encrypted_document", 12


class DamagedDocument(InputError):
    """Empty, truncated, circular, or without a page that can be read."""

    code, exit_code = "damaged_document", 13


class LimitExceeded(InputError):
    """Over a limit of the settings: bytes, pages, or pixels a page."""

    code, exit_code = "limit_exceeded", 14


class FileUnavailable(InputError):
    """The file is not there or may not be opened."""

    code, exit_code, retryable = "file_unavailable", 15, True


class EngineError(ExtractorError):
    """Reading a page failed in an engine."""

    code, exit_code = "engine_error", 20


class EngineUnavailable(EngineError):
    """An engine that was asked for is not installed."""

    code, exit_code = "engine_unavailable", 21


class PageTimeout(EngineError):
    """A page took longer than the limit."""

    code, exit_code, retryable = "page_timeout", 22, True


class EngineCrashed(EngineError):
    """The process that read a page died."""

    code, exit_code, retryable = "engine_crashed", 23, True


class PageMemory(EngineError):
    """A page took more memory than the limit."""

    code, exit_code, retryable = "page_memory", 24, True


class RecordError(ExtractorError):
    """A record breaks its contract."""

    code, exit_code = "invalid_record", 30


class InvalidEntry(RecordError):
    """What a person entered cannot be the value of that field."""

    code, exit_code = "invalid_entry", 31


class ExportBlocked(RecordError):
    """The gate keeps a referral: a person has to look at it, or to approve it, before it leaves."""

    code, exit_code = "export_blocked", 32


class StoreError(ExtractorError):
    """The store refused."""

    code, exit_code = "store_error", 40


class StoreConflict(StoreError):
    """Somebody else changed it first."""

    code, exit_code = "store_conflict", 41


class StaleAnswer(StoreConflict):
    """The field was answered since this person saw it: theirs is not saved, and they are shown what stands there."""

    code, exit_code = "stale_answer", 44


class StoreUnavailable(StoreError):
    """The store cannot be reached."""

    code, exit_code, retryable = "store_unavailable", 42, True


class SchemaTooNew(StoreError):
    """The store's schema comes from a newer version of this program."""

    code, exit_code = "schema_too_new", 43


class JobFailed(ExtractorError):
    """A job ended with an error that nobody foresaw."""

    code, exit_code, retryable = "job_failed", 45, True


class PluginError(ExtractorError):
    """A plug-in broke its Protocol."""

    code, exit_code = "plugin_error", 50


class UsageError(ExtractorError):
    """The command or a setting is wrong."""

    code, exit_code = "usage", 2
