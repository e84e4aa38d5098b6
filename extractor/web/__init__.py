"""The review page and its REST API: people answer what the machine is not sure of, and approve."""

from extractor.web.app import create_app
from extractor.web.desk import Desk
from extractor.web.server import run_server

__all__ = ["Desk", "create_app", "run_server"]
