"""What a licence was asked for and allotted stays, and a place in a status list is its for good.

Revision 0006, after 0005. Of a licence's row only how far it has come is ever written again: who
moved it to another place, or deleted it, had that place speak of another. A second licence at a
place is refused; those that have one together already stay, and are told by `licences rebuild`. Of
a status list nothing changes but how many of its places are given out, and those are never fewer.
No event stands before the first one of its journal, or between two.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_ALLOTTED = (
    "shard, id, identifier, type_code, natural_key, department, suite, formats, request_digest, "
    "data, run, status_uri, status_index, replaces"
)
_OF_A_LIST = "shard, department, suite, number, uri, secret"
_STAYS = "what was asked for and allotted stays"
_TAKEN = "another licence has this place in a status list"
_LIST_STAYS = "a status list gives out its places once"
_COUNTED = "the events of a journal are counted from 0"
_HELD = (
    "NEW.status_uri <> '' AND EXISTS (SELECT 1 FROM licence "
    "WHERE status_uri = NEW.status_uri AND status_index = NEW.status_index)"
)


def upgrade() -> None:
    """Guard licences and status lists."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    """Guard also what `INSERT OR REPLACE` would take away without asking for deletion."""
    for name, when, refusal in (
        ("licence_no_update", f"UPDATE OF {_ALLOTTED} ON licence", _STAYS),
        ("licence_no_delete", "DELETE ON licence", _STAYS),
        ("licence_no_replace", f"INSERT ON licence WHEN {_same('licence', 'shard, id')}", _STAYS),
        ("licence_own_place", f"INSERT ON licence WHEN {_HELD}", _TAKEN),
        ("status_list_no_update", f"UPDATE OF {_OF_A_LIST} ON status_list", _LIST_STAYS),
        (
            "status_list_no_return",
            "UPDATE OF used ON status_list "
            "WHEN typeof(NEW.used) <> 'integer' OR NEW.used < OLD.used",
            _LIST_STAYS,
        ),
        ("status_list_no_delete", "DELETE ON status_list", _LIST_STAYS),
        (
            "event_counted",
            "INSERT ON event WHEN typeof(NEW.number) <> 'integer' OR NEW.number < 0",
            _COUNTED,
        ),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    same = _same("status_list", "shard, department, suite, number")
    op.execute(  # of two who begin a list at once the second goes on with the first one's
        f"CREATE TRIGGER status_list_no_replace BEFORE INSERT ON status_list WHEN {same} "
        "BEGIN SELECT RAISE(IGNORE); END"
    )


def _same(table: str, key: str) -> str:
    same = " AND ".join(f"{name} = NEW.{name}" for name in key.split(", "))
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  our own words


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_taken_place() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_HELD} THEN RAISE EXCEPTION '{_TAKEN}'; END IF; RETURN NEW; END $$"
    )
    for name, when, each, refusal in (
        ("licence_no_update", f"UPDATE OF {_ALLOTTED} ON licence", "STATEMENT", _STAYS),
        ("licence_no_delete", "DELETE OR TRUNCATE ON licence", "STATEMENT", _STAYS),
        (
            "status_list_no_update",
            f"UPDATE OF {_OF_A_LIST} ON status_list",
            "STATEMENT",
            _LIST_STAYS,
        ),
        ("status_list_no_delete", "DELETE OR TRUNCATE ON status_list", "STATEMENT", _LIST_STAYS),
        (
            "status_list_no_return",
            "UPDATE OF used ON status_list",
            "ROW WHEN (NEW.used < OLD.used)",
            _LIST_STAYS,
        ),
        ("event_counted", "INSERT ON event", "ROW WHEN (NEW.number < 0)", _COUNTED),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {each} "
            f"EXECUTE FUNCTION refuse_change('{refusal}')"
        )
    op.execute(
        "CREATE TRIGGER licence_own_place BEFORE INSERT ON licence FOR EACH ROW "
        "EXECUTE FUNCTION refuse_taken_place()"
    )
