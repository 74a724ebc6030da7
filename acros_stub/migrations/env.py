"""What alembic runs: every step that is missing, on the connection and in the transaction that it was handed."""

from alembic import context

from acros_stub import models


def migrate() -> None:
    """Run the steps; the caller commits, so that a store is at one version or the other and never between."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=models.metadata)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # alembic's own name for it: merely imported, it does nothing
    migrate()
