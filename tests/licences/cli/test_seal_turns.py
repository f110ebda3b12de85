"""`licences seal` says who may, and whose turn it is."""

import pytest
from asn1crypto.x509 import Certificate

from eseal.algorithms import Suite, default_algorithm
from eseal.certificates import read_certificates
from eseal.crl import RevocationReason, RevokedEntry, make_crl
from eseal.moments import now
from eseal.pkcs8 import load_private_key
from eseal.signers import SoftwareSigner
from licences.reasons import LicenceReason
from licences.seal_terms import ACTIONS
from tests.homes import MARKET
from tests.licences.cli.seal_desk import NUMBER, Desk
from tests.world import DAY

pytestmark = pytest.mark.unmeasured

OTHER = "91999901MAEX000107"
"""A company that is no department."""


def test_every_step_says_whose_turn_it_is(desk: Desk) -> None:
    """One line on stderr has the officer and the command to come; stdout has the es_id alone."""
    outcome = desk.apply()
    assert f"look first → licences seal show {NUMBER} --picture FILE.svg --home" in outcome.err
    for action, officer in (
        ("approve", "approver-1"),
        ("make", "maker-1"),
        ("activate", "keeper-1"),
    ):
        assert outcome.out == f"{NUMBER}\n"
        command = f"licences seal {action} {NUMBER} --as {officer} --home {desk.home}"
        assert f"next：{officer} {ACTIONS[action]} {action} → {command}" in outcome.err
        outcome = desk.step(action, officer)
    use = f"licences seal use {NUMBER} FILE.pdf --as keeper-1 --matter … --page 1 --at 150mm,240mm"
    assert use in outcome.err
    desk.step("revoke", "approver-1")
    desk.step("hand-in", "keeper-1")
    assert "next" not in desk.step("destroy", "maker-1").err


def test_the_owner_that_is_no_department_signs_with_its_own_key(desk: Desk) -> None:
    """The command to use a seal has --key and --cert where the home has no key of the owner's."""
    desk.activate()
    settings = desk.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(f'"{MARKET}"', f'"{OTHER}"'), encoding="utf-8")
    told = desk.step("suspend", "approver-1").err + desk.step("resume", "approver-1").err
    assert "--at 150mm,240mm --key KEY --cert CERT --home" in told


def test_says_when_nobody_can_go_on(desk: Desk) -> None:
    """The keeper has left: the step is told with nobody to take it, and show says so, too."""
    desk.apply()
    desk.step("approve", "approver-1")
    settings = desk.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('powers = ["keep"]', "powers = []"), encoding="utf-8")
    assert "设置中无人可以" in desk.step("make", "maker-1").err
    assert desk.state()["possible"] == {
        "change": ["applicant-1"],
        "activate": [],
        "renew": ["maker-1"],
        "revoke": ["approver-1"],
    }


def test_shows_who_may(desk: Desk) -> None:
    """Keeper, applicant and approver with their names, and everything possible with who may."""
    desk.apply()
    desk.step("approve", "approver-1")
    shown = desk("show", NUMBER).out
    for label, officer in (
        ("保管人 keeper", "keeper-1"),
        ("申请人 applicant", "applicant-1"),
        ("审批人 approver", "approver-1"),
    ):
        (line,) = (line for line in shown.splitlines() if label in line)
        assert officer in line
    assert "制作 make  maker-1" in shown
    assert "撤销 revoke  approver-1" in shown
    settings = desk.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"applicant-1"', '"applicant-9"'), encoding="utf-8")
    doubtful = desk("show", NUMBER)
    assert doubtful.code == 0
    assert doubtful.out.splitlines()[0].endswith("待制作 approved  ✗ SEAL_ACTOR_UNKNOWN")
    assert "maker-1" not in doubtful.out
    assert desk.state()["possible"] is None


def test_a_signer_whose_certificate_is_revoked_is_told(desk: Desk) -> None:
    """By the lists in the home's trust; before that nothing is said of it."""
    desk.activate()
    assert "已吊销" not in desk("show", NUMBER).out
    authority, (certificate,) = desk.certificate.parent, read_signer_certificates(desk)
    (issuer,) = read_certificates((authority / "sm2-ca.pem").read_bytes())
    phrase = (authority / "passphrase").read_bytes().strip()
    key = load_private_key(authority / "sm2-ca.key.pem", phrase)
    ca = SoftwareSigner(key=key, certificate=issuer, algorithm=default_algorithm(Suite.SM2))
    gone = RevokedEntry(
        serial=certificate.serial_number, at=now(), reason=RevocationReason.SUPERSEDED
    )
    der = make_crl(ca, number=99, this_update=now(), next_update=now() + DAY, revoked=[gone])
    (desk.home / "trust" / "new.crl").write_bytes(der)
    (line,) = (each for each in desk("show", NUMBER).out.splitlines() if "可用章 signer " in each)
    assert line.endswith("✗ 证书已吊销 revoked")


def read_signer_certificates(desk: Desk) -> tuple[Certificate, ...]:
    """Read the department's certificate."""
    return read_certificates(desk.certificate.read_bytes())[:1]


def test_says_who_may_not(desk: Desk) -> None:
    """UNKNOWN_OFFICER, POWER_MISSING, UNKNOWN_SEAL: with code and remedy on stderr."""
    desk.apply()
    for arguments, reason in (
        (("approve", NUMBER, "--as", "nobody"), LicenceReason.UNKNOWN_OFFICER),
        (("approve", NUMBER, "--as", "maker-1"), LicenceReason.POWER_MISSING),
        (("approve", "123", "--as", "approver-1"), LicenceReason.UNKNOWN_SEAL),
        (("approve", "印章", "--as", "approver-1"), LicenceReason.UNKNOWN_SEAL),
        (("approve", "\udcff", "--as", "approver-1"), LicenceReason.UNKNOWN_SEAL),
    ):
        outcome = desk(*arguments)
        assert outcome.code == 1
        assert reason.value in outcome.err
        assert reason.remedy_zh in outcome.err
    assert "可由 approver-1 办理" in desk("approve", NUMBER, "--as", "maker-1").err
    assert "approver-1" in desk("approve", NUMBER, "--as", "nobody").err
