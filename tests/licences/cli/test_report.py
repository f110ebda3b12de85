"""`licences verify --report` and `licences report verify`: written once, signed, told again."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eseal.certificates import to_pem
from eseal.jose.sdjwt import read_sd_jwt
from eseal.keys import RsaPrivateKey, Sm2PrivateKey
from eseal.pkcs8 import save_private_key
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from eseal.whole_files import write_new
from licences.cli.report_page import MOST_PASSED
from licences.licence_report import REPORT_TYP
from licences.reasons import LicenceReason
from tests.bundles import bundle, publisher
from tests.command import Command
from tests.licences.cli.conftest import AT
from tests.licences.papers import market_signer, pdf_paper
from tests.statements import forged
from tests.world import DEPARTMENT, NOW, Authority, World

PASSPHRASE = "sample passphrase"


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESEAL_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("eseal.moments.now", lambda: NOW)


@pytest.fixture
def signing(authority: Authority, tmp_path: Path) -> tuple[object, ...]:
    """Give the options that sign with each suite's department in turn."""
    return write_signer(authority.signing, tmp_path)


def write_signer(signer: SoftwareSigner, folder: Path) -> tuple[object, ...]:
    """Write key and certificates, and give the options that name them."""
    assert isinstance(signer.key, RsaPrivateKey | Sm2PrivateKey)
    save_private_key(signer.key, folder / "key.pem", PASSPHRASE.encode(), iterations=1000)
    chain = (signer.certificate, *signer.chain)
    (folder / "cert.pem").write_bytes(b"".join(map(to_pem, chain)))
    return ("--sign-key", folder / "key.pem", "--sign-cert", folder / "cert.pem")


def test_writes_the_json_reports_beside_what_is_shown(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """The file has what --format json prints, whatever is printed; the exit code is the same."""
    target = tmp_path / "report.json"
    options = ("verify", papers_folder, "--trust", trust_folder, "--at", AT, "--format")
    told = licences(*options, "csv", "--report", target)
    assert told.code == 1
    assert told.out.startswith("input,")
    assert target.read_text(encoding="utf-8") == licences(*options, "json").out
    assert target.stat().st_mode & 0o777 == 0o600  # there are holders' data in it


@pytest.mark.parametrize("hidden", ["", "missing/"])
def test_a_report_is_never_written_over(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path, hidden: str
) -> None:
    """A file that is there stays, and one that cannot be made is told before all work."""
    target = tmp_path / f"{hidden}report.json"
    if not hidden:
        target.write_text("before")
    outcome = licences("verify", papers_folder, "--trust", trust_folder, "--report", target)
    assert outcome.code == 2
    assert outcome.out == ""
    assert hidden or target.read_text() == "before"


@pytest.mark.parametrize("left_out", ["--report", "--sign-key", "--sign-cert"])
def test_signing_needs_all_of_it(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    world: World,
    tmp_path: Path,
    left_out: str,
) -> None:
    """A report that was to be signed is not written without its signature."""
    options = ["--report", tmp_path / "report.jwt", *write_signer(world.sm2.signing, tmp_path)]
    place = options.index(left_out)
    del options[place : place + 2]
    outcome = licences("verify", papers_folder, "--trust", trust_folder, *options)
    assert outcome.code == 2
    assert not (tmp_path / "report.jwt").exists()


@pytest.mark.parametrize(
    ("spoiled", "content"),
    [
        ("key.pem", None),
        ("key.pem", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("cert.pem", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("phrase", b"another"),
        ("cert.pem", b"of the other suite"),
    ],
    ids=["no key", "a picture as key", "a picture as certificate", "wrong phrase", "no pair"],
)
def test_a_signer_of_no_use_is_told_before_anything_is_verified(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    world: World,
    tmp_path: Path,
    spoiled: str,
    content: bytes | None,
) -> None:
    """What cannot sign the report is wrong usage (2), no licence that failed (1)."""
    options = write_signer(world.sm2.signing, tmp_path)
    write_new(tmp_path / "phrase", PASSPHRASE.encode(), mode=0o600)
    if content is None:
        (tmp_path / spoiled).unlink()
    elif content.startswith(b"of"):
        (tmp_path / spoiled).write_bytes(to_pem(world.rsa.signing.certificate))
    else:
        (tmp_path / spoiled).write_bytes(content)
    outcome = licences(
        "verify", papers_folder, "--trust", trust_folder, "--report", tmp_path / "report.jwt",
        *options, "--passphrase-file", tmp_path / "phrase",
    )  # fmt: skip
    assert (outcome.code, outcome.out) == (2, ""), outcome.err
    assert "error" in outcome.err
    assert not (tmp_path / "report.jwt").exists()


def test_a_signed_report_is_told_again(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    signing: tuple[object, ...],
    tmp_path: Path,
) -> None:
    """Its verdicts, its signer and its own checks are shown; JSON gives the reports back."""
    target = tmp_path / "report.jwt"
    asked = ("--trust", trust_folder, "--at", AT)
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / ".hidden").touch()
    inputs = (papers_folder, tmp_path / "beside")
    written = licences("verify", *inputs, *asked, "--report", target, *signing)
    assert written.code == 1
    shown = licences("report", "verify", target, *asked)
    assert shown.code == 1
    assert shown.out.startswith("✓")
    for said in (
        "passed.json",
        "TOTAL-FAILED",
        "INDETERMINATE",
        "不是证照 no licence",
        "JWS",
        "+08:00",
    ):
        assert said in shown.out
    assert "略过 1 项，未验：隐藏的 1\n" in shown.out
    assert "Passed over 1, not verified: 1 hidden\n" in shown.out
    assert re.search(r"/\.[^/]+  隐藏的\n", shown.out)
    given = licences("report", "verify", target, *asked, "--format", "json")
    direct = licences("verify", papers_folder, *asked, "--format", "json")
    assert json.loads(given.out) == json.loads(direct.out)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("passed.json",), 0),
        (("passed.json", "failed.json"), 1),
        (("undetermined.json",), 3),
        (("unreadable.txt",), 4),
    ],
)
def test_exit_code_is_that_of_the_worst(
    licences: Command,
    papers_folder: Path,
    trust_folder: Path,
    world: World,
    tmp_path: Path,
    names: tuple[str, ...],
    code: int,
) -> None:
    """A good report of bad documents does not end with 0."""
    target = tmp_path / "report.jwt"
    files = [papers_folder / name for name in names]
    options = ("--trust", trust_folder, "--at", AT)
    signing = write_signer(world.sm2.signing, tmp_path)
    assert licences("verify", *files, *options, "--report", target, *signing).code == code
    assert licences("report", "verify", target, *options).code == code


def good_report(licences: Command, papers: Path, trust: Path, world: World, folder: Path) -> Path:
    """Write a signed report of a good licence."""
    target = folder / "report.jwt"
    asked = ("--trust", trust, "--at", AT, "--report", target)
    licences("verify", papers / "passed.json", *asked, *write_signer(world.sm2.signing, folder))
    return target


def test_anybody_below_the_root_can_sign_and_is_told(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """Nobody was named: organisation, name and fingerprint are shown, and how to name somebody."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    certificate = world.sm2.signing.certificate
    asked = ("report", "verify", target, "--trust", trust_folder, "--at", AT)
    shown = licences(*asked)
    assert shown.code == 0
    who = (DEPARTMENT.organisation, DEPARTMENT.organisation_code, DEPARTMENT.common_name)
    for said in (*who, certificate.sha256.hex(), "--signer"):
        assert said in shown.out
    given = licences(*asked, "--format", "json")
    assert json.loads(given.out)
    for said in (*who, certificate.sha256.hex()):
        assert said in given.err


def test_the_signer_that_was_named_is_believed(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """Named by the certificate's file, or by its SHA-256; among several while it is renewed."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    asked = ("report", "verify", target, "--trust", trust_folder, "--at", AT)
    digest = world.sm2.signing.certificate.sha256.hex()
    for named in ((tmp_path / "cert.pem",), (digest.upper(),), ("0" * 64, digest)):
        options = [part for each in named for part in ("--signer", each)]
        shown = licences(*asked, *options)
        assert shown.code == 0
        assert "signer" in shown.out
        assert "nobody was named" not in shown.out


def test_another_signer_below_the_same_root_is_refused(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """A sound report of somebody else: no verdict of it is shown, in no form."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    other = tmp_path / "other.pem"
    other.write_bytes(to_pem(world.sm2.maker.certificate))
    asked = ("report", "verify", target, "--trust", trust_folder, "--at", AT, "--signer", other)
    shown = licences(*asked)
    assert shown.code == 1
    assert LicenceReason.REPORT_STRANGER in shown.out
    assert world.sm2.signing.certificate.sha256.hex() in shown.out
    assert "passed.json" not in shown.out
    given = licences(*asked, "--format", "json")
    assert (given.code, given.out) == (1, "")
    assert LicenceReason.REPORT_STRANGER in given.err


def test_a_signer_that_cannot_be_read_judges_nothing(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """No file and no fingerprint: exit 2."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    asked = ("report", "verify", target, "--trust", trust_folder, "--at", AT)
    outcome = licences(*asked, "--signer", "nobody")
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.FINGERPRINT_MALFORMED in outcome.err


def test_an_altered_report_tells_nothing(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """With a wrong signature no verdict in it is shown, in no form."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    other = forged(world.sm2.maker, b"{}", typ=REPORT_TYP).rpartition(b".")[2]
    target.write_bytes(target.read_bytes().rpartition(b".")[0] + b"." + other)
    asked = ("report", "verify", target, "--trust", trust_folder, "--at", AT)
    shown = licences(*asked)
    assert shown.code == 1
    assert Reason.SIGNATURE_INVALID in shown.out
    assert "passed.json" not in shown.out
    given = licences(*asked, "--format", "json")
    assert (given.code, given.out) == (1, "")
    assert Reason.SIGNATURE_INVALID in given.err


def test_a_damaged_report_is_told_to_be_damaged(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """Not what takes it: that is this command."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    head, _, rest = target.read_bytes().partition(b".")
    target.write_bytes(head + b".AAAA" + rest[4:])
    outcome = licences("report", "verify", target, "--trust", trust_folder, "--at", AT)
    assert outcome.code == 4
    assert LicenceReason.REPORT_MALFORMED in outcome.err
    assert "自称签名的验证报告，已损坏 calls itself a signed report, damaged" in outcome.err
    assert "takes it" not in outcome.err


def test_a_strangers_report_is_undetermined(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """A report under an unknown root is not believed, though it says TOTAL-PASSED."""
    target = good_report(licences, papers_folder, trust_folder, world, tmp_path)
    root = tmp_path / "root.pem"
    root.write_bytes(to_pem(world.rsa.root.certificate))
    outcome = licences("report", "verify", target, "--trust", root, "--at", AT)
    assert outcome.code == 3
    assert Reason.UNKNOWN_ISSUER in outcome.out


def test_what_is_no_signed_report_is_told(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """Rubbish is 4, a report that contradicts itself 1, missing trust or file 2."""
    target = tmp_path / "x"
    target.write_bytes(b"{}")
    options = ("--trust", trust_folder, "--at", AT)
    outcome = licences("report", "verify", target, *options)
    assert outcome.code == 4
    assert LicenceReason.REPORT_MALFORMED in outcome.err
    file = papers_folder / "failed.json"
    (said,) = json.loads(licences("verify", file, *options, "--format", "json").out)
    said["indication"] = "TOTAL-PASSED"
    payload = {"iat": int(NOW.timestamp()), "reports": [said]}
    target.write_bytes(forged(world.sm2.signing, payload, typ=REPORT_TYP))
    outcome = licences("report", "verify", target, *options)
    assert outcome.code == 1
    assert LicenceReason.REPORT_CONTRADICTS in outcome.err
    assert licences("report", "verify", tmp_path / "none", *options).code == 2
    assert licences("report", "verify", target, "--trust", tmp_path / "none").code == 2


@pytest.mark.unmeasured
def test_same_inputs_same_bytes(
    papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """Other processes, another order of hashing, two jobs: JSON and NDJSON do not change."""
    for name in ("passed.json", "failed.json", "undetermined.json", "unreadable.txt"):
        (tmp_path / name).write_bytes((papers_folder / name).read_bytes())
    (tmp_path / "page.pdf").write_bytes(pdf_paper(market_signer(world.sm2)))
    run = "import sys; from licences.cli.main import main; main()"
    command = [sys.executable, "-c", run, "verify", str(tmp_path), "--trust", str(trust_folder)]
    for form in ("json", "ndjson"):
        outputs = {
            subprocess.run(
                [*command, "--at", AT, "--format", form, "-j", jobs],
                check=False,
                capture_output=True,
                env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            ).stdout
            for jobs, seed, zone in (("1", "1", "UTC"), ("2", "2", "Asia/Shanghai"))
        }
        assert len(outputs) == 1
        assert len(outputs.pop()) > 1000


def test_an_unsigned_report_is_told_from_rubbish(
    licences: Command, papers_folder: Path, trust_folder: Path, tmp_path: Path
) -> None:
    """It is not signed, and how a signed one is made; other files of ours are named."""
    options = ("--trust", trust_folder, "--at", AT)
    target = tmp_path / "report.json"
    licences("verify", papers_folder, *options, "--report", target)
    (tmp_path / "report.ndjson").write_text(
        licences("verify", papers_folder, *options, "--format", "ndjson").out
    )
    for name in ("report.json", "report.ndjson"):
        outcome = licences("report", "verify", tmp_path / name, *options)
        assert (outcome.code, outcome.out) == (4, "")
        for said in (LicenceReason.REPORT_UNSIGNED, "没有签名", "--sign-key", "--report"):
            assert said in outcome.err
    other = licences("report", "verify", trust_folder / "status" / "list.jwt", *options)
    assert (other.code, other.out) == (4, "")
    assert "状态列表" in other.err


def test_a_report_tells_what_was_asked_and_what_was_found(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """The time, the trust, totals; first what did not pass, each with the reason that decided."""
    target = tmp_path / "report.jwt"
    asked = ("--trust", trust_folder, "--at", "2026-11-22T11:00:00+08:00")
    licences("verify", papers_folder, *asked, "--report", target,
             *write_signer(world.sm2.signing, tmp_path))  # fmt: skip
    shown = licences("report", "verify", target, "--trust", trust_folder, "--at", AT).out
    assert re.search(r"所问时刻 asked for +2026-11-22 11:00:00 \+08:00\n", shown)
    assert "验报告的时刻 judged at 2026-11-22 12:00:00 +08:00\n" in shown
    assert "文件夹 a folder" in shown
    assert "共 4 个  ✓ 通过 1  ✗ 不通过 1  ? 不确定 1  – 不是证照 1\n" in shown
    names = ("failed.json", "undetermined.json", "unreadable.txt", "passed.json")
    places = [shown.index(name) for name in names]
    assert places == sorted(places)
    for reason in (LicenceReason.LICENCE_EXPIRED, Reason.UNKNOWN_ISSUER):
        assert f"{reason} {reason.zh} {reason.en}" in shown
    assert "OUT_OF_BOUNDS" not in shown
    assert "NO_CERTIFICATE_CHAIN_FOUND" not in shown


def test_a_report_by_a_bundle_names_it(
    licences: Command, papers_folder: Path, world: World, tmp_path: Path
) -> None:
    """The digest of the trust bundle, so that anybody can take the same one."""
    data = bundle(world)
    (tmp_path / "bundle.zip").write_bytes(data)
    (tmp_path / "signer.pem").write_bytes(to_pem(publisher(world.sm2).certificate))
    asked = ("--trust", tmp_path / "bundle.zip", "--bundle-signer", tmp_path / "signer.pem")
    written = ("--report", tmp_path / "report.jwt", *write_signer(world.sm2.signing, tmp_path))
    licences("verify", papers_folder / "passed.json", *asked, "--at", AT, *written)
    shown = licences("report", "verify", tmp_path / "report.jwt", *asked, "--at", AT).out
    assert hashlib.sha256(data).hexdigest() in shown


def test_a_long_report_counts_what_passed(
    licences: Command, papers_folder: Path, trust_folder: Path, world: World, tmp_path: Path
) -> None:
    """All that did not pass is listed; of what passed some, how many more, and if only in part."""
    part = tmp_path / "part.json"
    whole = read_sd_jwt((papers_folder / "passed.json").read_bytes())
    part.write_bytes(whole.present([]).flattened())
    files = [part, *[papers_folder / "passed.json"] * (MOST_PASSED + 1)]
    files.append(papers_folder / "failed.json")
    target, asked = tmp_path / "report.jwt", ("--trust", trust_folder, "--at", AT)
    licences("verify", *files, *asked, "--report", target,
             *write_signer(world.sm2.signing, tmp_path))  # fmt: skip
    shown = licences("report", "verify", target, *asked).out
    assert shown.count("passed.json") == MOST_PASSED - 1
    assert shown.count(f"部分披露 partly disclosed 0/{len(whole.disclosures)}") == 1
    assert "另有 2 个通过" in shown
    assert "failed.json" in shown
