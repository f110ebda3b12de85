"""The authority register: strictly read, bounded, and believed only of whom it should be."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.jose.strict_json import JsonObject, canonical
from eseal.reasons import Reason
from licences.authority_entries import AuthorityEntry, entry_data, read_entry
from licences.authority_register import (
    MAX_ENTRIES,
    REGISTER_TYP,
    AuthorityRegister,
    draft_register,
    open_register,
    read_register,
    sign_register,
)
from licences.identifiers import Uscc
from licences.reasons import LicenceReason
from tests.homes import BUSINESS, DEPARTMENTS, MARKET
from tests.licences.papers import market_signer
from tests.schemas import faults
from tests.statements import forged
from tests.world import DAY, NOW, YEAR, Authority, World

SHA256 = "0123456789abcdef" * 4
ENTRY: JsonObject = {
    "department": MARKET,
    "types": [BUSINESS.code],
    "certificates": [SHA256],
    "seals": ["99990000000001"],
    "from": "2025-01-01",
    "until": None,
}
GOOD: dict[str, Any] = {
    "iss": MARKET,
    "iat": int((NOW - DAY).timestamp()),
    "exp": int((NOW + YEAR).timestamp()),
    "entries": [ENTRY],
}
REGISTER = AuthorityRegister(
    issuer=Uscc.parse(MARKET),
    made_at=NOW - DAY,
    expires_at=NOW + YEAR,
    entries=(
        AuthorityEntry(
            department=Uscc.parse(MARKET),
            types=frozenset({BUSINESS.type_code}),
            certificates=frozenset({SHA256}),
            seals=frozenset({"99990000000001"}),
            begins=date(2025, 1, 1),
        ),
        AuthorityEntry(department=DEPARTMENTS[1].code, types=None, ends=date(2030, 12, 31)),
    ),
)


def changed(**members: Any) -> dict[str, Any]:
    """The good payload with another entry."""
    return {**GOOD, "entries": [{**ENTRY, **members}]}


def less(name: str) -> dict[str, Any]:
    """The good payload with an entry that lacks a member."""
    return {**GOOD, "entries": [{key: ENTRY[key] for key in ENTRY if key != name}]}


def test_what_was_signed_is_believed(authority: Authority, world: World) -> None:
    """A register says what was put in; its signer's path and organisation hold."""
    data = sign_register(market_signer(authority), REGISTER)
    opened = open_register(data, trust=world.trust, at=NOW, issuer=MARKET)
    assert opened == REGISTER
    assert faults("authority-register", read_register(data).statement.payload) == []
    assert opened.of(MARKET) == REGISTER.entries[:1]
    assert opened.of("99999900MB00000000") == ()
    assert open_register(data, trust=world.trust, at=NOW) == REGISTER


def test_a_register_need_not_end(world: World) -> None:
    """Without an end it has no `exp`."""
    endless = replace(REGISTER, expires_at=None)
    data = sign_register(market_signer(world.sm2), endless)
    assert read_register(data).register == endless
    assert "exp" not in read_register(data).statement.payload


codes = st.sampled_from([MARKET, DEPARTMENTS[1].code.text])
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@st.composite
def entries(draw: st.DrawFn) -> AuthorityEntry:
    """Draw an entry."""
    begins, ends = sorted((draw(days), draw(days)))
    digests = st.frozensets(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1)
    seals = st.frozensets(st.text("0123456789AZaz-", min_size=1, max_size=20), min_size=1)
    types = st.just(frozenset({BUSINESS.type_code}))
    return AuthorityEntry(
        department=Uscc.parse(draw(codes)),
        types=draw(st.none() | types),
        certificates=draw(st.none() | digests),
        seals=draw(st.none() | seals),
        begins=draw(st.sampled_from([None, begins])),
        ends=draw(st.sampled_from([None, ends])),
    )


@settings(deadline=None)
@given(entries())
def test_an_entry_round_trips(entry: AuthorityEntry) -> None:
    """What is written is read as the same, and is what the schema says."""
    data = entry_data(entry)
    assert read_entry(data, at="") == entry
    assert faults("authority-register", {**GOOD, "entries": [data]}) == []


def test_what_exists_is_valid() -> None:
    """No entry has an empty list, and no register more lines than can be read."""
    entry = REGISTER.entries[0]
    for made in (
        lambda: replace(entry, types=frozenset()),
        lambda: replace(entry, seals=frozenset()),
        lambda: replace(REGISTER, entries=(entry,) * (MAX_ENTRIES + 1)),
    ):
        with pytest.raises(MalformedError) as caught:
            made()
        assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_MALFORMED


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no issuer": ({key: GOOD[key] for key in GOOD if key != "iss"}, ""),
    "another member": ({**GOOD, "note": "样本"}, ""),
    "an issuer that is no code": ({**GOOD, "iss": "示例市"}, "iss"),
    "an issuer that is no text": ({**GOOD, "iss": 7}, "iss"),
    "an end that is a text": ({**GOOD, "exp": "2027"}, "exp"),
    "an end before its making": ({**GOOD, "exp": GOOD["iat"]}, "exp"),
    "no list of entries": ({**GOOD, "entries": {}}, "entries"),
    "an entry that is a text": ({**GOOD, "entries": ["x"]}, "entries/0"),
    "an unknown member": (changed(note="x"), "entries/0"),
    "no department": (less("department"), "entries/0"),
    "no types": (less("types"), "entries/0"),
    "no first day": (less("from"), "entries/0"),
    "no last day": (less("until"), "entries/0"),
    "a wrong department": (changed(department=MARKET[:-1] + "Z"), "entries/0/department"),
    "a department that is null": (changed(department=None), "entries/0/department"),
    "types that are a text": (changed(types="*"), "entries/0/types"),
    "no type at all": (changed(types=[]), "entries/0/types"),
    "a type twice": (changed(types=[BUSINESS.code] * 2), "entries/0/types"),
    "a type that is no code": (changed(types=["business"]), "entries/0/types"),
    "all types and one": (changed(types=["*", BUSINESS.code]), "entries/0/types"),
    "a type that is a number": (changed(types=[1]), "entries/0/types"),
    "no certificate at all": (changed(certificates=[]), "entries/0/certificates"),
    "certificates that are null": (changed(certificates=None), "entries/0/certificates"),
    "a digest in capitals": (changed(certificates=[SHA256.upper()]), "entries/0"),
    "a digest with a line end": (changed(certificates=[SHA256 + "\n"]), "entries/0"),
    "a seal without a number": (changed(seals=[""]), "entries/0"),
    "a date as people write it": (changed(**{"from": "2025年1月1日"}), "entries/0/from"),
    "a day of the week": (changed(**{"from": "2025-W01-1"}), "entries/0/from"),
    "a day that does not exist": (changed(until="2025-02-29"), "entries/0/until"),
    "a date that is a number": (changed(until=20250101), "entries/0/until"),
    "ends before it begins": (changed(until="2024-12-31"), "entries/0"),
    "too many entries": ({**GOOD, "entries": [ENTRY] * (MAX_ENTRIES + 1)}, "entries"),
    "too many certificates": (
        changed(certificates=[f"{n:064x}" for n in range(1001)]),
        "entries/0/certificates",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_refuses_another_form(authority: Authority, name: str) -> None:
    """One thing is wrong with each, and the error says where, though it is signed."""
    payload, at = BAD[name]
    with pytest.raises(MalformedError) as caught:
        read_register(forged(authority.signing, payload, typ=REGISTER_TYP))
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_MALFORMED
    assert caught.value.at == at


BEYOND_THE_SCHEMA = {"an end before its making", "ends before it begins"}


@pytest.mark.parametrize("name", BAD)
def test_the_schema_refuses_what_is_refused(name: str) -> None:
    """All but what no schema can say: which of two times is the later."""
    assert bool(faults("authority-register", BAD[name][0])) is (name not in BEYOND_THE_SCHEMA)


def test_another_kind_is_no_register(authority: Authority) -> None:
    """A status list with the same members is not read as a register."""
    with pytest.raises(MalformedError) as caught:
        read_register(forged(authority.signing, GOOD, typ="statuslist+jwt"))
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_MALFORMED


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}])
def test_unsigned_is_refused(authority: Authority, header: dict[str, str]) -> None:
    """A register without a signature of ours gives nobody any right."""
    with pytest.raises(RefusedError) as caught:
        read_register(forged(authority.signing, GOOD, typ=REGISTER_TYP, header=header))
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_REFUSED


def test_another_organisations_signature_is_refused(world: World) -> None:
    """Nobody signs another organisation's register, and nobody reads it."""
    data = forged(world.sm2.signing, GOOD, typ=REGISTER_TYP)
    for refused in (
        lambda: open_register(data, trust=world.trust, at=NOW),
        lambda: sign_register(world.sm2.signing, REGISTER),
    ):
        with pytest.raises(RefusedError) as caught:
            refused()
        assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_REFUSED


def test_register_of_somebody_else_is_refused(world: World) -> None:
    """Whoever expects one organisation's register does not take another's."""
    data = sign_register(market_signer(world.sm2), REGISTER)
    with pytest.raises(RefusedError) as caught:
        open_register(data, trust=world.trust, at=NOW, issuer=DEPARTMENTS[1].code.text)
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_REFUSED


def test_altered_register_is_refused(authority: Authority, world: World) -> None:
    """An entry that was added to a signed register fails its signature."""
    signer = market_signer(authority)
    header, _, signature = sign_register(signer, REGISTER).split(b".")
    more = forged(signer, changed(types=["*"]), typ=REGISTER_TYP).split(b".")[1]
    with pytest.raises(RefusedError) as caught:
        open_register(b".".join((header, more, signature)), trust=world.trust, at=NOW)
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_REFUSED


def test_stranger_is_not_believed(world: World) -> None:
    """A register under a root that nobody trusts cannot be used."""
    data = sign_register(market_signer(world.sm2), REGISTER)
    with pytest.raises(UnavailableError) as caught:
        open_register(data, trust=world.rsa.trust(), at=NOW)
    assert caught.value.reason is Reason.UNKNOWN_ISSUER


def test_register_of_later_tells_of_the_past(world: World) -> None:
    """A register made after the time asked for is judged when it was made."""
    data = sign_register(market_signer(world.sm2), REGISTER)
    at = NOW - timedelta(days=100)
    assert open_register(data, trust=world.trust, at=at) == REGISTER


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_never_believed(world: World, place: int, bit: int) -> None:
    """Whatever bit is flipped: refused."""
    data = bytearray(_signed(world))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(EvidenceError):
        open_register(bytes(data), trust=world.trust, at=NOW)


def _signed(world: World) -> bytes:
    return sign_register(market_signer(world.sm2), REGISTER)


def test_a_draft_says_what_will_be_signed() -> None:
    """What a person writes is the register, but for its times."""
    draft = canonical({"iss": MARKET, "entries": [ENTRY]})
    register = draft_register(draft, at=NOW - DAY, expires_at=NOW + YEAR)
    assert register == replace(REGISTER, entries=REGISTER.entries[:1])


@pytest.mark.parametrize(
    ("draft", "at"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'{"iss":"x","iss":"y","entries":[]}', ""),
        (canonical({"iss": MARKET, "entries": [ENTRY], "iat": 1}), ""),
        (canonical({"iss": MARKET}), ""),
        (canonical({"iss": "x", "entries": []}), "iss"),
        (canonical({"iss": MARKET, "entries": None}), "entries"),
        (canonical({"iss": MARKET, "entries": [{**ENTRY, "until": "x"}]}), "entries/0/until"),
    ],
)
def test_refuses_another_draft(draft: bytes, at: str) -> None:
    """A draft is read as strictly as a register."""
    with pytest.raises(MalformedError) as caught:
        draft_register(draft, at=NOW)
    assert caught.value.reason is LicenceReason.AUTHORITY_REGISTER_MALFORMED
    assert caught.value.at == at
