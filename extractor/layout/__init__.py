"""Words and pixels of one page to its structure."""

from extractor.layout.page import analyse_page

__all__ = ["analyse_page"]
