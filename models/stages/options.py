"""What each stage may be told; frozen, built by ``extractor.settings`` only, passed down."""

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import SecretStr

from models.record import Value


class IngestOptions(Value):
    """Limits on a file. ``max_page_pixels`` counts pixels as stored or rendered; ``render_dpi`` is for PDF pages."""

    max_bytes: int = Key(default=100 * 2**20, gt=0)
    max_pages: int = Key(default=200, gt=0)
    max_page_pixels: int = Key(default=60_000_000, gt=0)
    render_dpi: int = Key(default=200, ge=72, le=600)


class PoolOptions(Value):
    """The processes that read pages. ``processes`` 0 means one a core; memory is resident bytes of one process."""

    processes: int = Key(default=0, ge=0)
    page_seconds: float = Key(default=120.0, gt=0)
    open_seconds: float = Key(default=60.0, gt=0)
    memory_bytes: int = Key(default=1200 * 2**20, gt=0)


class ImageOptions(Value):
    """Preparing a page. ``max_skew`` in degrees; ``ocr_dpi_max``: pages above it are scaled down to it."""

    max_skew: float = Key(default=6.0, ge=0)
    ocr_dpi_max: int = Key(default=300, ge=100)


class OcrOptions(Value):
    """``engine``: ``auto`` (the measured default), or a registered engine's name; ``cache_dir`` for built models.

    ``is_eight_bit``: the costliest layers of ``ppocr`` are computed in int8; less time, a little less exact.
    """

    engine: str = "auto"
    threads: int = Key(default=1, ge=1)
    cache_dir: str | None = None
    is_eight_bit: bool = True


class SiteOptions(Value):
    """What a site knows of itself: its own names, phones and faxes (E.164) and NPIs are never the prescriber's.

    ``protocols``: a file or folder of protocols (``*.yaml``) over the packaged ones. ``fax``: the number (E.164) that
    letters ask replies to, which belongs among ``phones`` too. ``npi_index`` and ``codes``: the files that
    ``extractor npi load`` and ``extractor codes load`` make.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    npis: tuple[str, ...] = ()
    country_code: str = "1"
    protocols: str | None = None
    fax: str | None = None
    npi_index: str | None = None
    codes: str | None = None


class PolicyOptions(Value):
    """What a site asks of values that no person looks at, over the packaged policy.

    ``critical``: paths (``patient.address.postal_code``, list places as ``[]``) that are critical here as well; none of
    the packaged ones can be taken off. ``allowed_error``: the share of wrong values among accepted critical ones.
    ``is_shadow``: nothing leaves without one person's look; it ends only with ``calibration``, the file that
    ``extractor calibrate`` wrote for this site.
    """

    critical: tuple[str, ...] = ()
    allowed_error: float = Key(default=0.005, gt=0, le=0.05)
    is_shadow: bool = True
    calibration: str | None = None


class BucketOptions(Value):
    """An S3 bucket for originals, readings and page images; none without ``url`` (``s3://NAME``, ``s3://NAME/PREFIX``).

    ``endpoint``: the address of a store that is not Amazon's, https unless on this machine; ``ca_file``: PEM file of
    the authority that signed its certificate, by default the machine's own. The keys are EXTRACTOR_SECRETS__S3_KEY_ID
    and EXTRACTOR_SECRETS__S3_KEY; without them those that AWS's own variables or the machine's role give. A request
    that fails is repeated for up to ``retry_seconds``.
    """

    url: str = ""
    endpoint: str | None = None
    region: str | None = None
    ca_file: str | None = None
    timeout_seconds: float = Key(default=30.0, gt=0)
    retry_seconds: float = Key(default=10.0, gt=0)


class StoreOptions(Value):
    """Where what must last is kept. ``folder``: originals, readings and, by default, both databases.

    ``database_url``: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``, by default a file in ``folder``;
    ``jobs_url``: the job engine's database, by default beside the store's (SQLite) or the same one (PostgreSQL).
    With a ``bucket`` the folder holds copies of its originals for an hour. ``bucket_keys`` (id and key) come from
    the environment's secrets only.
    """

    folder: str = ""
    database_url: str = ""
    jobs_url: str = ""
    bucket: BucketOptions = BucketOptions()
    bucket_keys: tuple[SecretStr, SecretStr] | None = None


class IntakeOptions(Value):
    """Watching a folder. A file is whole when it did not change for ``settle_seconds`` and its container says so.

    One that stays incomplete for ``partial_minutes`` is reported and, as all that cannot be read for so long, put into
    quarantine. ``scan_seconds``: time between two scans.
    """

    scan_seconds: float = Key(default=2.0, gt=0)
    settle_seconds: float = Key(default=4.0, ge=0)
    partial_minutes: float = Key(default=60.0, gt=0)


class MailboxOptions(Value):
    """A mailbox (IMAP) whose attachments are faxes; none without ``host``. The password is EXTRACTOR_SECRETS__MAILBOX.

    Messages of ``folder`` go to ``done`` when their files are taken, to ``problems`` where they have none. ``ca_file``:
    PEM file of the authority that signed the server's certificate, by default the machine's own. ``is_tls`` may be off
    only for a server on this machine.
    """

    host: str = ""
    port: int = Key(default=993, gt=0, le=65535)
    user: str = ""
    folder: str = "INBOX"
    done: str = "Processed"
    problems: str = "Problems"
    is_tls: bool = True
    ca_file: str | None = None
    poll_seconds: float = Key(default=30.0, gt=0)
    timeout_seconds: float = Key(default=60.0, gt=0)


class RetentionOptions(Value):
    """How many days what is over is kept; None keeps it. Rows and files are deleted then, the audit's lines are not.

    ``settled_days``: a fax and all that came of it, since every referral of it was delivered or closed;
    ``quarantined_days``: a file in quarantine, since it was put there. ``readings_days``: what was read of pages and
    their pictures, since they were made; they are made again when somebody asks. ``moved_days``: the originals that
    were moved to ``processed/`` in an inbox, of which the store keeps a copy; never longer than what they hold.
    ``sweep_minutes``: time between two looks.
    """

    settled_days: float | None = Key(default=None, ge=0)
    quarantined_days: float | None = Key(default=None, ge=0)
    readings_days: float | None = Key(default=None, ge=0)
    moved_days: float | None = Key(default=None, ge=0)
    sweep_minutes: float = Key(default=60.0, gt=0)


class JobOptions(Value):
    """Reading as durable jobs. A process that gives no sign for ``dead_seconds`` is dead, and its jobs move.

    A file is begun at most ``max_tries`` times (its reader may die) and retried ``max_rounds`` times after an error
    that may pass, after ``delay_seconds``, then four times that, and so on. ``grace_seconds``: how long a stop waits
    for the file that is being read.
    """

    beat_seconds: float = Key(default=5.0, gt=0)
    dead_seconds: float = Key(default=30.0, gt=0)
    poll_seconds: float = Key(default=1.0, gt=0)
    max_tries: int = Key(default=5, ge=1)
    max_rounds: int = Key(default=3, ge=0)
    delay_seconds: float = Key(default=30.0, ge=0)
    grace_seconds: float = Key(default=30.0, ge=0)


class SignOnOptions(Value):
    """Logging in at the site's own provider by OpenID Connect; nothing is asked of any host where this is not set.

    ``issuer``: the provider's address, exactly as it calls itself. ``client_id``: what this page is called there; its
    secret, if it has one, is ``EXTRACTOR_SECRETS__SIGN_ON``. ``page_url``: where browsers reach this page; the provider
    must send them back to ``page_url`` + ``/login/sign-on/done``. ``roles``: which values of the claim ``role_claim``
    (``a.b`` for one inside another) give which role; who has none of them does not get in. ``name_claim``: what a
    person is called here. ``scopes`` are asked for; ``ca_file``: PEM file of the authority behind its certificate.
    """

    issuer: str
    client_id: str
    page_url: str
    roles: dict[str, Literal["reviewer", "lead", "admin"]] = Key(min_length=1)
    role_claim: str = "groups"
    name_claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")
    ca_file: str | None = None


class WebOptions(Value):
    """The review page. It binds elsewhere than loopback only with ``tls_cert`` and ``tls_key`` or behind ``proxy``.

    ``proxy``: the address of the proxy that ends TLS; ``hosts``: the names under which browsers reach the page. A
    session ends after ``idle_minutes`` without use and after ``session_hours`` in any case; a claim on a referral after
    ``claim_minutes`` without use. ``check_share`` of the fields that were accepted without a person are shown blind, to
    measure how often they are wrong; ``seeded_share`` of these with a planted wrong value, to measure the review.
    ``sign_on``: people may also log in at the site's own provider.
    """

    host: str = "127.0.0.1"
    port: int = Key(default=8080, ge=0, le=65535)
    tls_cert: str | None = None
    tls_key: str | None = None
    proxy: str | None = None
    hosts: tuple[str, ...] = ()
    idle_minutes: int = Key(default=20, gt=0)
    session_hours: int = Key(default=12, gt=0)
    claim_minutes: int = Key(default=15, gt=0)
    check_share: float = Key(default=0.02, ge=0, le=1)
    seeded_share: float = Key(default=0.25, ge=0, le=1)
    sign_on: SignOnOptions | None = None

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the page over TLS only."""
        return self.tls_cert is not None or self.proxy is not None


class ReceiverOptions(Value):
    """One system that referrals are delivered to. ``kind``: a registered receiver (folder, webhook, fhir, mllp);
    ``format``: a registered exporter, by default the one that the kind speaks.

    ``folder`` for a folder; ``url`` (and ``ask_url``) for HTTP; ``host``, ``port``, ``is_tls`` for MLLP;
    ``is_plain_allowed``: without TLS off this machine too, for a way that is a tunnel. ``ca_file``, ``certificate``,
    ``certificate_key``: PEM files. ``application`` and ``facility`` are the receiver's own names in
    messages. ``is_original_sent``: the fax itself goes along where the format has a place for it (fhir).
    ``is_deduplicating``: it makes nothing of a repeated key (webhook) or MSH-10 (MLLP); say so only where it
    is known, for what is in doubt is then sent again. ``application_ack_seconds``: the MLLP listener works in enhanced
    mode: after its commit acknowledgment the application's own is awaited so long (it may come on a connection of the
    listener's own, see ``ack_port``). ``mapping``: the site's file of columns and codes, for a receiver of csv. Its
    secret is ``EXTRACTOR_SECRETS__NAME``, in the environment only.
    """

    kind: str
    format: str | None = None
    mapping: str | None = None
    folder: str | None = None
    url: str | None = None
    ask_url: str | None = None
    host: str | None = None
    port: int | None = Key(default=None, gt=0, le=65535)
    is_tls: bool = False
    is_plain_allowed: bool = False
    ca_file: str | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    application: str | None = None
    facility: str | None = None
    is_original_sent: bool = True
    is_deduplicating: bool = False
    connect_seconds: float = Key(default=10.0, gt=0)
    timeout_seconds: float = Key(default=60.0, gt=0)
    application_ack_seconds: float | None = Key(default=None, gt=0)


class DeliveryOptions(Value):
    """Delivering. ``receivers`` by name (``[a-z][a-z0-9_]*``, at most 32 characters): every approved referral goes to
    each of them.

    ``application``, ``facility``, ``npi``: how this site names itself in messages. A worker holds an item for
    ``lease_seconds`` after each part that it begins. A failed try is repeated after ``retry_seconds``, then twice that,
    up to ``longest_retry_seconds``, ``max_tries`` times. ``poll_seconds``: how often the outbox is looked at.

    ``ack_host`` and ``ack_port``: where application acknowledgments are taken that HL7 receivers send on connections of
    their own; none without a port. Off this machine it needs ``ack_certificate`` and ``ack_certificate_key`` (PEM).
    """

    receivers: dict[Annotated[str, Key(pattern=r"^[a-z][a-z0-9_]{0,31}$")], ReceiverOptions] = Key(default_factory=dict)
    application: str = "referral-extractor"
    facility: str | None = None
    npi: str | None = None
    lease_seconds: float = Key(default=300.0, gt=0)
    retry_seconds: float = Key(default=30.0, gt=0)
    longest_retry_seconds: float = Key(default=3600.0, gt=0)
    max_tries: int = Key(default=100, ge=1)
    poll_seconds: float = Key(default=2.0, gt=0)
    ack_host: str = "127.0.0.1"
    ack_port: int | None = Key(default=None, ge=0, le=65535)
    ack_certificate: str | None = None
    ack_certificate_key: str | None = None


class Options(Value):
    """The options of all stages. ``artifact_dir``: the folder for by-products such as class probabilities, if any."""

    ingest: IngestOptions = IngestOptions()
    pool: PoolOptions = PoolOptions()
    image: ImageOptions = ImageOptions()
    ocr: OcrOptions = OcrOptions()
    site: SiteOptions = SiteOptions()
    policy: PolicyOptions = PolicyOptions()
    keep_images: bool = False
    artifact_dir: str | None = None
