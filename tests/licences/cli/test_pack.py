"""`licences pack`, and `licences verify` of packs: alone, years later, and of what was revoked."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from eseal.asic import is_asic
from eseal.certificates import to_pem
from eseal.keys import Suite
from eseal.moments import now
from eseal.reasons import Reason
from licences.audit_pack import HISTORY_NAME, read_pack
from licences.home import Home, open_home
from licences.reasons import LicenceReason
from tests.bundles import bundle, publisher
from tests.command import Command
from tests.homes import BUSINESS, MARKET
from tests.licences.cli.conftest import AT
from tests.licences.cli.test_report import PASSPHRASE, write_signer
from tests.licences.papers import market_signer, pdf_paper
from tests.no_route import licences_without_route, ways
from tests.world import NOW, World

WHY = ("--by", "张样例", "--reason", "样本理由")


def roots_of(home: Path, folder: Path) -> Path:
    """Give a folder with the home's roots and seal makers, and nothing else."""
    folder.mkdir()
    for path in (*home.glob("trust/*root.pem"), *home.glob("trust/*maker*.pem")):
        shutil.copy(path, folder)
    return folder


def issued(licences: Command, home: Path, data: Path, suite: Suite = Suite.SM2) -> str:
    """Issue a licence and publish; give its identifier."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--suite", suite, "--home", home)
    identifier = licences(*asked).out.split()[0]
    assert licences("publish", "--home", home).code == 0
    return identifier


@pytest.mark.parametrize("suite", list(Suite), ids=str)
@pytest.mark.unmeasured
def test_a_pack_answers_where_there_is_no_route(
    licences: Command, home_with_seals: Path, data: Path, tmp_path: Path, suite: Suite
) -> None:
    """Packed from the register, it passes with roots and makers alone, and without a route."""
    identifier = issued(licences, home_with_seals, data, suite)
    out = tmp_path / "licence.asice"
    packed = licences("pack", identifier, "--out", out, "--home", home_with_seals)
    assert (packed.code, packed.out.strip()) == (0, str(out)), packed.err
    assert "verdict now: ✓ 通过 TOTAL-PASSED" in packed.err
    assert is_asic(out.read_bytes())
    roots = roots_of(home_with_seals, tmp_path / "roots")
    for way in ways():
        told = licences_without_route(way, "verify", out, "--trust", roots, "--format", "json")
        assert told.returncode == 0, told.stdout
        report = json.loads(told.stdout)[0]
        assert report["pack"]["licence"] == "licence.pdf"
        assert report["licence"]["identifier"] == identifier
    shown = licences("verify", out, "--trust", roots)
    assert "审计包 container" in shown.out
    assert report["pack"]["licence_sha256"] in shown.out


def test_a_revoked_licence_fails_from_then_on(
    licences: Command,
    home: Path,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pack of a revoked licence fails with that reason; asked about before, it passes."""
    identifier = issued(licences, home, data)
    moment = now() + timedelta(minutes=10)
    monkeypatch.setattr("eseal.moments.now", lambda: moment)
    assert licences("revoke", identifier, *WHY, "--home", home).code == 0
    out = tmp_path / "licence.asice"
    packed = licences("pack", identifier, "--out", out, "--format", "json", "--home", home)
    assert packed.code == 0, packed.err
    assert "TOTAL-FAILED LICENCE_REVOKED" in packed.err
    asked = ("verify", out, "--trust", roots_of(home, tmp_path / "roots"), "--at")
    failed = licences(*asked, moment.isoformat())
    assert failed.code == 1
    assert LicenceReason.LICENCE_REVOKED in failed.out
    assert "样本理由" in failed.out
    before = moment - timedelta(minutes=1)
    assert licences(*asked, before.isoformat()).code == 0
    # Years later nothing in it is current any more; of its time it still answers.
    assert licences(*asked, "2060-01-01").code == 3


def test_what_was_not_published_is_in_the_history(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """Without a published list the department's history answers, and stands in the pack."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*asked).out.split()[0]
    out = tmp_path / "licence.asice"
    assert licences("pack", identifier, "--out", out, "--home", home).code == 0
    names = [each.name for each in read_pack(out.read_bytes()).container.files]
    assert HISTORY_NAME in names
    assert not any(name.startswith("status/") for name in names)
    assert licences("verify", out, "--trust", roots_of(home, tmp_path / "roots")).code == 0


@pytest.fixture
def file_options(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[object, ...]:
    """Give the options that sign with an auditor's key, at NOW."""
    monkeypatch.setenv("ESEAL_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("eseal.moments.now", lambda: NOW)
    _, key, _, cert = write_signer(world.rsa.signing, tmp_path)
    return ("--key", key, "--cert", cert, "--out", tmp_path / "licence.asice")


def test_a_file_in_hand_is_packed(
    licences: Command,
    world: World,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    file_options: tuple[object, ...],
) -> None:
    """With what lies in the trust folder, or with a bundle; signed by whoever packs."""
    passed = papers_folder / "passed.json"
    assert licences("pack", passed, "--trust", trust_folder, *file_options).code == 0
    roots = tmp_path / "roots.pem"
    roots.write_bytes(to_pem(world.sm2.root.certificate))
    verified = licences("verify", tmp_path / "licence.asice", "--trust", roots, "--at", AT)
    assert verified.code == 0, verified.out
    assert Reason.UNKNOWN_ISSUER in verified.out  # the packer, who counts for nothing
    (tmp_path / "licence.asice").unlink()
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle(world))
    signer = publisher(world.sm2).certificate.sha256.hex()
    options = ("--trust", path, "--bundle-signer", signer)
    assert licences("pack", passed, *options, *file_options).code == 0
    assert licences("verify", tmp_path / "licence.asice", "--trust", roots, "--at", AT).code == 0


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [("unreadable.txt", 1, LicenceReason.PACK_REFUSED), ("none.json", 2, "cannot read")],
)
def test_only_licences_are_packed(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    tmp_path: Path,
    file_options: tuple[object, ...],
    name: str,
    code: int,
    reason: str,
) -> None:
    """What is no licence, or is not there, makes no pack, and it is said why."""
    outcome = licences("pack", papers_folder / name, "--trust", trust_folder, *file_options)
    assert outcome.code == code
    assert reason in outcome.err
    assert not (tmp_path / "licence.asice").exists()


def test_an_altered_licence_is_not_packed_and_it_is_said_why(
    licences: Command,
    world: World,
    trust_folder: Path,
    tmp_path: Path,
    file_options: tuple[object, ...],
) -> None:
    """Also where the check that failed has no detail: then its reason says it."""
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(pdf_paper(market_signer(world.sm2)).replace(b"%PDF-1.7", b"%PDF-1.6"))
    outcome = licences("pack", altered, "--trust", trust_folder, *file_options)
    assert outcome.code == 1
    assert LicenceReason.PACK_REFUSED in outcome.err
    assert f"{Reason.DIGEST_MISMATCH}: {Reason.DIGEST_MISMATCH.zh}" in outcome.err


def test_the_verdict_names_a_reason_that_is_explained(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    file_options: tuple[object, ...],
) -> None:
    """The code that `verify` shows and `explain` knows, with its title."""
    asked = ("pack", papers_folder / "undetermined.json", "--trust", trust_folder)
    outcome = licences(*asked, *file_options)
    assert outcome.code == 0, outcome.err
    assert f"INDETERMINATE {Reason.UNKNOWN_ISSUER}：{Reason.UNKNOWN_ISSUER.zh}" in outcome.err
    assert Reason.UNKNOWN_ISSUER.sub not in outcome.err


def test_what_is_neither_a_file_nor_an_identifier_is_told_first(
    licences: Command, home: Path, tmp_path: Path
) -> None:
    """Not that a key is missing."""
    outcome = licences("pack", "nosuch", "--out", tmp_path / "x.asice", "--home", home)
    assert outcome.code == 2
    assert "nosuch: neither a file nor the identifier" in outcome.err
    assert "--key" not in outcome.err


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_the_department_signs_for_a_file_of_its_register(
    licences: Command, home: Path, data: Path, tmp_path: Path, form: str
) -> None:
    """A file that the register has is packed as its identifier would be; one more byte is not."""
    identifier = issued(licences, home, data)
    shown = tmp_path / "shown"
    assert licences("show", identifier, "--home", home, "--out", shown).code == 0
    (file,) = shown.rglob(f"*.{form}")
    out = tmp_path / "licence.asice"
    packed = licences("pack", file, "--out", out, "--home", home)
    assert packed.code == 0, packed.err
    files = {each.name: each.data for each in read_pack(out.read_bytes()).container.files}
    assert files[f"licence.{form}"] == file.read_bytes()
    file.write_bytes(file.read_bytes() + b"\n")
    changed = licences("pack", file, "--out", tmp_path / "other.asice", "--home", home)
    assert changed.code == 2
    assert "no file of the register" in changed.err


def test_usage_is_told(
    licences: Command, papers_folder: Path, trust_folder: Path, home: Path, tmp_path: Path
) -> None:
    """A file without a key, half a key, an unknown identifier, a format that it has not."""
    passed, out = papers_folder / "passed.json", ("--out", tmp_path / "x.asice")
    assert licences("pack", passed, "--trust", trust_folder, *out).code == 2
    assert licences("pack", passed, "--key", "key.pem", *out).code == 2
    unknown = "1.2.156.3005.2.1"
    outcome = licences("pack", unknown, *out, "--home", home)
    assert outcome.code == 1
    assert LicenceReason.UNKNOWN_LICENCE in outcome.err


@pytest.mark.parametrize(
    "option",
    [
        ("--trust", "trust"),
        ("--status", "list"),
        ("--bundle-sha256", "00" * 32),
        ("--passphrase-file", "phrase"),
    ],
    ids=lambda option: option[0],
)
def test_no_option_is_passed_over(
    licences: Command, home: Path, tmp_path: Path, option: tuple[str, str]
) -> None:
    """What is for files in hand, given with an identifier, is a fault and not ignored."""
    out = tmp_path / "x.asice"
    outcome = licences("pack", "1.2.156.3005.2.1", "--out", out, *option, "--home", home)
    assert outcome.code == 2
    assert option[0] in outcome.err


def test_a_file_has_its_format(
    licences: Command, papers_folder: Path, file_options: tuple[object, ...]
) -> None:
    """Another cannot be asked for."""
    outcome = licences("pack", papers_folder / "passed.json", "--format", "pdf", *file_options)
    assert outcome.code == 2
    assert "--format" in outcome.err


def test_a_document_that_is_not_there(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """A licence that was issued as JSON alone has no PDF to pack."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*asked).out.split()[0]
    out = ("--out", tmp_path / "x.asice", "--home", home)
    outcome = licences("pack", identifier, "--format", "pdf", *out)
    assert outcome.code == 1
    assert LicenceReason.PACK_REFUSED in outcome.err


def test_the_readme_says_who_and_how(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """It names licence and department, in both languages, and no holder."""
    identifier = issued(licences, home, data)
    out = tmp_path / "licence.asice"
    signer = key_of(open_home(home))
    assert licences("pack", identifier, "--out", out, *signer, "--home", home).code == 0
    files = {each.name: each.data for each in read_pack(out.read_bytes()).container.files}
    text = files["README.txt"].decode("utf-8")
    for said in (identifier, MARKET, "怎样验证 · How to verify", "licences verify"):
        assert said in text
    sample = BUSINESS.sample()
    assert not re.search(f"{sample['name']}|{sample['uscc']}", text)


def key_of(home: Home) -> tuple[object, ...]:
    """Give the options that sign with the market regulator's RSA key."""
    found = home.settings.find_department(MARKET)
    assert found is not None
    signer = found.signers[Suite.RSA]
    phrase = ("--passphrase-file", signer.passphrase_file)
    return ("--key", signer.key, "--cert", signer.certificate, *phrase)
