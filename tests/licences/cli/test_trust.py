"""`licences trust export` and `show`, and `verify --trust BUNDLE` without any route."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from eseal.certificates import to_pem
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import Suite
from eseal.moments import now
from licences.bundle_contents import seals_of
from licences.bundle_export import ExportTerms, export_bundle
from licences.catalogue import shipped_folder
from licences.home import Home, open_home
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_snapshot import write_snapshot
from licences.trust_bundle import BundlePolicy, FileKind, read_bundle, sign_bundle
from tests.bundles import PUBLISHER, bundle, good_files, publisher, register, tampered
from tests.command import Command
from tests.homes import BUSINESS, DEPARTMENTS, MARKET
from tests.licences.cli.conftest import AT
from tests.licences.papers import market_signer, pdf_paper
from tests.no_route import Way, interfaces, licences_without_route, ways
from tests.world import DAY, NOW, World


@pytest.fixture(scope="module")
def good(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the good bundle, and its publisher's certificate beside it."""
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    path.write_bytes(bundle(world))
    path.with_name("publisher.pem").write_bytes(to_pem(publisher(world.sm2).certificate))
    return path


def pinned(path: Path) -> tuple[object, ...]:
    """Give the options that believe the bundle."""
    return ("--trust", path, "--bundle-signer", path.with_name("publisher.pem"), "--at", AT)


@pytest.mark.parametrize("way", ways(), ids=str)
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.unmeasured
def test_verifies_without_any_route(
    good: Path, papers_folder: Path, world: World, tmp_path: Path, way: Way, jobs: int
) -> None:
    """In a process that can reach nothing, PDF and JSON get the verdicts of anywhere else."""
    inputs = tmp_path / "inputs"
    shutil.copytree(papers_folder, inputs)
    (inputs / "page.pdf").write_bytes(pdf_paper(market_signer(world.sm2)))
    asked = ("verify", inputs, *pinned(good), "--format", "ndjson", "-j", jobs)
    told = licences_without_route(way, *asked)
    assert told.returncode == 1, told.stderr
    found = [json.loads(line)["indication"] for line in told.stdout.splitlines()]
    assert found == [
        "TOTAL-FAILED",
        "TOTAL-PASSED",
        "TOTAL-PASSED",
        "INDETERMINATE",
        "UNREADABLE",
    ]


def test_a_namespace_has_no_route() -> None:
    """What is called a namespace without a route has an empty table of routes."""
    for way in ways():
        if way is Way.NAMESPACE:
            assert interfaces(way).splitlines()[1:] == []
    assert Way.SOCKETS in ways()


def test_the_report_names_its_trust_and_ages(
    licences: Command, good: Path, papers_folder: Path
) -> None:
    """Digest, making and end of the bundle stand in it, and how old each answer is."""
    asked = ("verify", papers_folder / "passed.json", *pinned(good))
    outcome = licences(*asked, "--format", "json")
    assert outcome.code == 0, outcome.out
    report = json.loads(outcome.out)[0]
    assert report["trust"] == {
        "kind": "bundle",
        "sha256": read_bundle(good.read_bytes()).sha256,
        "made_at": "2026-11-21T04:00:00Z",
        "expires_at": "2026-12-22T04:00:00Z",
    }
    ages = {each["check"]: each["age"] for each in report["checks"] if "age" in each}
    assert ages == {"certificate-path": 86400, "status": 2 * 86400, "authority": 86400}
    told = {each["check"]: each["as_of"] for each in report["checks"] if "age" in each}
    assert told["status"] == "2026-11-20T04:00:00Z"
    shown = licences(*asked)
    assert report["trust"]["sha256"] in shown.out
    for said in ("1d0h 前 old", "2d0h 前 old"):
        assert said in shown.out


def test_reports_are_reproducible(
    licences: Command, good: Path, papers_folder: Path, tmp_path: Path
) -> None:
    """Same inputs, same bundle, same time: the same bytes, from wherever the bundle is read."""
    elsewhere = tmp_path / "other name"
    shutil.copy(good, elsewhere)
    texts = []
    for path in (good, good, elsewhere):
        options = ("--trust", path, "--bundle-signer", good.with_name("publisher.pem"))
        outcome = licences("verify", papers_folder, *options, "--at", AT, "--format", "json")
        texts.append(outcome.out)
    assert texts[0] == texts[1] == texts[2]


def test_a_folder_is_told_as_such(
    licences: Command, trust_folder: Path, papers_folder: Path
) -> None:
    """Trust material in a folder or a file has no digest in the report."""
    for path, kind in ((trust_folder, "folder"), (trust_folder / "sm2-root.pem", "file")):
        asked = ("verify", papers_folder / "passed.json", "--trust", path, "--at", AT)
        report = json.loads(licences(*asked, "--format", "json").out)[0]
        empty = {"sha256": None, "made_at": None, "expires_at": None}
        assert report["trust"] == {"kind": kind, **empty}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), LicenceReason.BUNDLE_NOT_PINNED),
        (("--bundle-sha256", "0" * 64), LicenceReason.BUNDLE_STRANGER),
        (("--bundle-signer", "0" * 64), LicenceReason.BUNDLE_STRANGER),
        (("--bundle-signer", "nobody"), LicenceReason.FINGERPRINT_MALFORMED),
        (("--bundle-sha256", "nothing"), LicenceReason.FINGERPRINT_MALFORMED),
    ],
)
def test_a_bundle_that_is_not_believed_checks_nothing(
    licences: Command,
    good: Path,
    papers_folder: Path,
    options: tuple[str, ...],
    reason: LicenceReason,
) -> None:
    """Nobody named, another named, a name that is none: exit 2, nothing on stdout, and why."""
    asked = ("verify", papers_folder / "passed.json", "--trust", good, "--at", AT)
    outcome = licences(*asked, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err
    assert licences("report", *asked, *options).code == 2


def test_a_signer_that_is_no_regular_file_is_told(licences: Command, tmp_path: Path) -> None:
    """A folder or a pipe is not taken for a SHA-256, and not waited for: exit 2."""
    os.mkfifo(pipe := tmp_path / "pipe")
    for path in (pipe, tmp_path):
        outcome = licences("verify", "x", "--trust", tmp_path, "--bundle-signer", path)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"cannot read {path}" in outcome.err
        assert LicenceReason.FINGERPRINT_MALFORMED not in outcome.err


def test_a_bundle_is_believed_by_its_digest(
    licences: Command, good: Path, papers_folder: Path
) -> None:
    """The very file that was named is believed, whoever signed it."""
    digest = read_bundle(good.read_bytes()).sha256
    asked = ("verify", papers_folder / "passed.json", "--trust", good, "--at", AT)
    assert licences(*asked, "--bundle-sha256", digest.upper()).code == 0


def test_an_ended_bundle_checks_nothing(licences: Command, good: Path, papers_folder: Path) -> None:
    """After its end it says nothing: exit 2; asked about its own time it answers."""
    options = ("--trust", good, "--bundle-signer", good.with_name("publisher.pem"), "--at")
    passed = papers_folder / "passed.json"
    outcome = licences("verify", passed, *options, (NOW + 31 * DAY).isoformat())
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.BUNDLE_EXPIRED in outcome.err
    assert "到期之前" in outcome.err
    assert "到期于 it ended 2026-12-22 12:00:00 +08:00" in outcome.err
    assert licences("verify", passed, *options, (NOW + DAY).isoformat()).code == 0


@pytest.mark.parametrize("kind", list(FileKind), ids=str)
def test_a_tampered_bundle_checks_nothing(
    licences: Command, good: Path, papers_folder: Path, tmp_path: Path, kind: FileKind
) -> None:
    """A file of each kind with one other bit: exit 2, and the file is named."""
    data = good.read_bytes()
    name = read_bundle(data).of(kind)[0].name
    spoiled = tmp_path / "bundle.zip"
    spoiled.write_bytes(tampered(data, name))
    shutil.copy(good.with_name("publisher.pem"), tmp_path)
    outcome = licences("verify", papers_folder / "passed.json", *pinned(spoiled))
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.BUNDLE_ALTERED in outcome.err
    assert name in outcome.err


def test_pins_need_a_bundle(licences: Command, trust_folder: Path, papers_folder: Path) -> None:
    """Whoever says whose bundle it is and gives a folder is told so."""
    asked = ("verify", papers_folder / "passed.json", "--trust", trust_folder, "--at", AT)
    outcome = licences(*asked, "--bundle-sha256", "0" * 64)
    assert outcome.code == 2
    assert "no bundle" in outcome.err
    assert "去掉 --bundle-signer 与 --bundle-sha256" in outcome.err
    missing = ("verify", papers_folder / "passed.json", "--trust", trust_folder / "x.zip")
    outcome = licences(*missing, "--bundle-sha256", "0" * 64)
    assert outcome.code == 2
    assert "没有这个文件 no such file" in outcome.err


def test_its_policy_counts(
    licences: Command, world: World, papers_folder: Path, tmp_path: Path
) -> None:
    """Of the ages that the bundle and the command line allow the stricter counts."""
    passed = papers_folder / "passed.json"
    (tmp_path / "publisher.pem").write_bytes(to_pem(publisher(world.sm2).certificate))
    for allowed, asked, code in (
        (3 * DAY, "4d", 0),
        (DAY, "4d", 3),
        (3 * DAY, "1d", 3),
        (None, "1d", 3),
        (3 * DAY, None, 0),
    ):
        path = tmp_path / f"{allowed}-{asked}.zip"
        path.write_bytes(bundle(world, policy=BundlePolicy(max_status_age=allowed)))
        shown = licences("trust", "show", path).out
        assert (f"{allowed.days} 天 d" if allowed else "status at most  —") in shown
        more = ("--max-status-age", asked) if asked else ()
        assert licences("verify", passed, *pinned(path), *more).code == code


def test_whose_register_it_has_to_be(
    licences: Command, world: World, good: Path, papers_folder: Path, tmp_path: Path
) -> None:
    """The policy's organisation has to have signed the register in it; so has that asked for."""
    passed = papers_folder / "passed.json"
    (tmp_path / "publisher.pem").write_bytes(to_pem(publisher(world.sm2).certificate))
    for by, code in ((PUBLISHER, 0), (MARKET, 2)):
        path = tmp_path / f"{by}.zip"
        path.write_bytes(bundle(world, policy=BundlePolicy(authorities_by=by)))
        assert licences("verify", passed, *pinned(path)).code == code
        assert licences("verify", passed, *pinned(good), "--authorities-by", by).code == code
    named = tmp_path / "authorities.jwt"
    named.write_bytes(register(world.sm2))
    asked = ("--authorities", named, "--authorities-by", PUBLISHER)
    assert licences("verify", passed, *pinned(good), *asked).code == 0


def test_shows_what_is_in_it(licences: Command, good: Path) -> None:
    """Publisher, digests, every file with its age; Chinese first, English beside."""
    outcome = licences("trust", "show", good, "--at", AT)
    assert outcome.code == 0, outcome.err
    for said in (
        PUBLISHER,
        read_bundle(good.read_bytes()).sha256,
        "根证书 root",
        "吊销列表 crl",
        "证照状态 status",
        "权责清单 authorities",
        "1 active",
        "1d0h 前 old",
        "2026-12-22 12:00:00 +08:00",
    ):
        assert said in outcome.out
    early = licences("trust", "show", good, "--at", "2020-01-01")
    assert "晚于所问时刻 from later" in early.out


def test_shows_first_what_matters_most(licences: Command, good: Path) -> None:
    """Whether it is whole, what has ended, whose it is until when; of the files the ended ones."""
    whole = licences("trust", "show", good, "--at", AT).out.splitlines()
    assert whole[0].startswith("✓ 签名与全部摘要相符")
    assert "发布者 publisher" in whole[1]
    assert "用到 until" in whole[2]
    late = licences("trust", "show", good, "--at", "2040-01-01").out.splitlines()
    assert late[1].startswith("✗ 信任包已过期")
    assert "项已过期 of its files have ended" in late[2]
    files = late[late.index("") + 1 :]
    has_ended = ["已过期 ended" in line for line in files]
    assert has_ended == sorted(has_ended, reverse=True)
    assert f" {sum(has_ended)} 项" in late[2]


def test_shows_what_another_file_is(licences: Command, trust_folder: Path, tmp_path: Path) -> None:
    """A PDF or a status list given as a bundle is told, with what takes it."""
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n")
    for file, said in (
        (tmp_path / "page.pdf", "PDF"),
        (trust_folder / "status" / "list.jwt", "--status"),
    ):
        outcome = licences("trust", "show", file)
        assert (outcome.code, outcome.out) == (1, "")
        assert LicenceReason.BUNDLE_MALFORMED in outcome.err
        assert said in outcome.err


def test_a_bundle_stands_alone(
    licences: Command, good: Path, papers_folder: Path, trust_folder: Path
) -> None:
    """Exit 2 with other trust material beside it, whichever is named first; neither is dropped."""
    paper = papers_folder / "passed.json"
    for trust in (pinned(good), ("--trust", trust_folder)):
        others = ("--trust", trust_folder) if trust[1] == good else pinned(good)
        told = licences("verify", paper, *trust, *others)
        assert (told.code, told.out) == (2, "")
        assert "信任包不与别的信任材料并用" in told.err
        assert "--status adds status lists" in told.err


def test_shows_no_garbage(licences: Command, good: Path, tmp_path: Path) -> None:
    """What is altered, or no bundle, ends with 1."""
    spoiled = tmp_path / "spoiled.zip"
    for data, reason in (
        (tampered(good.read_bytes(), "seals.json"), LicenceReason.BUNDLE_ALTERED),
        (b"PK\x03\x04garbage", LicenceReason.BUNDLE_MALFORMED),
        (b"", LicenceReason.BUNDLE_MALFORMED),
    ):
        spoiled.write_bytes(data)
        outcome = licences("trust", "show", spoiled)
        assert (outcome.code, outcome.out) == (1, "")
        assert reason in outcome.err


def key_options(home: Home, suite: Suite = Suite.SM2) -> tuple[object, ...]:
    """Give the options that sign with the market regulator's key."""
    found = home.settings.find_department(MARKET)
    assert found is not None
    signer = found.signers[suite]
    phrase = ("--passphrase-file", signer.passphrase_file)
    return ("--key", signer.key, "--cert", signer.certificate, *phrase)


@pytest.mark.parametrize("suite", list(Suite), ids=str)
def test_a_home_exports_its_trust(
    licences: Command, home_with_seals: Path, data: Path, tmp_path: Path, suite: Suite
) -> None:
    """What a home issued and published verifies elsewhere by its bundle alone, without a route."""
    home, files = home_with_seals, tmp_path / "files"
    issued = ("issue", BUSINESS.slug, "--data", data, "--out", files, "--suite", suite)
    assert licences(*issued, "--home", home).code == 0
    assert licences("publish", "--home", home).code == 0
    shutil.copytree(BUSINESS.folder, home / "types" / BUSINESS.slug)
    shutil.copy(shipped_folder() / "departments.toml", home / "types")
    out = tmp_path / "bundle.zip"
    options = key_options(open_home(home), suite)
    told = licences("trust", "export", "--out", out, *options, "--valid-for", "90d", "--home", home)
    assert (told.code, told.out.strip()) == (0, str(out)), told.err
    assert "注意 note" in told.err  # its lists end before it does
    found = read_bundle(out.read_bytes())
    kinds = {each.kind for each in found.files}
    assert kinds == set(FileKind) - {FileKind.OCSP, FileKind.AUTHORITIES}
    signer = found.statement.certificate.sha256.hex()
    for way in ways():
        asked = ("verify", files, "--trust", out, "--bundle-signer", signer)
        outcome = licences_without_route(way, *asked)
        assert outcome.returncode == 0, outcome.stdout
    again = licences("trust", "export", "--out", out, *options, "--home", home)
    assert again.code == 2  # nothing is overwritten


def test_what_was_not_published_is_not_exported(
    licences: Command, home_with_seals: Path, data: Path, tmp_path: Path
) -> None:
    """BUNDLE_REFUSED: by a list from before the revocation the licence would pass."""
    home, files, out = home_with_seals, tmp_path / "files", tmp_path / "bundle.zip"
    issued = licences("issue", BUSINESS.slug, "--data", data, "--out", files, "--home", home)
    assert licences("publish", "--home", home).code == 0
    identifier = issued.out.split()[0]
    why = ("--by", "张样例", "--reason", "样本")
    assert licences("revoke", identifier, *why, "--home", home).code == 0
    export = ("trust", "export", "--out", out, *key_options(open_home(home)), "--home", home)
    told = licences(*export)
    assert told.code == 1
    assert "the list lacks 1 of what was recorded: run licences publish first" in told.err
    assert "→ Publish first" in told.err
    assert not out.exists()
    assert licences("publish", "--home", home).code == 0
    assert licences(*export).code == 0
    with closing(sqlite3.connect(home / "register.db")) as database, database:
        database.execute("UPDATE licence SET standing = 'valid'")
        database.execute(
            "INSERT INTO seal_event SELECT (shard + 1) % 1024, seal_id, number, action, at, body, "
            "digest, signature, certificates, attachment FROM seal_event WHERE number = 0 LIMIT 1"
        )
    export = ("trust", "export", "--out", tmp_path / "more.zip", *export[4:])
    told = licences(*export)
    assert told.code == 0
    assert f"{identifier}：现发布为撤销、吊销，登记与记录不一致" in told.err
    assert "a copy of the events of seal" in told.err


def issue_with_history(licences: Command, home: Path, data: Path, folder: Path) -> tuple[str, Path]:
    """Issue a licence, and have its department sign the history of it."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier, proof = licences(*asked).out.strip(), folder / "history.jwt"
    assert licences("history", identifier, "--out", proof, "--home", home).code == 0
    return identifier, proof


def test_a_history_that_lags_behind_is_not_exported(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """BUNDLE_REFUSED: by a history from before the revocation the licence would pass."""
    identifier, proof = issue_with_history(licences, home, data, tmp_path)
    options = (*key_options(open_home(home)), "--status", proof, "--home", home)
    first = licences("trust", "export", "--out", tmp_path / "bundle.zip", *options)
    assert first.code == 0
    why = ("--by", "张样例", "--reason", "样本")
    assert licences("revoke", identifier, *why, "--home", home).code == 0
    late = licences("trust", "export", "--out", tmp_path / "late.zip", *options)
    assert (late.code, late.out) == (1, "")
    assert f"the history lacks 1 of what was recorded（{identifier}）" in late.err
    newer = tmp_path / "newer.jwt"
    assert licences("history", identifier, "--out", newer, "--home", home).code == 0
    both = ("--out", tmp_path / "both.zip", *options, "--status", newer)
    assert licences("trust", "export", *both).code == 0
    none = ("--out", tmp_path / "none.zip", *options[:-4], "--home", home)
    assert "no status list went in" in licences("trust", "export", *none).err


def test_what_lies_published_is_always_exported(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """`--status` adds to the home's own lists."""
    _, proof = issue_with_history(licences, home, data, tmp_path)
    assert licences("publish", "--home", home).code == 0
    out, options = tmp_path / "bundle.zip", key_options(open_home(home))
    export = ("trust", "export", "--out", out, *options, "--status", proof, "--home", home)
    assert licences(*export).code == 0
    assert len(read_bundle(out.read_bytes()).of(FileKind.STATUS)) == 2


def test_a_seal_is_asked_of_the_snapshot(
    licences: Command, home_with_seals: Path, data: Path, tmp_path: Path
) -> None:
    """A sealed PDF passes while its seal is in use, and fails by a snapshot that says otherwise."""
    home, files = home_with_seals, tmp_path / "files"
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("sealed = false", "sealed = true"), encoding="utf-8")
    asked = ("issue", BUSINESS.slug, "--data", data, "--out", files, "--home", home)
    assert licences(*asked).code == 0
    assert licences("publish", "--home", home).code == 0
    options = key_options(open_home(home))
    out = tmp_path / "bundle.zip"
    assert licences("trust", "export", "--out", out, *options, "--home", home).code == 0
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"keeper-1"', '"keeper-9"'), encoding="utf-8")
    doubtful = licences(
        "trust", "export", "--out", tmp_path / "other.zip", *options, "--home", home
    )
    assert (doubtful.code, (tmp_path / "other.zip").exists()) == (1, False)
    assert LicenceReason.SEAL_ACTOR_UNKNOWN in doubtful.err
    settings.write_text(text, encoding="utf-8")
    found = read_bundle(out.read_bytes())
    pdf = next(files.glob("*.pdf"))
    signer = ("--bundle-signer", found.statement.certificate.sha256.hex(), "--format", "json")
    told = licences("verify", pdf, "--trust", out, *signer)
    assert told.code == 0, told.out
    check = next(
        each for each in json.loads(told.out)[0]["checks"] if each["check"] == "seal-register"
    )
    assert check["outcome"] == "passed"
    assert "active，用于 used" in check["detail"]
    seals = seals_of(found)
    assert seals is not None
    suspended = [
        replace(each, states=((now() - DAY, SealState.SUSPENDED),), es_id=each.es_id)
        for each in seals
    ]
    changed = [
        replace(each, data=write_snapshot(suspended)) if each.kind is FileKind.SEALS else each
        for each in found.files
    ]
    home_signer = open_home(home).signer(MARKET, Suite.SM2)
    end = found.expires_at
    out.write_bytes(
        sign_bundle(home_signer, changed, at=now(), expires_at=end, policy=found.policy)
    )
    told = licences("verify", pdf, "--trust", out, *signer)
    assert told.code == 1
    assert LicenceReason.SEAL_OUT_OF_USE in told.out


def test_a_bundle_is_tried_before_it_is_signed(
    licences: Command, home: Path, world: World, tmp_path: Path
) -> None:
    """A register that this trust does not believe, or that is missing, and there is no bundle."""
    options = key_options(open_home(home))
    named = tmp_path / "authorities.jwt"
    named.write_bytes(register(world.sm2))
    asked = ("trust", "export", "--out", tmp_path / "bundle.zip", *options, "--home", home)
    assert licences(*asked, "--authorities", named).code == 1
    missing = licences(*asked, "--authorities-by", DEPARTMENTS[1].code.text)
    assert missing.code == 1
    assert LicenceReason.BUNDLE_REFUSED in missing.err
    assert not (tmp_path / "bundle.zip").exists()


def test_what_is_exported_is_bounded_and_readable(home: Path, world: World, tmp_path: Path) -> None:
    """A type's file that is too large, or a status list that is none, stops the export."""
    opened, signer = open_home(home), publisher(world.sm2)
    status = tmp_path / "list.jwt"
    status.write_bytes(b"no list")
    for terms in (ExportTerms(statuses=(status,)), ExportTerms(lifetime=timedelta(0))):
        with pytest.raises(EvidenceError):
            export_bundle(opened, signer, terms, at=NOW)
    folder = home / "types" / BUSINESS.slug
    shutil.copytree(BUSINESS.folder, folder)
    (folder / "schema.json").write_bytes(b" " * (1 << 20))
    with pytest.raises(RefusedError) as caught:
        export_bundle(opened, signer, ExportTerms(), at=NOW)
    assert caught.value.reason is LicenceReason.BUNDLE_REFUSED


def test_a_bundle_has_one_file_of_each_content(world: World) -> None:
    """The good bundle for tests has every kind, so that each is spoiled somewhere."""
    assert {each.kind for each in good_files(world)} == set(FileKind)
