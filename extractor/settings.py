"""Settings from the environment and a file; the only reader of ``os.environ``.

Later wins: defaults, the TOML file, ``EXTRACTOR_*`` variables (``EXTRACTOR_OCR__ENGINE=tesseract``), the command line.
The file is ``extractor.toml`` in the working folder, or the one that ``EXTRACTOR_CONFIG`` names.
"""

import os
from pathlib import Path

from pydantic import Field as Key
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from extractor.errors import UsageError
from extractor.knowledge.icd10cm import use_book
from extractor.knowledge.protocols import load_protocols
from models.stages.options import (
    DeliveryOptions,
    ImageOptions,
    IngestOptions,
    IntakeOptions,
    JobOptions,
    MailboxOptions,
    OcrOptions,
    Options,
    PolicyOptions,
    PoolOptions,
    RetentionOptions,
    SiteOptions,
    StoreOptions,
    WebOptions,
)


class Settings(BaseSettings):
    """Everything a site can set; the meaning and unit of each entry is at its Options class."""

    model_config = SettingsConfigDict(
        env_prefix="EXTRACTOR_", env_nested_delimiter="__", toml_file="extractor.toml", extra="forbid", frozen=True
    )

    ingest: IngestOptions = IngestOptions()
    pool: PoolOptions = PoolOptions()
    image: ImageOptions = ImageOptions()
    ocr: OcrOptions = OcrOptions()
    site: SiteOptions = SiteOptions()
    policy: PolicyOptions = PolicyOptions()
    web: WebOptions = WebOptions()
    store: StoreOptions = StoreOptions()
    intake: IntakeOptions = IntakeOptions()
    mailbox: MailboxOptions = MailboxOptions()
    jobs: JobOptions = JobOptions()
    retention: RetentionOptions = RetentionOptions()
    delivery: DeliveryOptions = DeliveryOptions()
    secrets: dict[str, SecretStr] = Key(default_factory=dict)
    artifact_dir: str | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file; no dotenv, no secret files, and no secrets in the file."""
        path = os.environ.get("EXTRACTOR_CONFIG")
        source = TomlConfigSettingsSource(settings_cls, Path(path) if path else Path("extractor.toml"))
        if "secrets" in source():
            raise ValueError("secrets belong in the environment (EXTRACTOR_SECRETS__NAME), not in the file")
        return init_settings, env_settings, source

    def options(self, *, engine: str | None = None, keep_images: bool = False) -> Options:
        """The frozen options of all stages, with what the command line overrides."""
        if self.site.protocols is not None:
            load_protocols(self.site.protocols)  # a wrong file is told before the first page is read
        _check_policy(self.policy)
        self.use_codes()
        ocr = self.ocr if engine is None else self.ocr.model_copy(update={"engine": engine})
        if ocr.cache_dir is None:
            ocr = ocr.model_copy(update={"cache_dir": str(_cache_folder())})
        return Options(
            ingest=self.ingest,
            pool=self.pool,
            image=self.image,
            ocr=ocr,
            site=self.site.model_copy(update={"npi_index": self.npi_index()}),
            policy=self.policy,
            keep_images=keep_images,
            artifact_dir=self.artifact_dir,
        )

    def code_book(self) -> str:
        """Where the codes that a site loaded itself lie, or would."""
        return self.site.codes or str(_data_folder() / "icd10cm.db")

    def use_codes(self) -> None:
        """From now on this process takes diagnosis codes from the site's book, if there is one."""
        own = Path(self.code_book())
        use_book(own if own.is_file() else None)

    def npi_index(self) -> str:
        """Where the index of the national registry of providers lies, or would."""
        return self.site.npi_index or str(_data_folder() / "npi.db")

    def store_options(self) -> StoreOptions:
        """Where the store is, with what the settings leave out filled in."""
        folder = Path(self.store.folder).absolute() if self.store.folder else _data_folder()
        database_url = self.store.database_url or f"sqlite:///{folder / 'store.db'}"
        is_local = database_url.startswith("sqlite")
        jobs_url = self.store.jobs_url or (f"sqlite:///{folder / 'jobs.db'}" if is_local else database_url)
        if self.store.bucket_keys is not None:
            raise UsageError("The bucket's keys belong in EXTRACTOR_SECRETS__S3_KEY_ID and EXTRACTOR_SECRETS__S3_KEY.")
        key_id, key = self.secrets.get("s3_key_id"), self.secrets.get("s3_key")
        return StoreOptions(
            folder=str(folder),
            database_url=database_url,
            jobs_url=jobs_url,
            bucket=self.store.bucket,
            bucket_keys=(key_id, key) if key_id and key else None,
        )


def load_settings() -> Settings:
    """Read the settings; a wrong entry is a ``UsageError`` that names it and says what is wrong with it."""
    config = os.environ.get("EXTRACTOR_CONFIG")
    if config and not Path(config).is_file():
        raise UsageError(f"EXTRACTOR_CONFIG names {config}, which is not a file: correct the path or unset it.")
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(f"Settings are wrong: {wrong}. Correct extractor.toml or the EXTRACTOR_ variables.") from error
    except ValueError as error:
        raise UsageError(f"The settings file does not parse: {error}.") from error


def _check_policy(policy: PolicyOptions) -> None:
    """A policy that cannot be followed is told before the first page is read, too."""
    if policy != PolicyOptions():
        from extractor.resolve.policy import load_policy

        load_policy(policy)


def _cache_folder() -> Path:
    """Where built models are kept between runs (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "referral-extractor"


def _data_folder() -> Path:
    """Where what must last is kept (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "referral-extractor"
