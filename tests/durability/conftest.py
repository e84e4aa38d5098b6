from tests.durability.object_store import object_store
from tests.durability.postgres import database, database_url, jobs_url, postgres
from tests.durability.processes import start
from tests.durability.rooms import fax, pool, room, sqlite_room

__all__ = [
    "database",
    "database_url",
    "fax",
    "jobs_url",
    "object_store",
    "pool",
    "postgres",
    "room",
    "sqlite_room",
    "start",
]
