"""Publishing CAs' revocation lists: they go on, lose nothing, and the home's trust has them too."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.certificates import read_certificates, to_pem
from eseal.chain import PathJudge
from eseal.crl import RevokedEntry, make_crl, read_crl
from eseal.crl_publishing import publish_crl, read_entries
from eseal.errors import UnavailableError
from eseal.reasons import Reason, ReasonCode
from eseal.report import Outcome
from licences.ca_settings import CaSettings
from licences.demo_authority import DemoAuthority
from licences.home import Home, open_signer
from licences.issuing import Issued
from licences.model import Format
from licences.publishing import Change, Published, Step, publish
from licences.reasons import LicenceReason
from tests.homes import MARKET, clean_processes, make_home, open_issuer, request
from tests.registers import SqliteRegisters
from tests.world import DAY, NOW, SECOND, YEAR

LIFE = timedelta(days=7)
DUE = NOW + 183 * DAY
"""Half the life of the lists that a home begins with is over."""

NAMES = ["sm2-root.crl", "sm2-ca.crl", "rsa-root.crl", "rsa-ca.crl"]
SM2_CA = "sm2-ca.crl"
MINE = RevokedEntry(serial=5, at=NOW)
OTHERS = RevokedEntry(serial=7, at=NOW)


@dataclass
class Place:
    """A home that publishes the demo's lists, and the folder it publishes into."""

    home: Home
    folder: Path

    @property
    def ca(self) -> CaSettings:
        """The SM2 CA."""
        return self.home.settings.cas[1]

    @property
    def path(self) -> Path:
        """Where its list is published."""
        return self.folder / "crl" / SM2_CA

    @property
    def trusted(self) -> Path:
        """Where the home's trust has it."""
        return self.home.trust / SM2_CA

    def publish(self, at: datetime = NOW, folder: Path | None = None) -> dict[str, Published]:
        """Publish at a time."""
        done = publish(self.home, folder or self.folder, clock=lambda: at)
        return {each.path.name: each for each in done}

    def revoke(self, path: Path, entry: RevokedEntry, at: datetime = NOW) -> None:
        """Revoke a certificate in a list by hand, as `eseal crl publish` does."""
        signer = open_signer(self.ca.signer)
        publish_crl(signer, path, [entry], at=at, valid_for=LIFE, first_number=1)

    def only(self, *cas: CaSettings) -> None:
        """Publish the lists of these CAs only."""
        self.home = replace(self.home, settings=replace(self.home.settings, cas=cas))


def found(path: Path) -> tuple[int, set[RevokedEntry]]:
    """Number and entries of a list."""
    there = read_crl(path.read_bytes())
    return there.crl_number_value.native, set(read_entries(there))


def why(published: Published) -> ReasonCode | None:
    """Why a list was not published."""
    return None if published.error is None else published.error.reason


@pytest.fixture(scope="module")
def lists_of_a_year(demo_authority: DemoAuthority) -> dict[str, bytes]:
    """First lists that hold for a year: the demo's own do for longer than its signers."""
    return {
        f"{ca.name}.crl": make_crl(
            open_signer(ca.signer), number=1, this_update=NOW - DAY, next_update=NOW + YEAR
        )
        for ca in demo_authority.cas
    }


@pytest.fixture
def place(
    tmp_path: Path,
    demo_authority: DemoAuthority,
    sqlite_registers: SqliteRegisters,
    lists_of_a_year: dict[str, bytes],
) -> Place:
    """A home on an empty register whose CAs' lists hold for a week."""
    home = make_home(tmp_path / "home", demo_authority, sqlite_registers.fresh())
    made = Place(home, tmp_path / "public")
    for name, data in lists_of_a_year.items():
        (home.trust / name).write_bytes(data)
    made.only(*(replace(each, crl_life=LIFE) for each in demo_authority.cas))
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_goes_on_from_the_list_that_the_home_trusts(place: Place) -> None:
    """Nothing is published yet: what is trusted is published as it is, and nothing is signed."""
    before = contents(place.home.trust)
    done = place.publish()
    assert list(done) == NAMES
    assert {each.change for each in done.values()} == {Change.NEW}
    assert {each.number for each in done.values()} == {1}
    assert contents(place.folder / "crl") == {name: before[name] for name in NAMES}
    assert contents(place.home.trust) == before
    again = place.publish(NOW + DAY)
    assert {each.change for each in again.values()} == {Change.UNCHANGED}
    assert {each.until for each in again.values()} == {NOW + YEAR}


def test_renews_what_is_trusted_too(place: Place) -> None:
    """After half its life a list is made anew, in both places; nothing else there is touched."""
    before = contents(place.home.trust)
    place.publish()
    done = place.publish(DUE)
    assert {(each.change, each.number) for each in done.values()} == {(Change.RENEWED, 2)}
    assert {each.until for each in done.values()} == {DUE + LIFE}
    after = contents(place.home.trust)
    assert after == before | contents(place.folder / "crl")
    assert {name for name in after if after[name] != before[name]} == set(NAMES)
    assert place.publish(DUE + LIFE / 2 - SECOND)[SM2_CA].change is Change.UNCHANGED
    assert place.publish(DUE + LIFE / 2)[SM2_CA].number == 3


def test_issuing_and_verifying_go_on(place: Place) -> None:
    """Long after the first lists have ended, the department's certificate still holds."""
    at = NOW + YEAR + 30 * DAY
    signer = place.home.signer(MARKET, Suite.SM2)
    stale = PathJudge(place.home.trust_store(), at=at).judge(signer.certificate, signer.chain)
    assert stale.reason is Reason.REVOCATION_DATA_STALE
    with open_issuer(place.home) as issuer:
        assert isinstance(issuer.issue(request(formats=(Format.JSON,))), Issued)
    done = place.publish(at)
    assert list(done)[: len(NAMES)] == NAMES
    assert done[f"{MARKET}-sm2-0.jwt"].change is Change.NEW
    judged = PathJudge(place.home.trust_store(), at=at).judge(signer.certificate, signer.chain)
    assert judged.outcome is Outcome.PASSED


def test_a_certificate_may_be_revoked_in_either_place(place: Place) -> None:
    """In what is trusted or in what is published: afterwards it stands in both."""
    place.publish()
    place.revoke(place.trusted, MINE)
    done = place.publish()[SM2_CA]
    assert (done.change, done.number, done.notable) == (Change.CHANGED, 2, 1)
    assert found(place.path) == found(place.trusted) == (2, {MINE})
    place.revoke(place.path, OTHERS)
    assert place.publish()[SM2_CA].change is Change.UNCHANGED
    assert found(place.path) == found(place.trusted) == (3, {MINE, OTHERS})
    signer = place.home.signer(MARKET, Suite.SM2)
    place.revoke(place.trusted, RevokedEntry(serial=signer.certificate.serial_number, at=NOW))
    place.publish()
    judge = PathJudge(place.home.trust_store(), at=NOW)
    assert judge.judge(signer.certificate, signer.chain).reason is Reason.CERTIFICATE_REVOKED


def test_lists_that_went_apart_come_together(place: Place) -> None:
    """One revoked in each place under the same number: a higher one has both."""
    place.publish()
    place.revoke(place.trusted, MINE)
    place.revoke(place.path, OTHERS)
    assert found(place.trusted)[0] == found(place.path)[0] == 2
    done = place.publish()[SM2_CA]
    assert (done.change, done.number) == (Change.CHANGED, 3)
    assert found(place.path) == found(place.trusted) == (3, {MINE, OTHERS})


def test_nothing_that_contradicts_is_published(place: Place) -> None:
    """CRL_REFUSED: one serial with two dates; both lists stay, and the others are published."""
    place.publish()
    place.revoke(place.trusted, MINE)
    place.revoke(place.path, replace(MINE, at=NOW - DAY))
    before = contents(place.home.trust), contents(place.folder / "crl")
    done = place.publish()
    assert done[SM2_CA].change is Change.FAILED
    assert why(done[SM2_CA]) is Reason.CRL_REFUSED
    assert done["rsa-ca.crl"].change is Change.UNCHANGED
    assert (contents(place.home.trust), contents(place.folder / "crl")) == before


def test_never_goes_back(place: Place) -> None:
    """An old list in one place is brought up to date; a clock that went back publishes nothing."""
    place.publish()
    old = place.path.read_bytes()
    place.publish(DUE)
    new = place.path.read_bytes()
    for path in (place.path, place.trusted):
        path.write_bytes(old)
        place.publish(DUE)
        assert (place.path.read_bytes(), place.trusted.read_bytes()) == (new, new)
    refused = place.publish(DUE - SECOND)[SM2_CA]
    assert why(refused) is Reason.CRL_REFUSED
    assert (place.path.read_bytes(), place.trusted.read_bytes()) == (new, new)


def test_begins_where_there_is_none(place: Place) -> None:
    """Neither published nor trusted: number 1, in a file of the CA's name."""
    place.only(place.ca)
    place.trusted.unlink()
    done = place.publish()[SM2_CA]
    assert (done.change, done.number, done.until) == (Change.NEW, 1, NOW + LIFE)
    assert found(place.path) == found(place.trusted) == (1, set())


def test_leaves_what_has_more_than_the_list(place: Place) -> None:
    """A file with certificates or another CA's list stays; the list gets a file of its own."""
    other = (place.home.trust / "rsa-ca.crl").read_bytes()
    bundle = to_pem(*read_certificates((place.home.trust / "sm2-ca.pem").read_bytes()))
    bundle += crl_pem(place.trusted.read_bytes())
    place.trusted.write_bytes(bundle)
    place.only(place.ca)
    place.publish(DUE)
    assert place.trusted.read_bytes() == bundle
    (added,) = [each for each in place.home.trust.glob("*.crl") if each.name not in NAMES]
    assert found(added) == (2, set())
    place.publish(DUE + LIFE)
    assert found(added)[0] == 3
    assert (place.home.trust / "rsa-ca.crl").read_bytes() == other


def test_a_list_that_a_clock_made_that_was_ahead_is_followed_when_asked(place: Place) -> None:
    """CRL_REFUSED, with the cause and the way on; then as of now, by the next number, in both."""
    place.revoke(place.trusted, MINE)
    place.publish(NOW + 200 * DAY)
    number, entries = found(place.path)
    refused = place.publish()[SM2_CA].error
    assert refused is not None
    assert refused.advice is not None
    assert all("--replace-later" in words for words in refused.advice)
    done = publish(place.home, place.folder, clock=lambda: NOW, replace_later=True)
    assert {each.error for each in done} == {None}
    assert found(place.path) == found(place.trusted) == (number + 1, entries)
    assert place.publish()[SM2_CA].change is Change.UNCHANGED


def crl_pem(der: bytes) -> bytes:
    """A list in PEM."""
    from asn1crypto import pem

    armoured: bytes = pem.armor("X509 CRL", der)
    return armoured


def test_a_list_in_pem_is_the_same_list(place: Place) -> None:
    """Whoever published it so finds it so, until there is a new one."""
    place.publish()
    armoured = crl_pem(place.path.read_bytes())
    place.path.write_bytes(armoured)
    assert place.publish()[SM2_CA].change is Change.UNCHANGED
    assert place.path.read_bytes() == armoured


@pytest.mark.parametrize("what", ["garbage", "another CA's", "a forger's"])
@pytest.mark.unmeasured
def test_what_is_published_has_to_be_the_cas_own(
    place: Place, other_authority: DemoAuthority, what: str
) -> None:
    """CRL_MALFORMED, CRL_REFUSED: it is told and left, for it may be what numbers went on from."""
    spoilt = {
        "garbage": b"garbage",
        "another CA's": (place.home.trust / "sm2-root.crl").read_bytes(),
        "a forger's": (other_authority.trust / SM2_CA).read_bytes(),
    }[what]
    place.publish()
    place.path.write_bytes(spoilt)
    done = place.publish(DUE)
    assert why(done[SM2_CA]) in {Reason.CRL_MALFORMED, Reason.CRL_REFUSED}
    assert place.path.read_bytes() == spoilt
    assert done["rsa-ca.crl"].change is Change.RENEWED


def test_a_strangers_list_in_the_trust_folder_is_no_predecessor(
    place: Place, other_authority: DemoAuthority
) -> None:
    """It has the CA's name, and another key: it is left, and the list goes on from the CA's own."""
    strange = place.home.trust / "strange.crl"
    shutil.copy(other_authority.trust / SM2_CA, strange)
    before = strange.read_bytes()
    assert place.publish(DUE)[SM2_CA].number == 2
    assert strange.read_bytes() == before


def test_a_key_is_opened_only_to_sign(place: Place) -> None:
    """A root's key may lie in a safe until its list is due; then that is told, others go on."""
    root, ca = place.home.settings.cas[:2]
    place.only(replace(root, signer=replace(root.signer, key=Path("none.key"))), ca)
    assert {each.change for each in place.publish().values()} == {Change.NEW}
    done = place.publish(DUE)
    assert done[SM2_CA].change is Change.RENEWED
    assert isinstance(done["sm2-root.crl"].error, UnavailableError)
    lost = replace(ca, signer=replace(ca.signer, certificate=Path("none.pem")))
    place.only(lost)
    failed = place.publish(DUE)[SM2_CA]
    assert why(failed) is Reason.UNREADABLE_FILE


def test_many_publishers_at_once(place: Place) -> None:
    """One waits for the other, and only the first has something to sign."""
    place.only(place.ca)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: place.publish(DUE)[SM2_CA], range(8)))
    assert sorted(each.change for each in done) == ["new", *["unchanged"] * 7]
    assert {each.number for each in done} == {2}
    assert sorted(contents(place.folder / "crl")) == [SM2_CA]


@pytest.mark.parametrize("as_link", [False, True])
@pytest.mark.unmeasured
def test_the_trust_folder_may_be_what_is_published(place: Place, as_link: bool) -> None:
    """The folder itself or its `crl` is the home's trust: nobody waits for a lock of its own."""
    folder = place.home.trust
    if as_link:
        folder = place.folder
        folder.mkdir()
        (folder / "crl").symlink_to(place.home.trust)
    for number, at in ((2, DUE), (3, DUE + LIFE)):
        assert place.publish(at, folder)[SM2_CA].number == number
        assert found(place.trusted) == found(folder / "crl" / SM2_CA) == (number, set())


def test_a_folder_that_cannot_be_written_to(place: Place) -> None:
    """STORAGE_UNAVAILABLE and FILE_NOT_SAVED: told, and what was there stays."""
    place.folder.mkdir()
    (place.folder / "crl").write_text("a file")
    with pytest.raises(UnavailableError) as caught:
        place.publish()
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE
    (place.folder / "crl").unlink()
    (place.path / "in the way").mkdir(parents=True)
    failed = place.publish()[SM2_CA]
    assert why(failed) is Reason.FILE_NOT_SAVED


def publish_and_die(home: Home, folder: Path, step: Step) -> None:
    """Publish in a process that ends at a step."""
    import os
    import signal

    def die(taken: Step) -> None:
        if taken is step:
            os.kill(os.getpid(), signal.SIGKILL)

    list(publish(home, folder, clock=lambda: DUE, at_step=die))


KILLED = {
    Step.LOCKED: (1, 1),
    Step.CRL_SIGNED: (1, 1),
    Step.CRL_REPLACED: (2, 1),
    Step.CRL_TRUSTED: (2, 2),
}
"""Numbers of the published and the trusted list after that step."""


@pytest.mark.parametrize("step", KILLED, ids=str)
@pytest.mark.unmeasured
def test_killed_anywhere_publishing_again_completes_it(place: Place, step: Step) -> None:
    """Each list is the old one or the new one, and both places come to the same number."""
    place.only(place.ca)
    place.publish()
    process = clean_processes.Process(target=publish_and_die, args=(place.home, place.folder, step))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert (found(place.path)[0], found(place.trusted)[0]) == KILLED[step]
    place.publish(DUE)
    assert (found(place.path)[0], found(place.trusted)[0]) == (2, 2)
    assert place.path.read_bytes() == place.trusted.read_bytes()
