"""Publishing lists of both suites: what follows from what, and everything that refuses."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, crl

from eseal import crl_publishing
from eseal.certificates import to_pem
from eseal.crl import RevocationReason, RevokedEntry, read_crl
from eseal.crl_publishing import next_crl, publish_crl, read_entries
from eseal.errors import MalformedError, RefusedError, UnavailableError
from eseal.reasons import Reason
from tests.openssl import openssl
from tests.world import DAY, NOW, SECOND, Authority, World

WEEK = 7 * DAY
FIRST = RevokedEntry(serial=5, at=NOW - DAY, reason=RevocationReason.KEY_COMPROMISE)
SECOND_ONE = RevokedEntry(serial=3, at=NOW, reason=RevocationReason.SUPERSEDED)


def following(
    authority: Authority,
    published: bytes | None,
    *revoked: RevokedEntry,
    at: datetime = NOW,
    valid_for: timedelta = WEEK,
) -> bytes | None:
    """What follows a published list."""
    return next_crl(authority.ca, published, revoked, at=at, valid_for=valid_for)


def made(der: bytes | None) -> crl.CertificateList:
    """The list, which was made."""
    assert der is not None
    return read_crl(der)


# -- what follows --------------------------------------------------------------------------------


def test_a_list_is_begun_and_goes_on(authority: Authority) -> None:
    """Numbers rise by one, entries add up, and each list begins when it is made."""
    first = following(authority, None, FIRST)
    second = following(authority, first, SECOND_ONE, at=NOW + DAY)
    assert [made(one).crl_number_value.native for one in (first, second)] == [1, 2]
    assert read_entries(made(first)) == (FIRST,)
    assert read_entries(made(second)) == (SECOND_ONE, FIRST)
    tbs = made(second)["tbs_cert_list"]
    assert (tbs["this_update"].native, tbs["next_update"].native) == (NOW + DAY, NOW + 8 * DAY)


@pytest.mark.parametrize(
    ("at", "due"),
    [(NOW, False), (NOW + WEEK / 2 - SECOND, False), (NOW + WEEK / 2, True), (NOW + WEEK, True)],
)
def test_a_list_is_made_anew_after_half_its_life(world: World, at: datetime, due: bool) -> None:
    """Nothing new to say, and half the life not over: the published list stays."""
    published = following(world.sm2, None, FIRST)
    assert (following(world.sm2, published, FIRST, at=at) is not None) is due
    assert (following(world.sm2, published, at=at) is not None) is due


def test_what_is_published_need_not_be_said_again(world: World) -> None:
    """Entries are carried on, and one said again without a reason contradicts nothing."""
    published = following(world.sm2, None, FIRST)
    silent = replace(FIRST, reason=RevocationReason.UNSPECIFIED)
    assert following(world.sm2, published, silent) is None
    assert read_entries(made(following(world.sm2, published, at=NOW + WEEK))) == (FIRST,)


def test_parts_of_a_second_do_not_count(world: World) -> None:
    """A list has whole seconds; the same time with a fraction is the same."""
    late = replace(FIRST, at=FIRST.at + timedelta(milliseconds=900))
    published = following(world.sm2, None, late, late)
    assert read_entries(made(published)) == (FIRST,)
    assert following(world.sm2, published, late) is None


# -- what is refused -----------------------------------------------------------------------------


def changed(authority: Authority, change: Callable[[crl.TbsCertList], None]) -> bytes:
    """A published list that says something else, signed by the CA."""
    good = read_crl(authority.crl(revoked=[FIRST]))
    tbs = good["tbs_cert_list"].copy()
    change(tbs)
    signed = {
        "tbs_cert_list": tbs,
        "signature_algorithm": good["signature_algorithm"],
        "signature": authority.ca.sign(tbs.dump(force=True)),
    }
    der: bytes = crl.CertificateList(signed).dump()
    return der


def unnumbered(tbs: crl.TbsCertList) -> None:
    """Leave the number out."""
    tbs["crl_extensions"] = [
        one for one in tbs["crl_extensions"] if one["extn_id"].native != "crl_number"
    ]


def with_entry_extension(name: str, value: object) -> Callable[[crl.TbsCertList], None]:
    """Say more about the first entry."""

    def change(tbs: crl.TbsCertList) -> None:
        tbs["revoked_certificates"][0]["crl_entry_extensions"] = [
            {"extn_id": name, "extn_value": value}
        ]

    return change


Case = Callable[[Authority], Any]
REFUSED: dict[str, Case] = {
    "another date": lambda a: following(
        a, following(a, None, FIRST), replace(FIRST, at=FIRST.at + SECOND)
    ),
    "another reason": lambda a: following(
        a, following(a, None, FIRST), replace(FIRST, reason=RevocationReason.SUPERSEDED)
    ),
    "two dates at once": lambda a: following(a, None, FIRST, replace(FIRST, at=NOW)),
    "back in time": lambda a: following(a, following(a, None, FIRST), SECOND_ONE, at=NOW - SECOND),
    "another CA's": lambda a: following(a, a.crl(a.root)),
    "a forger's": lambda a: following(a, Authority(a.suite).crl()),
    "one byte changed": lambda a: following(a, a.crl()[:-1] + bytes([a.crl()[-1] ^ 1])),
    "without a number": lambda a: following(a, changed(a, unnumbered), SECOND_ONE),
    "a reason that is not ours": lambda a: following(
        a, changed(a, with_entry_extension("crl_reason", crl.CRLReason("certificate_hold")))
    ),
    "an entry that says more": lambda a: following(
        a, changed(a, with_entry_extension("invalidity_date", core.GeneralizedTime(NOW)))
    ),
    "no end": lambda a: following(a, None, valid_for=timedelta(0)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(authority: Authority, name: str) -> None:
    """Whatever would lose or contradict what is published is refused: CRL_REFUSED."""
    with pytest.raises(RefusedError) as caught:
        REFUSED[name](authority)
    assert caught.value.reason is Reason.CRL_REFUSED


def test_refuses_what_is_no_list(world: World) -> None:
    """What is published has to be a list."""
    with pytest.raises(MalformedError) as caught:
        following(world.sm2, b"hello", FIRST)
    assert caught.value.reason is Reason.CRL_MALFORMED


def test_refuses_a_list_that_could_not_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What grew over the limit is not published: nobody could read it, nor go on from it."""
    published = following(world.sm2, None, FIRST)
    assert published is not None
    monkeypatch.setattr(crl_publishing, "MAX_CRL_BYTES", len(published) + 8)
    with pytest.raises(RefusedError) as caught:
        following(world.sm2, published, SECOND_ONE)
    assert caught.value.reason is Reason.CRL_REFUSED


# -- the file ------------------------------------------------------------------------------------


def test_publishes_only_what_changed(authority: Authority, tmp_path: Path) -> None:
    """The file is begun, stays, and is replaced whole; nothing else is left in the folder."""
    path = tmp_path / "ca.crl"

    def publish(*revoked: RevokedEntry, at: datetime = NOW) -> tuple[int, int, bool]:
        done = publish_crl(authority.ca, path, revoked, at=at, valid_for=WEEK, first_number=41)
        return done.number, done.entries, done.changed

    assert publish() == (41, 0, True)
    before = path.read_bytes()
    assert publish() == (41, 0, False)
    assert path.read_bytes() == before
    assert publish(FIRST) == (42, 1, True)
    assert publish(at=NOW + WEEK) == (43, 1, True)
    assert [one.name for one in tmp_path.iterdir()] == ["ca.crl"]


def test_a_lost_file_does_not_begin_a_list_anew(world: World, tmp_path: Path) -> None:
    """Beginning is asked for; else a wrong folder would publish an empty list."""
    with pytest.raises(RefusedError) as caught:
        publish_crl(world.sm2.ca, tmp_path / "ca.crl", [FIRST], at=NOW, valid_for=WEEK)
    assert caught.value.reason is Reason.CRL_REFUSED
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_take_it_is_told(world: World, tmp_path: Path) -> None:
    """No such folder, or a folder or a pipe in its place: FILE_NOT_SAVED, without waiting."""
    (tmp_path / "taken.crl").mkdir()
    os.mkfifo(tmp_path / "pipe.crl")
    for path in (tmp_path / "none" / "ca.crl", tmp_path / "taken.crl", tmp_path / "pipe.crl"):
        with pytest.raises(UnavailableError) as caught:
            publish_crl(world.sm2.ca, path, [], at=NOW, valid_for=WEEK, first_number=1)
        assert caught.value.reason is Reason.FILE_NOT_SAVED


def test_publishers_wait_for_each_other(world: World, tmp_path: Path) -> None:
    """Eight at once, each with its own entry: eight numbers, and no entry is lost."""
    path = tmp_path / "ca.crl"
    publish_crl(world.sm2.ca, path, [], at=NOW, valid_for=WEEK, first_number=1)

    def publish(serial: int) -> None:
        entry = RevokedEntry(serial=serial, at=NOW)
        publish_crl(world.sm2.ca, path, [entry], at=NOW, valid_for=WEEK)

    threads = [threading.Thread(target=publish, args=(serial,)) for serial in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = read_crl(path.read_bytes())
    assert now.crl_number_value.native == 9
    assert [one.serial for one in read_entries(now)] == list(range(1, 9))


def test_openssl_verifies_what_was_published(world: World, tmp_path: Path) -> None:
    """OpenSSL accepts the second list, and reads its number and entries."""
    path, ca = tmp_path / "ca.crl", tmp_path / "ca.pem"
    ca.write_bytes(to_pem(world.rsa.ca.certificate))
    for entry in (FIRST, RevokedEntry(serial=0xABCDEF, at=NOW)):
        publish_crl(world.rsa.ca, path, [entry], at=NOW, valid_for=WEEK, first_number=1)
    command = ("crl", "-inform", "DER", "-noout", "-text", "-verify", "-CAfile", ca, "-in", path)
    good, said = openssl(*command)
    assert good
    assert "verify OK" in said
    assert "ABCDEF" in said
    assert "X509v3 CRL Number: \n                2" in said
