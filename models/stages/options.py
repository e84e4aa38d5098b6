"""What each stage may be told; frozen, built by ``extractor.settings`` only, passed down."""

from pydantic import Field as Key

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

    ``protocols``: a file or folder of protocols (``*.yaml``) over the packaged ones.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    npis: tuple[str, ...] = ()
    country_code: str = "1"
    protocols: str | None = None


class Options(Value):
    """The options of all stages. ``artifact_dir``: the folder for by-products such as class probabilities, if any."""

    ingest: IngestOptions = IngestOptions()
    pool: PoolOptions = PoolOptions()
    image: ImageOptions = ImageOptions()
    ocr: OcrOptions = OcrOptions()
    site: SiteOptions = SiteOptions()
    keep_images: bool = False
    artifact_dir: str | None = None
