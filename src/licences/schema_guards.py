"""What acts by itself in the register's database: its guards, and nothing that is not ours.

Triggers keep the journals append-only; one that somebody added can as well drop what is written, or
write something else, and the program would say that it is done. Rules kept: whoever opens a
register asks, which is one query; a trigger, view or rule that no migration made, or that is not as
it was made, is foreign, and so is a table on SQLite that settles conflicts itself; on PostgreSQL
rows that a policy may hide or that another table adds, and a session that asks no triggers, are,
too. The owner of the database can have all that come and go between two openings.

A test holds the guards here and those of the migrations together.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, Engine, inspect, text

from eseal.errors import UnavailableError
from licences.database import demand_writable, snapshot
from licences.reasons import LicenceReason
from licences.rows import LicenceRow

Guard: TypeAlias = tuple[str, str]
"""Its name, and a digest of what it is."""

_TABLES: Final = sorted(LicenceRow.metadata.tables)
_SQLITE: Final = text("""
SELECT name, sql FROM sqlite_master WHERE sql LIKE '%conflict%' OR NOT (
    substr(sql, 1, 13) IN ('CREATE TABLE ', 'CREATE INDEX ')
    OR substr(sql, 1, 20) = 'CREATE UNIQUE INDEX '
)
""")
"""SQLite goes by `sql`, however `type` is written; ON CONFLICT REPLACE there takes rows away."""
_POSTGRESQL: Final = text("""
WITH register AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity
    FROM unnest(CAST(:tables AS text[])) AS named
        JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(named))
)
SELECT tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid, true), tgenabled, lanname,
        proconfig, (SELECT count(*) FROM pg_depend
            WHERE classid = CAST('pg_trigger' AS regclass) AND objid = pg_trigger.oid
                AND refclassid <> CAST('pg_class' AS regclass)), prosrc)
    FROM register JOIN pg_trigger ON tgrelid = register.oid JOIN pg_proc ON tgfoid = pg_proc.oid
        JOIN pg_language ON prolang = pg_language.oid
    WHERE NOT tgisinternal
UNION ALL SELECT rulename, 'RULE' FROM register JOIN pg_rewrite ON ev_class = register.oid
UNION ALL SELECT relname, 'NO TABLE' FROM register WHERE relkind <> 'r'
UNION ALL SELECT child.relname, 'CHILD' FROM register
    JOIN pg_inherits ON inhparent = register.oid JOIN pg_class AS child ON child.oid = inhrelid
UNION ALL SELECT relname, 'POLICY' FROM register WHERE relrowsecurity
UNION ALL SELECT name, setting FROM pg_settings
    WHERE name = 'session_replication_role' AND setting <> 'origin'
""")
"""What a trigger calls is counted, for a function of somebody else's may have a known name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaState:
    """What acts by itself in a database.

    Attributes:
        foreign: names of what no migration made, or not so.
        missing: names of the guards that are not there.
    """

    foreign: tuple[str, ...]
    missing: tuple[str, ...]


def guards_in(connection: Connection) -> frozenset[Guard]:
    """Give what acts by itself."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(_SQLITE)
    else:
        rows = connection.execute(_POSTGRESQL, {"tables": [*_TABLES, "alembic_version"]})
    return frozenset((str(name), _digest(str(made))) for name, made in rows)


def look_at(connection: Connection) -> SchemaState:
    """Compare a database's guards with those that the migrations make."""
    found, ours = guards_in(connection), GUARDS[connection.dialect.name]
    foreign, missing = (
        tuple(sorted(name for name, _ in those)) for those in (found - ours, ours - found)
    )
    return SchemaState(foreign=foreign, missing=missing)


def demand_in_order(engine: Engine) -> None:
    """See that a register can be written to, and that it has all of its guards and keys.

    Raises:
        UnavailableError: DATABASE_UNAVAILABLE; DATABASE_ALTERED. `.at` is the database.
    """
    demand_writable(engine)
    with snapshot(engine) as connection:
        missing = (*look_at(connection).missing, *_keys_missing(connection))
    if missing:
        names = "、".join(missing)
        sentence = (
            "缺少保护日志的触发器，或保证唯一的键 triggers that guard the journals, or keys by "
            f"which things are once, are missing：{names}；请从备份恢复 restore them from a backup"
        )
        raise UnavailableError(
            LicenceReason.DATABASE_ALTERED, sentence, at=engine.url.database or ""
        )


def _keys_missing(connection: Connection) -> Iterator[str]:
    """Name the keys that are not there: what is written once is so by them."""
    found = inspect(connection)
    for name, table in LicenceRow.metadata.tables.items():
        if not found.has_table(name):
            yield name
            continue
        if found.get_pk_constraint(name)["constrained_columns"] != [
            *table.primary_key.columns.keys()
        ]:
            yield f"{name} (primary key)"
        unique = {each["name"] for each in found.get_indexes(name) if each["unique"]}
        ours = {str(each.name) for each in table.indexes if each.unique}
        yield from sorted(ours - unique)


def _digest(made: str) -> str:
    return hashlib.sha256(made.encode(errors="replace")).hexdigest()[:16]


GUARDS: Final[Mapping[str, frozenset[Guard]]] = {
    "sqlite": frozenset(
        {
            ("event_counted", "44e68a27b4ec6f3d"),
            ("event_no_delete", "11e691c5dcfb21d9"),
            ("event_no_replace", "db8ca1eceb74b8f7"),
            ("event_no_rowid", "2e9073254c12065d"),
            ("event_no_update", "545840bd0de0fcbd"),
            ("event_own_rowid", "a801c08d043d3d63"),
            ("event_signature_no_delete", "4d8aa6a63f34836d"),
            ("event_signature_no_replace", "74cd17bd5a15cd63"),
            ("event_signature_no_rowid", "c3e48878a6a6fe66"),
            ("event_signature_no_update", "6bc6ac59f9c84350"),
            ("event_signature_own_rowid", "9f91d453714b4d3b"),
            ("identifier_no_delete", "b43b673626eeeef1"),
            ("identifier_no_replace", "54f71208f1ab7ee4"),
            ("identifier_no_rowid", "55c6b946d91eb454"),
            ("identifier_no_update", "d9ec4e261e140dec"),
            ("identifier_own_rowid", "fab90d1841b592c5"),
            ("licence_no_delete", "9a24c97d119c8c28"),
            ("licence_no_replace", "defed74275fcc08e"),
            ("licence_no_rowid", "fa32c0a4f706344d"),
            ("licence_no_update", "ab569877d40e2391"),
            ("licence_own_place", "0465912927e074bd"),
            ("licence_own_rowid", "6265cdbf7cd50689"),
            ("licence_same_rowid", "a7d1143388476ddc"),
            ("seal_event_no_delete", "31200c6013ac11c8"),
            ("seal_event_no_replace", "d5138a3da0e10f49"),
            ("seal_event_no_rowid", "80ae4d8849044da1"),
            ("seal_event_no_update", "eef6c0e17dd1f565"),
            ("seal_event_own_rowid", "d30eb4e2b2a2ca15"),
            ("seal_name_no_delete", "f20023594c0d8acc"),
            ("seal_name_no_replace", "252620845859a3d3"),
            ("seal_name_no_rowid", "cc249f62b06e90de"),
            ("seal_name_no_update", "e874f5546090c16a"),
            ("seal_name_own_rowid", "8153dadd7fabf188"),
            ("seal_name_same_rowid", "c273c75e7f91d9ea"),
            ("seal_use_no_delete", "beadd9d2e69a9512"),
            ("seal_use_no_replace", "7685b5083418fccc"),
            ("seal_use_no_rowid", "238726f6d7243449"),
            ("seal_use_no_update", "cbf54f696bd22e9a"),
            ("seal_use_own_rowid", "b4e61477f7c0a63e"),
            ("status_list_no_delete", "d3919d68a80cc5aa"),
            ("status_list_no_replace", "cc913cc7a23fb62e"),
            ("status_list_no_return", "c9fea5ef58ab5ff5"),
            ("status_list_no_rowid", "5317a6643263fc1b"),
            ("status_list_no_update", "a80e8cd96bc2fb12"),
            ("status_list_own_rowid", "11d83eb7de55bc33"),
            ("status_list_same_rowid", "f6bc7dbbcf836045"),
        }
    ),
    "postgresql": frozenset(
        {
            ("event_append_only", "15a4a804fbe94632"),
            ("event_counted", "1bc344a5df98c831"),
            ("event_signature_append_only", "c5b9b15d859a0d18"),
            ("identifier_append_only", "33ab55550f7154ba"),
            ("licence_no_delete", "287ab648553f28ad"),
            ("licence_no_update", "4a96a3ffb565f9ef"),
            ("licence_own_place", "af4859c4cc188076"),
            ("seal_event_append_only", "3fd0af58162df9a0"),
            ("seal_name_append_only", "ba14edc3d413d74e"),
            ("seal_name_no_update", "28b1af29a74abc4c"),
            ("seal_use_append_only", "98325d01317f60a8"),
            ("status_list_no_delete", "542da0b85ad776df"),
            ("status_list_no_return", "0922c8c8e6f0f4f9"),
            ("status_list_no_update", "ec7cbe32cc4ad78f"),
        }
    ),
}
"""By database: the guards of the newest revision, each by its name and a digest of it."""
