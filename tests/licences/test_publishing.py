"""Publishing: signed lists, only what has changed, nothing half, nothing older over newer."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, UnavailableError
from eseal.jose.statements import verify_statement
from eseal.jose.status_list import StatusListToken, read_status_list
from eseal.reasons import Reason
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.licence_life import LifeAction, Standing
from licences.life_office import LifeOffice
from licences.model import Format
from licences.publishing import Change, Published, Step, publish
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.status_lists import LIST_SIZE, standing_of
from tests.homes import MARKET, clean_processes, home_with_licences, open_issuer, request
from tests.licences.press import doubt
from tests.registers import AnyRegisters
from tests.world import DAY, NOW, SECOND

LIFE = timedelta(days=7)
NAME = f"{MARKET}-sm2-0.jwt"


@dataclass
class Place:
    """A home with two licences, and a folder to publish into."""

    home: Home
    folder: Path
    identifiers: tuple[str, ...]

    def publish(self, at: datetime = NOW) -> list[Published]:
        """Publish at a time."""
        return list(publish(self.home, self.folder, clock=lambda: at))

    def act(self, number: int, action: LifeAction, at: datetime = NOW) -> None:
        """Do something to a licence."""
        with LifeOffice.open(self.home, clock=lambda: at) as office:
            office.act(
                self.identifiers[number],
                action,
                operator="张样例",
                grounds=Grounds(reason="样本"),
            )

    def published(self) -> StatusListToken:
        """The list that is there."""
        return read_status_list((self.folder / "status" / NAME).read_bytes())

    def standings(self) -> list[Standing | None]:
        """Where the licences stand by it."""
        token = self.published()
        with closing(self.home.register()) as register:
            found = [register.find_by_identifier(each) for each in self.identifiers]
        places = [each.status for each in found if each is not None]
        return [standing_of(token.status(each.index)) for each in places if each is not None]


@pytest.fixture
def place(tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters) -> Place:
    """Two licences that were issued NOW, on each database in turn."""
    requests = [request(number, formats=(Format.JSON,)) for number in (1, 2)]
    home, identifiers = home_with_licences(tmp_path / "home", demo_authority, registers, *requests)
    return Place(home, tmp_path / "public", identifiers)


@pytest.mark.unmeasured
def test_publishes_what_has_changed_and_no_more(place: Place) -> None:
    """New, unchanged, changed, and anew when half of its time is over."""
    (first,) = place.publish()
    assert (first.change, first.notable, first.until) == (Change.NEW, 0, NOW + LIFE)
    assert first.path == place.folder / "status" / NAME
    assert place.standings() == [Standing.VALID, Standing.VALID]
    before = first.path.read_bytes()
    (again,) = place.publish(NOW + DAY)
    assert (again.change, again.until) == (Change.UNCHANGED, NOW + LIFE)
    assert first.path.read_bytes() == before
    place.act(1, LifeAction.REVOKE, NOW + DAY)
    (changed,) = place.publish(NOW + DAY)
    assert (changed.change, changed.notable) == (Change.CHANGED, 1)
    assert place.standings() == [Standing.VALID, Standing.REVOKED]
    assert place.publish(NOW + DAY + LIFE / 2 - SECOND)[0].change is Change.UNCHANGED
    (renewed,) = place.publish(NOW + DAY + LIFE / 2)
    assert (renewed.change, renewed.until) == (Change.RENEWED, NOW + DAY + LIFE * 1.5)


@pytest.mark.unmeasured
def test_every_standing_is_told_apart(place: Place) -> None:
    """Suspended, valid again, revoked, cancelled: as the register has them."""
    for action, standing in (
        (LifeAction.SUSPEND, Standing.SUSPENDED),
        (LifeAction.RESUME, Standing.VALID),
        (LifeAction.REVOKE, Standing.REVOKED),
        (LifeAction.CANCEL, Standing.CANCELLED),
    ):
        place.act(0, action)
        place.publish(NOW + SECOND)
        assert place.standings() == [standing, Standing.VALID]


def test_the_department_signs_its_list(place: Place) -> None:
    """By a certificate that is trusted, for its own address, with room for all."""
    place.publish()
    token = place.published()
    judge = PathJudge(place.home.trust_store(), at=NOW)
    verify_statement(token.statement, judge=judge).demand()
    signer = place.home.signer(MARKET, Suite.SM2)
    assert token.statement.certificate.sha256 == signer.certificate.sha256
    assert (token.issuer, token.statuses.size) == (MARKET, LIST_SIZE)
    assert token.uri.endswith(f"/{NAME}")
    assert token.ttl == LIFE / 4


def test_what_is_no_list_of_ours_is_replaced(place: Place, other_authority: DemoAuthority) -> None:
    """Garbage, or a signature that does not hold: published anew, and told once."""
    (first,) = place.publish()
    good = first.path.read_bytes()
    for spoilt in (b"", b"garbage", bytes(9 * 1024 * 1024), good[:-4] + b"AAAA"):
        first.path.write_bytes(spoilt)
        (anew,) = place.publish()
        assert anew.change is Change.NEW
        assert "不能作证，已按签名的记录重做" in doubt(anew)
        assert place.publish()[0].error is None
    assert place.standings() == [Standing.VALID, Standing.VALID]
    assert other_authority.folder.is_dir()


def test_nothing_is_waited_for(place: Place) -> None:
    """A pipe that somebody put where the list was is read by nobody, and replaced."""
    (first,) = place.publish()
    first.path.unlink()
    os.mkfifo(first.path)
    assert place.publish()[0].change is Change.NEW
    assert first.path.is_file()


def test_nothing_older_takes_the_place_of_something_newer(place: Place) -> None:
    """PUBLISHED_LATER: the clock went back, or another register publishes there."""
    place.publish(NOW + DAY)
    place.act(0, LifeAction.REVOKE)
    (refused,) = place.publish(NOW + DAY - SECOND)
    assert refused.change is Change.FAILED
    assert refused.error is not None
    assert refused.error.reason is LicenceReason.PUBLISHED_LATER
    assert "--replace-later" in refused.error.reason.remedy_zh
    assert place.standings() == [Standing.VALID, Standing.VALID]


def test_what_a_clock_made_that_was_ahead_is_replaced_when_asked(place: Place) -> None:
    """As of now, with all that it said and all that was done since; else it stood for its time."""
    place.act(1, LifeAction.REVOKE)
    assert place.publish(NOW + 3 * DAY)[0].error is None
    place.act(0, LifeAction.SUSPEND)
    (done,) = publish(place.home, place.folder, clock=lambda: NOW + DAY, replace_later=True)
    assert (done.error, done.change, done.until) == (None, Change.CHANGED, NOW + DAY + LIFE)
    assert place.standings() == [Standing.SUSPENDED, Standing.REVOKED]
    (again,) = place.publish(NOW + DAY)
    assert (again.error, again.change) == (None, Change.UNCHANGED)


def test_a_list_that_cannot_be_signed_stops_no_other(place: Place) -> None:
    """Without the department's signer its list is told as failed, the rest is published."""
    with open_issuer(place.home) as issuer:
        issuer.issue(request(3, suite=Suite.RSA, formats=(Format.JSON,)))
    (department, *others) = place.home.settings.departments
    only_rsa = replace(department, signers={Suite.RSA: department.signers[Suite.RSA]})
    settings = replace(place.home.settings, departments=(only_rsa, *others))
    place.home = replace(place.home, settings=settings)
    rsa, sm2 = place.publish()
    assert rsa.change is Change.NEW
    assert sm2.error is not None
    assert sm2.error.reason is LicenceReason.NO_SIGNER


@pytest.mark.unmeasured
def test_many_publishers_at_once_leave_a_good_list(place: Place) -> None:
    """One waits for the other."""
    place.act(0, LifeAction.SUSPEND)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: place.publish(NOW + SECOND), range(8)))
    assert place.standings() == [Standing.SUSPENDED, Standing.VALID]
    assert [each.name for each in (place.folder / "status").iterdir()] == [NAME]


def test_a_folder_that_cannot_be_written_to(place: Place) -> None:
    """STORAGE_UNAVAILABLE or FILE_NOT_SAVED: told, and what was there stays."""
    place.folder.write_text("a file")
    with pytest.raises(UnavailableError) as caught:
        place.publish()
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE
    place.folder.unlink()
    (place.folder / "status" / NAME / "in the way").mkdir(parents=True)
    with pytest.raises(EvidenceError) as refused:
        raise place.publish()[0].error or AssertionError
    assert refused.value.reason in {Reason.FILE_NOT_SAVED, LicenceReason.STORAGE_UNAVAILABLE}


def publish_and_die(home: Home, folder: Path, step: Step) -> None:
    """Publish in a process that ends at a step."""
    import os
    import signal

    def die(taken: Step) -> None:
        if taken is step:
            os.kill(os.getpid(), signal.SIGKILL)

    list(publish(home, folder, clock=lambda: NOW + SECOND, at_step=die))


@pytest.mark.parametrize("step", [Step.LOCKED, Step.SIGNED, Step.REPLACED], ids=str)
@pytest.mark.unmeasured
def test_killed_anywhere_publishing_again_completes_it(place: Place, step: Step) -> None:
    """What readers see is the old list or the new one; nothing is left behind but a draft."""
    place.publish()
    place.act(0, LifeAction.REVOKE)
    process = clean_processes.Process(target=publish_and_die, args=(place.home, place.folder, step))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    expected = Standing.REVOKED if step is Step.REPLACED else Standing.VALID
    assert place.standings() == [expected, Standing.VALID]
    place.publish(NOW + SECOND)
    assert place.standings() == [Standing.REVOKED, Standing.VALID]
