"""The migrations of the store's schema; Alembic runs ``env.py``."""
