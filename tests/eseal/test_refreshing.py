"""Refreshing a trust folder: what is taken, what stays, and that nothing is silent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.ocsp import OcspStatus
from eseal.ocsp_reading import read_ocsp
from eseal.pem import write_pem
from eseal.reasons import Reason
from eseal.refreshing import Change, Refreshed, refresh_trust
from eseal.signers import SoftwareSigner
from eseal.trust import load_trust
from tests.eseal.test_revocation_fetching import CA_CRL, OCSP_URL, ROOT_CRL, Web, answering
from tests.world import DAY, NOW, SECOND, Authority, World

HOUR = 3600 * SECOND


@pytest.fixture
def folder(authority: Authority, tmp_path: Path) -> Path:
    """A trust folder with root, CA, maker and the CA's good list, number 7, of yesterday."""
    for name in ("root", "ca", "maker"):
        (tmp_path / f"{name}.pem").write_bytes(to_pem(getattr(authority, name).certificate))
    (tmp_path / "ca.crl").write_bytes(authority.crl())
    (tmp_path / "root.crl").write_bytes(authority.crl(authority.root))
    return tmp_path


def web(folder: Path, ca_crl: bytes | None = None) -> Web:
    """The root's list as it is in the folder, and another of the CA, or the same."""
    there = (folder / "ca.crl").read_bytes()
    root_crl = (folder / "root.crl").read_bytes()
    return Web({CA_CRL: there if ca_crl is None else ca_crl, ROOT_CRL: root_crl})


def refreshed(folder: Path, places: Web) -> dict[str, Refreshed]:
    """The lines of a refreshing, by file or by place."""
    lines = refresh_trust(folder, at=NOW, fetcher=places)
    return {one.file or one.url or one.about: one for one in lines}


def test_what_is_up_to_date_stays(folder: Path) -> None:
    """The same bytes are there: nothing is written."""
    before = {one.name: one.stat().st_mtime_ns for one in folder.iterdir()}
    lines = refreshed(folder, web(folder))
    assert {name: one.change for name, one in lines.items()} == {
        "ca.crl": Change.UNCHANGED,
        "root.crl": Change.UNCHANGED,
    }
    assert {one.name: one.stat().st_mtime_ns for one in folder.iterdir()} == before


def test_a_newer_list_takes_the_place(authority: Authority, folder: Path) -> None:
    """In the same file, whole; what it says counts at once."""
    newer = authority.crl(
        number=8, this_update=NOW, revoked=[authority.revoked(authority.signing, NOW)]
    )
    line = refreshed(folder, web(folder, newer))["ca.crl"]
    assert (line.change, line.number, line.until) == (Change.UPDATED, 8, NOW + 30 * DAY)
    assert (folder / "ca.crl").read_bytes() == newer
    assert len(list(folder.iterdir())) == 5
    finding = PathJudge(load_trust(folder), at=NOW).judge(authority.signing.certificate)
    assert finding.reason is Reason.CERTIFICATE_REVOKED


def test_a_list_in_pem_is_replaced_too(authority: Authority, folder: Path) -> None:
    """Whatever form the file has, it is the issuer's list and nothing else."""
    (folder / "ca.crl").unlink()
    (folder / "list.pem").write_bytes(write_pem("X509 CRL", authority.crl()))
    newer = authority.crl(number=8, this_update=NOW)
    places = Web({CA_CRL: newer, ROOT_CRL: (folder / "root.crl").read_bytes()})
    assert refreshed(folder, places)["list.pem"].change is Change.UPDATED
    assert (folder / "list.pem").read_bytes() == newer


def test_a_list_that_was_not_there_is_added(authority: Authority, folder: Path) -> None:
    """A bundle is left alone; the list gets a file of its own, and the next one replaces that."""
    bundle = (folder / "ca.pem").read_bytes() + write_pem("X509 CRL", authority.crl())
    (folder / "ca.pem").write_bytes(bundle)
    (folder / "ca.crl").unlink()
    root_crl = (folder / "root.crl").read_bytes()
    for number, change in ((8, Change.ADDED), (9, Change.UPDATED)):
        newer = authority.crl(number=number, this_update=NOW + number * SECOND)
        lines = refreshed(folder, Web({CA_CRL: newer, ROOT_CRL: root_crl}))
        (name,) = set(lines) - {"root.crl"}
        assert lines[name].change is change
        assert (folder / name).read_bytes() == newer
    assert (folder / "ca.pem").read_bytes() == bundle
    assert len(list(folder.iterdir())) == 5


OLDER: dict[str, Callable[[Authority], bytes]] = {
    "time": lambda a: a.crl(number=8, this_update=NOW - DAY - SECOND),
    "number": lambda a: a.crl(number=6, this_update=NOW),
}


@pytest.mark.parametrize("by", OLDER)
def test_an_older_list_does_not_replace_a_newer_one(
    authority: Authority, folder: Path, by: str
) -> None:
    """Neither the time nor the number goes down: REVOCATION_DATA_OLDER, and what is there stays."""
    before = (folder / "ca.crl").read_bytes()
    line = refreshed(folder, web(folder, OLDER[by](authority)))["ca.crl"]
    assert (line.change, line.reason) == (Change.NOT_REFRESHED, Reason.REVOCATION_DATA_OLDER)
    assert line.number == 7
    assert (folder / "ca.crl").read_bytes() == before


def test_the_same_list_signed_anew_is_no_news(authority: Authority, folder: Path) -> None:
    """Of the same time and number: what is there stays."""
    before = (folder / "ca.crl").read_bytes()
    again = authority.crl(next_update=NOW + 29 * DAY)
    line = refreshed(folder, web(folder, again))["ca.crl"]
    assert line.change is Change.UNCHANGED
    assert (folder / "ca.crl").read_bytes() == before


def test_what_does_not_hold_is_in_nobodys_way(authority: Authority, folder: Path) -> None:
    """A forged list of a later time does not keep a good one out."""
    spoiled = bytearray(authority.crl(number=99, this_update=NOW))
    spoiled[-1] ^= 1
    (folder / "ca.crl").write_bytes(spoiled)
    newer = authority.crl(number=8, this_update=NOW - HOUR)
    line = refreshed(folder, web(folder, newer))["ca.crl"]
    assert (line.change, line.number) == (Change.UPDATED, 8)


def test_a_bad_answer_is_told_and_changes_nothing(authority: Authority, folder: Path) -> None:
    """A stranger's list, or none: the line says why, with the address."""
    before = (folder / "ca.crl").read_bytes()
    for bad, reason in (
        (Authority(authority.suite).crl(number=8), Reason.NO_REVOCATION_DATA),
        (b"rubbish", Reason.CRL_MALFORMED),
    ):
        line = refreshed(folder, web(folder, bad))[CA_CRL]
        assert (line.change, line.reason) == (Change.NOT_REFRESHED, reason)
    line = refreshed(folder, Web({}))[CA_CRL]
    assert (line.reason, line.url) == (Reason.UNREACHABLE, CA_CRL)
    assert (folder / "ca.crl").read_bytes() == before


def test_a_list_of_which_no_place_is_known_is_told(world: World, tmp_path: Path) -> None:
    """REVOCATION_DATA_UNNAMED, by its file: nobody would see it grow old otherwise."""
    (tmp_path / "root.pem").write_bytes(to_pem(world.sm2.root.certificate))
    (tmp_path / "ca.pem").write_bytes(to_pem(world.sm2.ca.certificate))
    (tmp_path / "ca.crl").write_bytes(world.sm2.crl())
    lines = refreshed(tmp_path, Web({}))
    assert lines["ca.crl"].reason is Reason.REVOCATION_DATA_UNNAMED
    assert lines["ca.crl"].until == NOW + 30 * DAY
    assert lines[ROOT_CRL].reason is Reason.UNREACHABLE


@pytest.fixture
def asked(authority: Authority) -> SoftwareSigner:
    """A signer whose certificate names a responder and no list."""
    return authority.department(ocsp_url=OCSP_URL, crl_url=None)


def test_answers_are_kept_for_certificates_that_are_given(
    authority: Authority, folder: Path, asked: SoftwareSigner
) -> None:
    """The first is added, a newer one replaces it, an older one does not; a judge uses it."""
    (folder / "ca.crl").unlink()

    def refresh(**changes: object) -> Refreshed:
        places = Web({OCSP_URL: answering(authority, asked, **changes)})  # type: ignore[arg-type]
        lines = refresh_trust(folder, [asked.certificate], at=NOW, fetcher=places)
        (line,) = [one for one in lines if one.url == OCSP_URL]
        return line

    added = refresh()
    assert (added.change, added.until) == (Change.ADDED, NOW + DAY)
    newer = refresh(this_update=NOW, status=OcspStatus.REVOKED, revoked_at=NOW - DAY)
    assert (newer.change, newer.file) == (Change.UPDATED, added.file)
    older = refresh()
    assert (older.change, older.reason) == (Change.NOT_REFRESHED, Reason.REVOCATION_DATA_OLDER)
    (answer,) = read_ocsp((folder / added.file).read_bytes()).answers
    assert answer.status is OcspStatus.REVOKED
    judge = PathJudge(load_trust(folder), at=NOW)
    assert judge.judge(asked.certificate).reason is Reason.CERTIFICATE_REVOKED


def test_one_place_is_told_once(authority: Authority, folder: Path) -> None:
    """Many certificates of one CA are one line, of what is taken and of what is not."""
    (folder / "signer.pem").write_bytes(to_pem(authority.signing.certificate))
    assert len(refresh_trust(folder, at=NOW, fetcher=web(folder))) == 2
    assert len(refresh_trust(folder, at=NOW, fetcher=Web({}))) == 2


def test_a_folder_that_cannot_be_written_is_told(
    authority: Authority, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FILE_NOT_SAVED, with the file; what was there stays, and no draft."""

    def deny(_: Path, __: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", deny)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    newer = authority.crl(number=8, this_update=NOW)
    lines = refreshed(folder, web(folder, newer))
    line = lines["ca.crl"]
    assert (line.change, line.reason) == (Change.NOT_REFRESHED, Reason.FILE_NOT_SAVED)
    assert (line.number, line.detail) == (7, "无法写入 it cannot be written: Permission denied")
    assert lines["root.crl"].change is Change.UNCHANGED
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
