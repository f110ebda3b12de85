"""What the register has under a number is handed out to who asked for it, and to nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eseal.jose.strict_json import Scalar
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued, Issuer, Refused
from licences.model import Format, IssueRequest, Licence
from licences.reasons import LicenceReason
from licences.row_values import licence_row
from licences.store import Register
from tests.homes import make_home, open_issuer, request
from tests.registers import ON_SQLITE, by_hand
from tests.world import DAY, NOW

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, register_url: str) -> Home:
    """A home with two licences, on each database in turn."""
    home = make_home(tmp_path / "home", demo_authority, register_url)
    with open_issuer(home) as issuer:
        assert all(isinstance(each, Issued) for each in issuer.issue_many(map(wanted, (1, 2))))
    return home


@pytest.fixture
def register(home: Home) -> Iterator[Register]:
    """Its register."""
    register = home.register()
    yield register
    register.close()


def wanted(number: int, **changes: Scalar) -> IssueRequest:
    """A request."""
    asked = request(number, formats=(Format.JSON,))
    return replace(asked, data={**asked.data, **changes})


def known(home: Home, register: Register, number: int) -> Licence:
    """A licence that was issued."""
    with open_issuer(home) as issuer:
        outcome = issuer.issue(wanted(number))
    assert isinstance(outcome, Issued)
    found = register.find_by_identifier(outcome.identifier)
    assert found is not None
    return found


def assert_first_alone_is_refused(home: Home) -> None:
    """JOURNAL_BROKEN for the first, by all that asks; the second and a third are good."""
    with open_issuer(home) as issuer:
        first, *others = issuer.issue_many(map(wanted, (1, 2, 3)))
        assert [isinstance(each, Issued) for each in others] == [True, True]
        other_data = issuer.issue(wanted(1, name="另一家（样本）"))
        for outcome in (first, other_data):
            assert isinstance(outcome, Refused)
            assert [each.reason for each in outcome.problems] == [LicenceReason.JOURNAL_BROKEN]
        checked = issuer.check(wanted(1))
    assert [each.reason for each in checked] == [LicenceReason.JOURNAL_BROKEN]
    assert before(home) == {2, 3}


def before(home: Home) -> set[int]:
    """Which of three requests are found to have been issued."""
    with Issuer.open(home, clock=lambda: NOW + DAY) as issuer:
        return set(issuer.issued_before({number: wanted(number) for number in (1, 2, 3)}))


def execute(register: Register, sql: str) -> None:
    """Change the database by hand."""
    with by_hand(register.engine) as connection:
        connection.exec_driver_sql(sql)


def column(name: str, identifier: str) -> str:
    """A value of a licence, in SQL."""
    return f"(SELECT {name} FROM licence WHERE identifier = '{identifier}')"  # noqa: S608


@pytest.mark.parametrize("digests", ["none", "number", "both"])
def test_a_number_gives_no_other_licence(home: Home, register: Register, digests: str) -> None:
    """Whoever has a number lead to another licence, and its row say so, gets nothing of it."""
    one, two = (known(home, register, number) for number in (1, 2))
    third = column("natural_key", two.identifier)
    execute(
        register,
        f"UPDATE natural_key SET licence_shard = {two.key.shard}, licence_id = "  # noqa: S608
        f"{column('id', two.identifier)} WHERE digest = {column('natural_key', one.identifier)}",
    )
    if digests == "none":
        assert_first_alone_is_refused(home)
        return
    said = ["natural_key", *(["request_digest"] if digests == "both" else [])]
    values = ", ".join(f"{name} = {column(name, one.identifier)}" for name in said)
    execute(register, f"DELETE FROM natural_key WHERE digest = {third}")  # noqa: S608
    execute(
        register,
        f"UPDATE licence SET {values} WHERE identifier = '{two.identifier}'",  # noqa: S608
    )
    with open_issuer(home) as issuer:
        outcome = issuer.issue(wanted(1))
        checked = issuer.check(wanted(1))
    assert isinstance(outcome, Refused)
    assert [each.reason for each in (*outcome.problems, *checked)] == [
        LicenceReason.JOURNAL_BROKEN,
        LicenceReason.JOURNAL_BROKEN,
    ]
    assert before(home) == set()


@pytest.mark.parametrize("gone", ["identifier", "suite"])
def test_a_bad_row_stops_no_other(home: Home, register: Register, gone: str) -> None:
    """One that cannot be read, or is not there, is refused; what else is asked for is issued."""
    one = known(home, register, 1)
    where = f"WHERE identifier = '{one.identifier}'"
    changes = {
        "identifier": f"DELETE FROM licence {where}",  # noqa: S608
        "suite": f"UPDATE licence SET suite = 'x' {where}",  # noqa: S608
    }
    execute(register, changes[gone])
    assert_first_alone_is_refused(home)


def test_altered_data_are_nobodys(home: Home, register: Register) -> None:
    """Data that are not those of the digest in the row answer neither request."""
    one = known(home, register, 1)
    execute(
        register,
        "UPDATE licence SET data = replace(data, '样本', '样品') "  # noqa: S608
        f"WHERE identifier = '{one.identifier}'",
    )
    assert_first_alone_is_refused(home)


def test_a_copy_answers_nobody(home: Home, register: Register) -> None:
    """A number that leads to a copy, such as of before a revocation, is refused, not handed out."""
    one = known(home, register, 1)
    kept = f"id = {column('id', one.identifier)}"
    names = {name: name for name in licence_row(one)}
    copied = {**names, "id": f"'{7:032x}'", "status_uri": "''", "status_index": "0"}
    said = f"INSERT INTO licence ({', '.join(copied)}) SELECT {', '.join(copied.values())}"
    execute(register, f"{said} FROM licence WHERE {kept}")
    for table in ("event", "document"):
        columns = "number, kind, at, body, digest" if table == "event" else "format, sha256, size"
        execute(
            register,
            f"INSERT INTO {table} (shard, licence_id, {columns}) "  # noqa: S608
            f"SELECT shard, '{7:032x}', {columns} FROM {table} WHERE licence_{kept}",
        )
    execute(
        register,
        f"UPDATE natural_key SET licence_id = '{7:032x}' WHERE licence_{kept}",  # noqa: S608
    )
    assert_first_alone_is_refused(home)
