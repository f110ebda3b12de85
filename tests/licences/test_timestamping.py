"""Licences with timestamps: by the home's authority or not at all; judged by what they carry."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from eseal.algorithms import Suite
from eseal.certificates import read_certificates
from eseal.chain import PathJudge
from eseal.crl import RevokedEntry, make_crl, read_crl
from eseal.digests import DigestAlgorithm
from eseal.evidence import SignatureKind
from eseal.reasons import Reason
from eseal.report import Indication
from eseal.signers import Signer
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.server import make_server
from eseal.trust import TrustStore
from licences.demo_authority import DemoAuthority
from licences.home import Home, open_signer
from licences.issuing import Issued, Issuer, Refused
from licences.life_office import LifeOffice
from licences.model import Format
from licences.settings import SignerSettings, TimestampSettings, read_settings
from licences.status_files import read_statuses
from licences.timestamping import HomeTimestamps
from licences.verification import LicenceReport, Verifier
from tests.homes import BOTH, CATALOGUE, make_home, open_issuer, request
from tests.registers import SqliteRegisters
from tests.world import DAY, NOW, SECOND, YEAR, World


def tsa_settings(authority: DemoAuthority, suite: Suite) -> SignerSettings:
    """Key and certificate of the demo's time-stamping authority."""
    some = authority.departments[0].signers[suite]
    return replace(
        some,
        key=authority.folder / f"{suite}-tsa.key.pem",
        certificate=authority.folder / f"{suite}-tsa.pem",
    )


@contextmanager
def serving(authority: DemoAuthority, suite: Suite, port: int = 0) -> Iterator[int]:
    """The demo's authority behind HTTP, its clock at NOW; gives the port."""
    signer = open_signer(tsa_settings(authority, suite))
    server = make_server(
        TimestampAuthority(signer=signer),
        host="127.0.0.1",
        port=port,
        clock=lambda: NOW,
        serial_numbers=iter(range(1, 1000)).__next__,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def home_with(
    folder: Path, authority: DemoAuthority, registers: SqliteRegisters, suite: Suite, port: int
) -> Home:
    """A home whose licences are stamped, and carry what helps to validate them later."""
    home = make_home(folder, authority, registers.fresh())
    timestamps = TimestampSettings(
        url=f"http://127.0.0.1:{port}/", certificate=tsa_settings(authority, suite).certificate
    )
    return replace(home, settings=replace(home.settings, timestamps=timestamps))


def verify(home: Home, data: bytes, trust: TrustStore, at: datetime) -> LicenceReport:
    """Verify a licence, with its history as of NOW."""
    with closing(home.register()) as register:
        (licence,) = register.find_by_natural_keys([_natural_key(home)]).values()
    with LifeOffice.open(home, clock=lambda: NOW) as office:
        history = office.statement(licence.identifier, lifetime=10 * YEAR)
    statuses = read_statuses([("history", history)])
    return Verifier(trust, CATALOGUE, at=at, statuses=statuses).verify("a", data)


def _natural_key(home: Home) -> bytes:
    with open_issuer(home) as issuer:
        digests = issuer._orders.digests(request())
    assert digests is not None
    return digests.natural_key


@pytest.mark.parametrize("suite", Suite, ids=str)
@pytest.mark.unmeasured
def test_both_forms_are_stamped_and_carry_what_validates_them(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters, suite: Suite
) -> None:
    """B-LT: with the roots alone the PDF passes; the JSON, which carries nothing, needs a CRL."""
    with serving(demo_authority, suite) as port:
        home = home_with(tmp_path / "home", demo_authority, sqlite_registers, suite, port)
        with Issuer.open(home, clock=lambda: NOW) as issuer:
            outcome = issuer.issue(request(suite=suite, formats=BOTH))
            assert isinstance(outcome, Issued)
            documents = issuer.documents_of(outcome)
    trust = home.trust_store()
    kinds = {
        Format.PDF: [SignatureKind.PADES_T, SignatureKind.SD_JWT_T],
        Format.JSON: [SignatureKind.SD_JWT_T],
    }
    for form, data in documents.items():
        report = verify(home, data, trust, NOW)
        assert report.verdict.indication is Indication.TOTAL_PASSED, report.findings
        assert [each.kind for each in report.signatures] == kinds[form]
    bare = replace(trust, crls=())
    pdf = verify(home, documents[Format.PDF], bare, NOW)
    paths = [each for each in pdf.findings if each.check.value == "certificate-path"]
    assert [each.reason for each in paths] == [None]
    json = verify(home, documents[Format.JSON], bare, NOW)
    assert json.verdict.deciding is not None
    assert json.verdict.deciding.reason is Reason.NO_REVOCATION_DATA


def revoking(ca: Signer, serial: int, trust: TrustStore, at: datetime) -> TrustStore:
    """Trust with a newer list, in which a certificate is revoked at a time."""
    der = make_crl(
        ca,
        number=2,
        this_update=at,
        next_update=at + YEAR,
        revoked=[RevokedEntry(serial=serial, at=at)],
    )
    return replace(trust, crls=(*trust.crls, read_crl(der)))


@pytest.mark.parametrize("suite", Suite, ids=str)
@pytest.mark.unmeasured
def test_a_later_revocation_does_no_harm_to_what_was_stamped_before(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters, suite: Suite
) -> None:
    """A claimed time proves nothing, a timestamp does; revoked before it nothing helps."""
    with serving(demo_authority, suite) as port:
        home = home_with(tmp_path / "home", demo_authority, sqlite_registers, suite, port)
        stamped, claimed = (
            json_of(each, number, suite)
            for number, each in enumerate(
                (home, replace(home, settings=replace(home.settings, timestamps=None)))
            )
        )
    settings, folder = demo_authority.departments[0].signers[suite], demo_authority.folder
    (signer, *_) = read_certificates(settings.certificate.read_bytes())
    key, certificate = (folder / f"{suite}-ca.{ending}" for ending in ("key.pem", "pem"))
    ca = open_signer(replace(settings, key=key, certificate=certificate))
    for revoked_at, data, expected in (
        (NOW + DAY, stamped, None),
        (NOW + DAY, claimed, Reason.CERTIFICATE_REVOKED_SINCE),
        (NOW - 3600 * SECOND, stamped, Reason.CERTIFICATE_REVOKED),
        (NOW - 3600 * SECOND, claimed, Reason.CERTIFICATE_REVOKED),
    ):
        trust = revoking(ca, signer.serial_number, home.trust_store(), revoked_at)
        report = Verifier(trust, CATALOGUE, at=NOW + 2 * DAY).verify("a", data)
        paths = [each for each in report.findings if each.check.value == "certificate-path"]
        assert [each.reason for each in paths] == [expected], paths


def json_of(home: Home, number: int, suite: Suite) -> bytes:
    """A JSON licence that the home issues."""
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request(number, suite=suite, formats=(Format.JSON,)))
        assert isinstance(outcome, Issued)
        return issuer.documents_of(outcome)[Format.JSON]


def test_a_silent_authority_stops_issuing_and_loses_nothing(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> None:
    """UNREACHABLE: never a licence without its timestamp; asked again it is finished, once."""
    with serving(demo_authority, Suite.SM2) as port:
        pass
    home = home_with(tmp_path / "home", demo_authority, sqlite_registers, Suite.SM2, port)
    with open_issuer(home) as issuer:
        refused = issuer.issue(request(formats=(Format.JSON,)))
        assert isinstance(refused, Refused)
        assert {each.reason for each in refused.problems} == {Reason.UNREACHABLE}
        with closing(home.register()) as register:
            (begun,) = register.unfinished(limit=10)
        with serving(demo_authority, Suite.SM2, port):
            issued = issuer.issue(request(formats=(Format.JSON,)))
    assert isinstance(issued, Issued)
    assert issued.identifier == begun.identifier


def test_an_authority_is_judged_as_of_now(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What began this minute has begun; of within a minute nothing is judged anew."""
    judged: list[datetime] = []

    def tsa(*, judge: PathJudge, **_: object) -> SimpleNamespace:
        judged.append(judge.at)
        return SimpleNamespace(stamp=lambda *_, **__: b"")

    monkeypatch.setattr("licences.timestamping.Tsa", tsa)
    times = [NOW + seconds * SECOND for seconds in (39, 60, 98, 99)]
    found = HomeTimestamps(url="http://a/", trust=world.trust, clock=iter(times).__next__)
    for _ in times:
        found.stamp(b"", digest=DigestAlgorithm.SM3)
    assert judged == [times[0]] * 3 + times[3:]


def test_settings_name_the_authority(tmp_path: Path, demo_authority: DemoAuthority) -> None:
    """An address, and a certificate if documents are to carry what validates them."""
    home = make_home(tmp_path / "home", demo_authority, "sqlite:///none.db")
    file = home.path / "settings.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[timestamps]\nurl = "http://a/b"\ncertificate = "tsa.pem"\n', "utf-8")
    assert read_settings(home.path).timestamps == TimestampSettings(
        url="http://a/b", certificate=home.path / "tsa.pem"
    )
