"""``python -m extractor`` and the ``extractor`` command."""

from extractor.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
