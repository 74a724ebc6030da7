"""What alembic runs: the steps, over the connection and in the transaction that it was handed."""

from alembic import context


def migrate() -> None:
    """Take all the steps that the schema has not taken."""
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()


if __name__ == "env_py":  # the name under which alembic runs this file; whoever merely imports it migrates nothing
    migrate()
