"""What must outlive a process: documents, records, originals, the outbox, audit; SQLite by default, PostgreSQL by URL.

A file of this package holds one concern: its tables (on ``metadata.METADATA``) beside the functions that use them. A
function takes an open ``Connection`` as its first argument, so that the caller decides what is one transaction.
"""
