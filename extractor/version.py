"""The version, read from the installed package so that it is stated once, in ``pyproject.toml``."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("referral-extractor")
except PackageNotFoundError:
    __version__ = "0+unknown"
