from tests.durability.postgres import database, database_url, jobs_url, postgres
from tests.durability.processes import start

__all__ = ["database", "database_url", "jobs_url", "postgres", "start"]
