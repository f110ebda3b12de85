"""The register's schema, one Alembic revision after another; shipped inside the package.

Rules kept: the schema exists by migrations only, from the first table on; a home's database is
brought up to date in one transaction by `upgrade`, with no file of settings and no command line;
two processes at once wait for each other.

A revision is never edited after it was released. A test holds `rows` and the revisions together.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

_ADVISORY_LOCK = 0x6C69_6365_6E63_6573
"""Key of the PostgreSQL advisory lock around an upgrade: "licences" in ASCII."""


class UnknownRevisionError(Exception):
    """The database is at a revision that this version of the program does not know."""


def upgrade(engine: Engine) -> None:
    """Bring the database behind `engine` to the newest revision; does nothing when it is there.

    Raises:
        UnknownRevisionError: the database is at none of the revisions here.
    """
    with engine.begin() as connection:
        _lock_out_others(connection)
        try:
            command.upgrade(configuration(connection), "head")
        except CommandError as error:
            raise UnknownRevisionError from error


def head() -> str:
    """Name the newest revision."""
    (revision,) = ScriptDirectory.from_config(configuration()).get_heads()
    return revision


def configuration(connection: Connection | None = None) -> Config:
    """Make Alembic's configuration in memory, running on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock_out_others(connection: Connection) -> None:
    """Wait until no other upgrade is under way, and keep others waiting until the commit."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _ADVISORY_LOCK})
