"""Places in status lists (证照状态列表): every licence gets one when it is begun, and keeps it.

A department has a row of lists for each suite, which it signs itself. A list has `LIST_SIZE`
places, which are given out in a random order that only the register knows: whoever sees indexes
does not learn how many licences there are, nor in which order they were issued. Rules kept: a place
is given out once, whoever asks at the same time; one whose licence came to nothing says cancelled;
list and address of a place are for good, whatever the settings say later; a register that
turns out to be an old copy gives out no place of the lists that it had begun (ADR 21), and a list
that would give out a place which a licence has, none any more.

Left to others: what the lists say and who signs them, to `publishing`.
"""

import hashlib
import re
import secrets
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, select, update

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from licences.database import inserts_if_new, translated
from licences.licence_life import Standing
from licences.model import LicenceKey, StatusPlace, shard_of
from licences.placed_licences import RowPlace
from licences.reasons import LicenceReason
from licences.row_values import demand_types, each_row, readable, table_of
from licences.rows import NOTABLE, LicenceRow, StatusListRow
from licences.status_lists import LIST_SIZE

_SECRET_BYTES = 32
_KEY_BYTES = 8
_TRIES = 100
_MOST_DIGITS: Final = 9
_FEW: Final = 500
_LIST = table_of(StatusListRow)
_LICENCE = table_of(LicenceRow)
_NOTABLE: Final = select(_LICENCE.c.status_uri, _LICENCE.c.status_index, _LICENCE.c.standing).where(
    NOTABLE
)
_HELD: Final = select(_LICENCE.c.shard, _LICENCE.c.id, _LICENCE.c.identifier)
_NAME: Final = re.compile(r"[0-9A-Z]+-(?:sm2|rsa)-[0-9]+\.jwt")
_INSERT: Final = inserts_if_new(_LIST)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptList:
    """A status list as the register keeps it: whose it is, and under which address it is found.

    Attributes:
        department: code of whose it is.
        suite: of its licences and its signer.
        number: which of theirs.
        uri: its address, which ends in its file's name.
    """

    department: str
    suite: Suite
    number: int
    uri: str

    def __post_init__(self) -> None:
        name = self.uri.rpartition("/")[2]
        if name != _name(self.department, self.suite, self.number) or not _NAME.fullmatch(name):
            msg = f"状态列表的地址不合 no address of list {self.number}: {self.uri}"
            raise ValueError(msg)

    @property
    def name(self) -> str:
        """What its file is called."""
        return self.uri.rpartition("/")[2]


def is_in_list(place: StatusPlace, department: str, suite: Suite, *, base: str) -> bool:
    """Whether a place is one of a department's, in a list below an address."""
    head, _, name = place.uri.rpartition("/")
    number = name.removeprefix(f"{department}-{suite}-").removesuffix(".jwt")
    is_number = number.isdecimal() and len(number) <= _MOST_DIGITS
    is_name = is_number and name == _name(department, suite, int(number))
    return head == base and is_name and place.index in range(LIST_SIZE)


class StatusPlaces:
    """Gives out places, and says which licences are to be told of; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = _INSERT[engine.dialect.name]

    def allot(
        self, department: str, suite: Suite, count: int, *, base: str
    ) -> tuple[StatusPlace, ...]:
        """Give out places of a department, in one transaction.

        Args:
            department: code of the department.
            suite: the suite of the licences, and so of the list.
            count: how many, at most `LIST_SIZE`.
            base: where lists are found that are begun now, without a slash at the end.

        Raises:
            RefusedError: JOURNAL_BROKEN, the row of the department's list says what it cannot.
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        with translated(), readable(department), self._engine.begin() as connection:
            for _ in range(_TRIES):
                found = self._take(connection, department, suite, count, base)
                if found is not None:
                    return found
        raise UnavailableError(
            LicenceReason.DATABASE_UNAVAILABLE, "状态列表均已满 no status list has room"
        )

    def demand_free(self, place: StatusPlace, key: LicenceKey) -> None:
        """Insist that no other licence holds a place.

        Raises:
            RefusedError: JOURNAL_BROKEN, another one does.
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        query = _HELD.where(
            _LICENCE.c.status_uri == place.uri, _LICENCE.c.status_index == place.index
        )
        with translated(), readable(""), self._engine.connect() as connection:
            others = [
                identifier
                for shard, number, identifier in connection.execute(query)
                if (shard, number) != (key.shard, key.id)
            ]
        if others:
            sentence = (
                f"状态列表位置已属于 its place in a status list is that of {others[0]}："
                "请从备份恢复 restore it from a backup"
            )
            raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence)

    def lists(self) -> tuple[KeptList | RefusedError, ...]:
        """Give all lists that were begun, in the order of department, suite and number.

        In the place of one whose row says what it cannot, why (JOURNAL_BROKEN).
        """
        query = select(_LIST).order_by(_LIST.c.department, _LIST.c.suite, _LIST.c.number)
        with translated(), self._engine.connect() as connection:
            return tuple(map(_read_list, each_row(connection.execute(query).mappings())))

    def notable(self) -> Mapping[RowPlace, Standing | None]:
        """Say by their places which licences do not stand as valid, all as their rows say it.

        `None`: of such a standing nothing is known.
        """
        known = {each.value: each for each in Standing}
        with translated(), self._engine.connect() as connection:
            return {
                (uri, index): known.get(standing)
                for uri, index, standing in connection.execute(_NOTABLE)
            }

    def close_all(self, *, unless_full: str) -> None:
        """Give out no more places of the lists begun so far, unless that was done before.

        Args:
            unless_full: address of the list by which it became known; if that is full, nothing is
                done, for the lists that were begun since then are sound.

        Raises:
            UnavailableError: DATABASE_UNAVAILABLE.
        """
        full = update(_LIST).where(_LIST.c.used < LIST_SIZE).values(used=LIST_SIZE)
        with translated(), self._engine.begin() as connection:
            if connection.execute(full.where(_LIST.c.uri == unless_full)).rowcount:
                connection.execute(full)

    def _take(
        self, connection: Connection, department: str, suite: Suite, count: int, base: str
    ) -> tuple[StatusPlace, ...] | None:
        """Take places of the newest list; begin another one if it is full, or lies elsewhere."""
        shard = shard_of(f"{department} {suite}")
        mine = (
            _LIST.c.shard == shard,
            _LIST.c.department == department,
            _LIST.c.suite == suite.value,
        )
        newest = select(_LIST).where(*mine).order_by(_LIST.c.number.desc()).limit(1)
        last = connection.execute(newest).mappings().one_or_none()
        if last is not None:
            demand_types(last, _LIST)
        number = 0 if last is None else last["number"]
        if last is not None and last["uri"] == _uri(base, department, suite, number):
            taking = (
                update(_LIST)
                .where(*mine, _LIST.c.number == number, _LIST.c.used <= LIST_SIZE - count)
                .values(used=_LIST.c.used + count)
                .returning(_LIST.c.used)
            )
            used = connection.execute(taking).scalar_one_or_none()
            if used is not None:
                if used < count:
                    msg = f"{last['uri']}: {used - count}"
                    raise ValueError(msg)
                given = _order(bytes(last["secret"]))[used - count : used]
                if not _is_held(connection, last["uri"], given):
                    return tuple(StatusPlace(uri=last["uri"], index=index) for index in given)
                full = update(_LIST).where(*mine, _LIST.c.number == number)
                connection.execute(full.values(used=LIST_SIZE))
        following = 0 if last is None else number + 1
        row: dict[str, Any] = {
            "shard": shard,
            "department": department,
            "suite": suite.value,
            "number": following,
            "uri": _uri(base, department, suite, following),
            "secret": secrets.token_bytes(_SECRET_BYTES),
            "used": 0,
        }
        connection.execute(self._insert, [row])
        return None


def _is_held(connection: Connection, uri: str, indexes: Sequence[int]) -> bool:
    """Whether a licence has one of these places: then somebody turned the list's counter back."""
    held = select(_LICENCE.c.status_index).where(_LICENCE.c.status_uri == uri)
    if len(indexes) <= _FEW:
        held = held.where(_LICENCE.c.status_index.in_(indexes))
    return not set(connection.execute(held).scalars()).isdisjoint(indexes)


def _read_list(row: RowMapping | RefusedError) -> KeptList | RefusedError:
    if isinstance(row, RefusedError):
        return row
    try:
        with readable(f"{row['department']}-{row['suite']}-{row['number']}"):
            return KeptList(
                department=row["department"],
                suite=Suite(row["suite"]),
                number=row["number"],
                uri=row["uri"],
            )
    except RefusedError as error:
        return error


def _uri(base: str, department: str, suite: Suite, number: int) -> str:
    return f"{base}/{_name(department, suite, number)}"


def _name(department: str, suite: Suite, number: int) -> str:
    return f"{department}-{suite}-{number}.jwt"


@lru_cache(maxsize=64)
def _order(secret: bytes) -> Sequence[int]:
    """In which order a list's places are given out; never changed, or places were given twice."""
    stream = hashlib.shake_256(secret).digest(_KEY_BYTES * LIST_SIZE)
    keys = [stream[at : at + _KEY_BYTES] for at in range(0, len(stream), _KEY_BYTES)]
    return array("H", sorted(range(LIST_SIZE), key=keys.__getitem__))
