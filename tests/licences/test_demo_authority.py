"""The demo authority is made once, completed when it was cut off, and never mixed with another."""

import shutil
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.certificates import read_certificates
from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.crl import make_crl, read_crl
from eseal.crl_publishing import is_own
from eseal.errors import EvidenceError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Indication, Outcome, judge
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.own import OwnTimestamps
from eseal.trust import load_trust
from licences.demo_authority import DemoAuthority, create_demo_authority
from licences.demo_files import signer_settings
from licences.home import open_signer
from licences.reasons import LicenceReason
from tests.homes import DEPARTMENTS, MARKET
from tests.pages import blank
from tests.world import DAY, NOW, YEAR


@pytest.fixture
def copy(tmp_path: Path, demo_authority: DemoAuthority) -> Path:
    """A copy of the whole authority, to be damaged."""
    return shutil.copytree(demo_authority.folder, tmp_path / "authority")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_certifies_every_department_in_both_suites(demo_authority: DemoAuthority) -> None:
    """Each department's certificates lead to a root of the trust folder, for a year from now."""
    assert len(demo_authority.departments) == len(DEPARTMENTS)
    for at in (NOW, NOW + YEAR - DAY):
        judge = PathJudge(load_trust(demo_authority.trust), at=at)
        for department in demo_authority.departments:
            assert len(department.signers) == 2
            for signer in department.signers.values():
                certificate, *chain = read_certificates(signer.certificate.read_bytes())
                assert judge.judge(certificate, chain).outcome is Outcome.PASSED


def test_names_whose_lists_are_published(demo_authority: DemoAuthority) -> None:
    """Each suite's root and CA, by the name of their list, with keys that sign it."""
    names = [each.name for each in demo_authority.cas]
    assert names == ["sm2-root", "sm2-ca", "rsa-root", "rsa-ca"]
    for ca in demo_authority.cas:
        published = read_crl((demo_authority.trust / f"{ca.name}.crl").read_bytes())
        assert is_own(published, open_signer(ca.signer))


def test_publishes_nothing_secret(demo_authority: DemoAuthority) -> None:
    """The trust folder has two roots, two CAs, two makers, four CRLs, no key; secrets are 0600."""
    assert [path.suffix for path in demo_authority.trust_files].count(".crl") == 4
    assert len(demo_authority.trust_files) == 10
    assert len(load_trust(demo_authority.trust).makers) == 2
    assert not any(b"PRIVATE" in path.read_bytes() for path in demo_authority.trust.iterdir())
    secret = [*demo_authority.folder.glob("*.key.pem"), demo_authority.folder / "passphrase"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in secret)


def test_reuses_what_is_there(copy: Path) -> None:
    """Making a complete authority again changes no byte."""
    before = contents(copy)
    create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW + DAY)
    assert contents(copy) == before


@pytest.mark.parametrize(
    "missing",
    [
        ["sm2-tsa.pem"],
        ["sm2-tsa.pem", "sm2-tsa.key.pem", "trust/sm2-ca.crl"],
        [f"rsa-{MARKET}.pem", "trust/rsa-root.pem", "trust/rsa-root.crl"],
    ],
    ids=len,
)
def test_completes_what_was_cut_off(copy: Path, missing: list[str]) -> None:
    """What a killed attempt did not come to is made under the same root; the rest stays."""
    before = contents(copy)
    for name in missing:
        (copy / name).unlink()
    left = contents(copy)
    create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW)
    after = contents(copy)
    assert after.keys() == before.keys()
    assert {name: after[name] for name in left} == left


@pytest.mark.parametrize("lost", ["passphrase", f"sm2-{MARKET}.key.pem"])
def test_refuses_to_replace_a_lost_secret(copy: Path, lost: str) -> None:
    """AUTHORITY_INCOMPLETE: a key or the passphrase is gone while its certificate is there."""
    (copy / lost).unlink()
    with pytest.raises(EvidenceError) as caught:
        create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW)
    assert caught.value.reason is LicenceReason.AUTHORITY_INCOMPLETE


def test_refuses_what_does_not_fit_together(copy: Path) -> None:
    """A certificate of another root is not handed out."""
    shutil.copy(copy / "trust" / "rsa-root.pem", copy / "trust" / "sm2-root.pem")
    with pytest.raises(EvidenceError, match="UNKNOWN_ISSUER"):
        create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW)


def test_refuses_an_authority_whose_lists_are_out_of_date(copy: Path) -> None:
    """Nothing made with it could be verified: this is said before issuing."""
    made = create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW)
    (signer,) = (open_signer(each.signer) for each in made.cas if each.name == "sm2-ca")
    ended = make_crl(signer, number=2, this_update=NOW - DAY, next_update=NOW)
    (copy / "trust" / "sm2-ca.crl").write_bytes(ended)
    with pytest.raises(EvidenceError, match="REVOCATION_DATA_STALE"):
        create_demo_authority(copy, DEPARTMENTS, clock=lambda: NOW + DAY)


@pytest.mark.parametrize("suite", Suite)
def test_a_timestamp_outlives_the_signers(demo_authority: DemoAuthority, suite: Suite) -> None:
    """A day after a signer's end, what it signed passes with a timestamp, and not without one."""
    signer = open_signer(demo_authority.signer_of(MARKET, suite))
    stamps = OwnTimestamps(
        authority=TimestampAuthority(
            signer=open_signer(signer_settings(demo_authority.folder, suite, "tsa"))
        ),
        clock=lambda: NOW,
        serial_numbers=lambda: 7,
    )
    later = signer.certificate.not_valid_after + DAY
    judge_later = PathJudge(load_trust(demo_authority.trust), at=later)
    found = [
        judge(
            verify_pdf(
                sign_foreign_pdf(blank(), CmsTemplate(signer, timestamps=each), at=NOW),
                judge=judge_later,
            ).findings
        )
        for each in (stamps, None)
    ]
    assert found[0].indication is Indication.TOTAL_PASSED
    assert found[1].deciding is not None
    assert found[1].deciding.reason is Reason.CERTIFICATE_EXPIRED


def test_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    """STORAGE_UNAVAILABLE: a file stands where the folder should be."""
    (tmp_path / "authority").write_bytes(b"")
    with pytest.raises(EvidenceError) as caught:
        create_demo_authority(tmp_path / "authority", DEPARTMENTS, clock=lambda: NOW)
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE
