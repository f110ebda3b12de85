"""Status of a million licences: publishing after a thousand revocations, and looking one up."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select

from bench.measure import Row
from bench.world import World
from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.jose.status_judging import StatusAnswer, StatusJudge, StatusReference
from eseal.jose.strict_json import JsonObject
from eseal.moments import now
from licences.checks import LicenceCheck
from licences.home import Home
from licences.journal import intend, next_entry
from licences.licence_life import LifeAction, Standing
from licences.life_journal import record_life
from licences.model import EventKind, Format, StatusPlace
from licences.publishing import Change, publish
from licences.row_values import event_row, read_licence, table_of
from licences.rows import EventRow, LicenceRow
from licences.seal_journal import Grounds
from licences.status_check import StatusSources
from licences.status_files import load_statuses
from licences.status_lists import LIST_SIZE
from licences.status_places import StatusPlaces

LICENCES, REVOKED, LOOKUPS = 1_000_000, 1000, 2000
PUBLISH_BAR_S, LOOKUP_BAR_MS = 2.0, 1.0
_CHUNK = LIST_SIZE // 4


def rows(world: World) -> list[Row]:
    """Measure both; most licences are rows only: publishing reads the journals of what changed."""
    home = world.home("status")
    department, suite = world.authority.departments[0].code.text, Suite.SM2
    places = _fill(home, department, suite)
    folder = world.folder / "public"
    signing = _seconds(lambda: home.signer(department, suite).sign(bytes(1100)))
    for _ in publish(home, folder, clock=now):
        pass
    _revoke(home, department, suite)
    began = time.perf_counter()
    later = now() + timedelta(seconds=1)
    results = list(publish(home, folder, clock=lambda: later))
    took = time.perf_counter() - began
    if {each.change for each in results} != {Change.CHANGED}:
        raise RuntimeError(results)
    lookup = _lookup(home, load_statuses([folder]), places, department)
    return [
        Row(
            what=f"publishing {len(results)} changed lists of {LICENCES} licences, {suite}",
            figure=f"{took:.2f} s",
            ratio=took / len(results) / signing,
            against=f"opening a key and signing, a list, {signing * 1e3:.1f} ms",
            bar=f"<= {PUBLISH_BAR_S} s",
            held=took <= PUBLISH_BAR_S,
        ),
        Row(
            what="looking a status up in a list that is loaded",
            figure=f"{lookup * 1e6:.0f} us",
            ratio=None,
            against="",
            bar=f"<= {LOOKUP_BAR_MS} ms",
            held=lookup * 1e3 <= LOOKUP_BAR_MS,
        ),
    ]


def _fill(home: Home, department: str, suite: Suite) -> list[StatusPlace]:
    """Enter a million licences, each with its place."""
    register, table = home.register(), table_of(LicenceRow)
    places, status = StatusPlaces(register.engine), home.settings.status
    if status is None:
        raise RuntimeError(home)
    taken: list[StatusPlace] = []
    while len(taken) < LICENCES:
        count = min(_CHUNK, LICENCES - len(taken))
        found = places.allot(department, suite, count, base=status.uri)
        with register.engine.begin() as connection:
            values = list(_rows(found, len(taken), department, suite))
            connection.execute(insert(table), values)
        taken += found
    register.close()
    return taken


def _rows(
    places: tuple[StatusPlace, ...], start: int, department: str, suite: Suite
) -> Iterator[dict[str, object]]:
    at = now()
    for number, place in enumerate(places, start):
        yield {
            "shard": number % 1024,
            "id": UUID(int=number),
            "identifier": f"1.2.{number}",
            "type_code": "T",
            "natural_key": b"",
            "department": department,
            "suite": suite.value,
            "formats": "json",
            "request_digest": b"",
            "data": "{}",
            "issued_at": at,
            "seed": None,
            "run": UUID(int=0),
            "state": "issued",
            "events": 2,
            "head": b"",
            "standing": Standing.VALID.value,
            "status_uri": place.uri,
            "status_index": place.index,
            "replaces": "",
        }


def _revoke(home: Home, department: str, suite: Suite) -> None:
    """Revoke some, with their journals, which are held against what is published."""
    chosen = random.Random(1).sample(range(LICENCES), REVOKED)  # noqa: S311  not a secret
    table, at, signer = table_of(LicenceRow), now(), home.signer(department, suite)
    with closing(home.register()) as register:
        for number in chosen:
            with register.engine.begin() as connection:
                found = connection.execute(
                    select(table).where(
                        table.c.id == UUID(int=number), table.c.shard == number % 1024
                    )
                )
                licence = read_licence(found.mappings().one(), ())
                body: JsonObject = {
                    "identifier": licence.identifier,
                    "issued_at": int(at.timestamp()),
                }
                bare = replace(licence, events=0, head=b"")
                begun = intend(bare, Format.JSON, bytes(32), signer=signer, at=at)
                issue = next_entry(begun.licence, EventKind.ISSUED, body, at)
                events = [begun.event, issue.event]
                connection.execute(insert(table_of(EventRow)), list(map(event_row, events)))
            revocation = record_life(
                issue.licence,
                events,
                LifeAction.REVOKE,
                actor="bench",
                grounds=Grounds(reason="样本"),
                at=at,
                signer=signer,
            )
            register.advance([revocation])


def _lookup(
    home: Home, sources: StatusSources, places: list[StatusPlace], department: str
) -> float:
    """Ask for many licences at one time; the first of each list, with its signature, is extra."""
    at = now() + timedelta(seconds=2)
    judge = StatusJudge(PathJudge(home.trust_store(), at=at))

    def ask(place: StatusPlace) -> None:
        answer = judge.ask(
            next(iter(sources.find_lists(place.uri, at)), None),
            StatusReference(uri=place.uri, index=place.index),
            issuer=department,
            check=LicenceCheck.STATUS,
        )
        if not isinstance(answer, StatusAnswer):
            raise TypeError(str(answer))

    for place in places[::_CHUNK]:
        ask(place)
    chosen = random.Random(2).sample(places, LOOKUPS)  # noqa: S311  not a secret
    began = time.perf_counter()
    for place in chosen:
        ask(place)
    return (time.perf_counter() - began) / LOOKUPS


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
