"""The schema of the record, step by step; alembic takes them, on SQLite and on PostgreSQL."""
