"""The doctor on the authorities that settings name: CAs whose lists are published, timestamps."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.reasons import Reason
from licences.authority_diagnosis import examine_cas, examine_timestamps
from licences.demo_authority import DemoAuthority
from licences.diagnosis import examine
from licences.home import Home, create_home
from licences.settings import CaSettings, TimestampSettings
from licences.symptoms import SOON, Symptom
from tests.licences.test_timestamping import serving, tsa_settings
from tests.world import NOW


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, demo_authority: DemoAuthority) -> Home:
    """A home that publishes the demo's lists, and names its time-stamping authority."""
    made = create_home(
        tmp_path_factory.mktemp("home") / "home",
        departments=demo_authority.departments,
        trust=demo_authority.trust_files,
        sealed=False,
        cas=demo_authority.cas,
    )
    certificate = tsa_settings(demo_authority, Suite.SM2).certificate
    return with_timestamps(made, "https://tsa.example/?key=secret", certificate)


def with_timestamps(home: Home, url: str, certificate: Path | None) -> Home:
    """The home, with another time-stamping authority."""
    timestamps = TimestampSettings(url=url, certificate=certificate)
    return replace(home, settings=replace(home.settings, timestamps=timestamps))


def with_ca(home: Home, ca: CaSettings) -> Home:
    """The home, with one CA alone."""
    return replace(home, settings=replace(home.settings, cas=(ca,)))


def stamps(home: Home, at: datetime = NOW, *, network: bool = False) -> list[Symptom]:
    """What is said of timestamps."""
    return list(examine_timestamps(home, at, network=network))


@pytest.mark.unmeasured
def test_a_good_ca_is_good(home: Home) -> None:
    """Each is named, with the day on which its certificate ends."""
    found = list(examine_cas(home, NOW))
    assert [each.what.split()[-1] for each in found] == ["sm2-root", "sm2-ca", "rsa-root", "rsa-ca"]
    assert all(each.good and "valid until 203" in each.detail for each in found)


def test_the_whole_examination_has_them(home: Home) -> None:
    """Lines of the CAs stand among those of the home; without timestamps none of those."""
    said = [each.what for each in examine(home.path, at=NOW)]
    assert "吊销列表 CA sm2-ca" in said
    assert not [each for each in said if "timestamps" in each]


def test_a_ca_that_ends_soon_is_told(home: Home, demo_authority: DemoAuthority) -> None:
    """Within thirty days of its end, and after it."""
    ca = with_ca(home, demo_authority.cas[1])
    (good,) = examine_cas(ca, NOW)
    ends = datetime.fromisoformat(f"{good.detail[-10:]}T00:00:00+08:00")
    (soon,) = examine_cas(ca, ends)
    assert (soon.good, soon.detail.endswith("in less than 30 days")) == (False, True)
    (ended,) = examine_cas(ca, ends + 2 * SOON)
    assert (ended.good, ended.detail.endswith("it has ended")) == (False, True)


def test_what_is_wrong_with_a_ca_is_told(home: Home, demo_authority: DemoAuthority) -> None:
    """Another's key, no certificate, one that signs no lists, no passphrase: each is told."""
    root, ca = demo_authority.cas[:2]
    department = demo_authority.departments[0].signers[Suite.SM2]
    missing = home.path / "none"
    for changed, reason in (
        (replace(ca.signer, key=root.signer.key), Reason.KEY_CERTIFICATE_MISMATCH),
        (replace(ca.signer, certificate=missing), Reason.UNREADABLE_FILE),
        (department, Reason.CRL_REFUSED),
        (replace(ca.signer, passphrase_file=missing), Reason.PASSPHRASE_MISSING),
    ):
        (found,) = examine_cas(with_ca(home, replace(ca, signer=changed)), NOW)
        assert (found.good, found.reason) == (False, reason)
        if reason is Reason.KEY_CERTIFICATE_MISMATCH:
            assert f"{root.signer.key}, {ca.signer.certificate}" in found.detail


def test_a_key_that_is_elsewhere_is_no_fault(home: Home, demo_authority: DemoAuthority) -> None:
    """An offline root's key need not be there until a list is due; it is said all the same."""
    root = demo_authority.cas[0]
    away = replace(root, signer=replace(root.signer, key=home.path / "none"))
    (found,) = examine_cas(with_ca(home, away), NOW)
    assert found.good
    assert "私钥不在此处 key not here" in found.detail


def test_an_authority_is_judged_without_asking_it(
    home: Home, demo_authority: DemoAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is for timestamps, and leads to a trusted root; its query is not told."""

    def ask(*_args: object, **_more: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr("eseal.timestamps.client.fetch", ask)
    (good,) = stamps(home)
    assert good.good
    assert "https://tsa.example/  证书有效至" in good.detail
    assert "secret" not in good.detail
    (bare,) = stamps(with_timestamps(home, "https://tsa.example/", None))
    assert (bare.good, "no certificate named" in bare.detail) == (True, True)
    department = demo_authority.departments[0].signers[Suite.SM2].certificate
    for certificate, reason in (
        (department, Reason.KEY_USAGE_REFUSED),
        (home.path / "none", Reason.UNREADABLE_FILE),
    ):
        (found,) = stamps(with_timestamps(home, "https://tsa.example/", certificate))
        assert (found.good, found.reason) == (False, reason)
    assert stamps(replace(home, settings=replace(home.settings, timestamps=None))) == []


def test_an_authority_is_asked_on_request(home: Home, demo_authority: DemoAuthority) -> None:
    """One that answers is good for every suite that departments have; one that is away is not."""
    certificate = tsa_settings(demo_authority, Suite.SM2).certificate
    with serving(demo_authority, Suite.SM2) as port:
        url = f"http://127.0.0.1:{port}/"
        found = stamps(with_timestamps(home, url, certificate), network=True)
    assert [(each.good, "it answers" in each.detail) for each in found[1:]] == [(True, True)] * 2
    away = stamps(with_timestamps(home, f"{url}?key=secret", certificate), network=True)
    assert [each.reason for each in away] == [None, Reason.UNREACHABLE, Reason.UNREACHABLE]
    assert "secret" not in str(away)
