"""Officers are read from settings in one way only, and what is written reads back."""

from dataclasses import replace
from pathlib import Path

import pytest

from eseal.algorithms import Algorithm, Suite
from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import Reason
from licences.demo_authority import DemoAuthority
from licences.diagnosis import examine
from licences.home import create_home, open_home
from licences.officer_diagnosis import examine_officers
from licences.officers import OfficerSettings
from licences.reasons import LicenceReason
from licences.seal_life import Power
from licences.settings import SignerSettings, read_settings, write_settings
from tests.world import NOW

GOOD = """
[database]
url = "sqlite:///register.db"
[documents]
folder = "documents"
[issuing]
serving_margin_hours = 24
[[officer]]
id = "approver-1"
name = "审批员（样本）"
powers = ["approve", "keep"]
[officer.sm2]
key = "approver.key.pem"
certificate = "approver.pem"
"""


def read(folder: Path, text: str) -> tuple[OfficerSettings, ...]:
    """The officers of these settings."""
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return read_settings(folder).officers


def test_reads_officers(tmp_path: Path) -> None:
    """Id, name, powers and signers are taken; an officer is found by id."""
    (officer,) = read(tmp_path, GOOD)
    assert (officer.id, officer.name) == ("approver-1", "审批员（样本）")
    assert officer.powers == {Power.APPROVE, Power.KEEP}
    assert officer.signers[Suite.SM2].key == tmp_path / "approver.key.pem"
    settings = read_settings(tmp_path)
    assert settings.find_officer("approver-1") == officer
    assert settings.find_officer("approver-2") is None


def test_writes_what_it_reads(tmp_path: Path) -> None:
    """Officers that were written are read back as they were."""
    officers = tuple(
        OfficerSettings(
            id=f"officer-{number}",
            name='审批员"（样本）',
            powers=frozenset({power}),
            signers={
                suite: SignerSettings(
                    key=tmp_path / f"{suite}-{number}.key.pem",
                    certificate=tmp_path / f"{suite}-{number}.pem",
                    algorithm=algorithm,
                )
                for suite, algorithm in (
                    (Suite.SM2, Algorithm.SM2_SM3),
                    (Suite.RSA, Algorithm.RSA_SHA256),
                )
            },
        )
        for number, power in enumerate(Power)
    )
    text = write_settings(
        tmp_path,
        database_url="sqlite:///register.db",
        documents="documents",
        departments=(),
        officers=officers,
    )
    assert read(tmp_path, text) == officers


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("approver-1", "审批员", "officer[0].id"),
        ("approver-1", "A", "officer[0].id"),
        ('"keep"', '"rule"', "officer[0].powers"),
        ("name =", "nick =", "officer[0].name"),
        ("[officer.sm2]", "[officer.sm9]", "officer[0].sm9"),
    ],
)
def test_refuses_other_settings(tmp_path: Path, old: str, new: str, at: str) -> None:
    """SETTINGS_MALFORMED: an id, a power or a key that is not one is named."""
    assert old in GOOD
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
    assert caught.value.at == f"{tmp_path.name}/settings.toml:{at}"


def test_an_officer_who_left_has_no_powers(tmp_path: Path) -> None:
    """POWER_MISSING: `powers = []` keeps who has left known, and lets them do nothing."""
    (officer,) = read(tmp_path, GOOD.replace('["approve", "keep"]', "[]"))
    assert officer.powers == frozenset()
    assert officer.signers.keys() == {Suite.SM2}
    with pytest.raises(RefusedError) as caught:
        officer.demand(Power.KEEP)
    assert caught.value.reason is LicenceReason.POWER_MISSING


def test_refuses_an_officer_who_stands_twice(tmp_path: Path) -> None:
    """SETTINGS_MALFORMED: two officers have one id."""
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, GOOD + GOOD[GOOD.index("[[officer]]") :])
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED


@pytest.mark.unmeasured
def test_a_home_opens_their_keys(tmp_path: Path, demo_authority: DemoAuthority) -> None:
    """An officer acts with the key of the suite, or with the only one; an unknown one does not."""
    home = create_home(
        tmp_path / "home",
        departments=(),
        trust=demo_authority.trust_files,
        officers=demo_authority.officers,
    )
    for suite in Suite:
        actor = home.acting("maker-1", suite)
        assert actor.officer.powers == {Power.MAKE}
        assert actor.signer.algorithm.suite is suite
    with pytest.raises(EvidenceError) as caught:
        home.acting("maker-2", Suite.SM2)
    assert caught.value.reason is LicenceReason.UNKNOWN_OFFICER


def test_the_doctor_looks_at_their_keys(tmp_path: Path, demo_authority: DemoAuthority) -> None:
    """Every officer's key and certificate are tried in each suite; who left has none to try."""
    officers = demo_authority.officers
    lost = SignerSettings(
        key=tmp_path / "none", certificate=tmp_path / "none", algorithm=Algorithm.SM2_SM3
    )
    home = create_home(
        tmp_path / "home",
        departments=(),
        trust=demo_authority.trust_files,
        officers=(
            replace(officers[0], powers=frozenset(), signers={Suite.SM2: lost}),
            *officers[1:-1],
            replace(officers[-1], signers={Suite.SM2: lost}),
        ),
    )
    found = [each for each in examine(home.path, at=NOW) if "officer" in each.what]
    assert [each.good for each in found] == [True] * 4 + [False]
    assert found[-1].reason is Reason.UNREADABLE_FILE


def test_an_officer_without_keys_does_not_act(tmp_path: Path) -> None:
    """NO_SIGNER: the settings name no key of the officer's."""
    text = GOOD[: GOOD.index("[officer.sm2]")]
    create_home(tmp_path / "home", departments=(), trust=())
    settings = tmp_path / "home" / "settings.toml"
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        open_home(settings.parent).acting("approver-1", Suite.RSA)
    assert caught.value.reason is LicenceReason.NO_SIGNER


def shared(key: str, certificate: str, powers: str = '["make"]') -> str:
    """Settings of two officers, the second with this key and certificate."""
    return f"""{GOOD}
[[officer]]
id = "maker-1"
name = "制章员（样本）"
powers = {powers}
[officer.sm2]
key = "{key}"
certificate = "{certificate}"
"""


@pytest.mark.parametrize(
    ("key", "certificate"), [("approver.key.pem", "m.pem"), ("m.key.pem", "approver.pem")]
)
def test_no_two_officers_share_a_file(tmp_path: Path, key: str, certificate: str) -> None:
    """SETTINGS_MALFORMED: two ids with one key or certificate are one person; both are named."""
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, shared(key, certificate))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
    assert caught.value.at.endswith(":officer")
    for said in ("approver-1、maker-1", "approver"):
        assert said in caught.value.sentence


def test_who_has_left_may_have_had_the_key_of_another(tmp_path: Path) -> None:
    """An id that was given up stays with its certificate, which the history asks for."""
    assert len(read(tmp_path, shared("approver.key.pem", "approver.pem", powers="[]"))) == 2


def test_the_doctor_tells_officers_with_one_key(
    tmp_path: Path, demo_authority: DemoAuthority
) -> None:
    """POWERS_NOT_APART: copies of one key and certificate under two ids, in each suite."""
    first, second = demo_authority.officers[:2]
    copies = {}
    for suite, signer in first.signers.items():
        copies[suite] = replace(
            signer,
            key=tmp_path / f"{suite}.key.pem",
            certificate=tmp_path / f"{suite}.pem",
        )
        copies[suite].key.write_bytes(signer.key.read_bytes())
        copies[suite].key.chmod(0o600)
        copies[suite].certificate.write_bytes(signer.certificate.read_bytes())
    create_home(
        tmp_path / "home",
        departments=(),
        trust=demo_authority.trust_files,
        officers=(first, replace(second, signers=copies)),
    )
    told = [each for each in examine_officers(open_home(tmp_path / "home"), NOW) if not each.good]
    assert [each.reason for each in told] == [LicenceReason.POWERS_NOT_APART] * 2
    assert all(f"{first.id}、{second.id}" in each.what for each in told)
    apart = create_home(
        tmp_path / "apart",
        departments=(),
        trust=demo_authority.trust_files,
        officers=(first, second),
    )
    assert all(each.good for each in examine_officers(apart, NOW))
