"""The `eseal` command: an authority of both suites, made by hand on files."""

import subprocess
from pathlib import Path

import pytest

from eseal.certificate_making import SubjectName
from eseal.certificates import read_certificates
from eseal.cli.main import main
from eseal.crl import read_crl
from eseal.keys import Suite
from eseal.whole_files import write_new
from tests.command import Command
from tests.world import World


@pytest.fixture
def eseal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command, with a passphrase in the environment."""
    monkeypatch.setenv("ESEAL_PASSPHRASE", "a passphrase for tests")
    return Command(main, monkeypatch, capsys)


@pytest.mark.parametrize("suite", Suite)
def test_makes_root_ca_leaf_and_crl(eseal: Command, tmp_path: Path, suite: Suite) -> None:
    """Keys, a root, a CA, a department's certificate with its chain, and a CRL, by commands."""
    for who in ("root", "ca", "leaf"):
        made = eseal(
            "key", "new", "--suite", suite, "--bits", 2048, "--out", tmp_path / f"{who}.key"
        )
        assert made.code == 0
        (tmp_path / f"{who}.pub").write_text(made.out)
    assert eseal("key", "public", tmp_path / "ca.key").out == (tmp_path / "ca.pub").read_text()

    root = eseal(
        "cert",
        "root",
        "--key",
        tmp_path / "root.key",
        "--name",
        "示例根",
        "--out",
        tmp_path / "root.pem",
    )
    assert root.code == 0

    def issue(profile: str, issuer: str, subject: str, *more: object) -> str:
        outcome = eseal(
            "cert", "issue", "--profile", profile,
            "--issuer-key", tmp_path / f"{issuer}.key", "--issuer-cert", tmp_path / f"{issuer}.pem",
            "--public-key", tmp_path / f"{subject}.pub", "--name", "示例市样本局",
            "--out", tmp_path / f"{subject}.pem", *more,
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        return outcome.out.split()[-1]

    issue("ca", "root", "ca", "--days", 3650)
    serial = issue("signing", "ca", "leaf", "--code", "11999900MB0000000G")
    leaf, *chain = read_certificates((tmp_path / "leaf.pem").read_bytes())
    assert [each.ca for each in chain] == [True]
    assert leaf.issuer == chain[0].subject

    revoked = eseal(
        "cert", "crl", "--issuer-key", tmp_path / "ca.key", "--issuer-cert", tmp_path / "ca.pem",
        "--number", 1, "--revoke", f"{serial}@2026-11-22", "--out", tmp_path / "ca.crl",
    )  # fmt: skip
    assert revoked.code == 0
    listed = read_crl((tmp_path / "ca.crl").read_bytes())["tbs_cert_list"]["revoked_certificates"]
    assert [f"{each['user_certificate'].native:x}" for each in listed] == [serial]

    shown = eseal("cert", "show", tmp_path / "leaf.pem")
    assert shown.code == 0
    assert "11999900MB0000000G" in shown.out
    assert serial in shown.out
    assert shown.out.count(" +08:00") == 4  # from and until, of two


def test_timestamping_certificate(eseal: Command, tmp_path: Path) -> None:
    """A time-stamping certificate has its one purpose."""
    public = eseal("key", "new", "--out", tmp_path / "k").out
    (tmp_path / "k.pub").write_text(public)
    eseal(
        "cert", "root", "--key", tmp_path / "k", "--name", "示例根", "--out", tmp_path / "root.pem"
    )
    outcome = eseal(
        "cert", "issue", "--profile", "timestamping", "--issuer-key", tmp_path / "k",
        "--issuer-cert", tmp_path / "root.pem", "--public-key", tmp_path / "k.pub",
        "--name", "示例时间戳", "--out", tmp_path / "tsa.pem",
    )  # fmt: skip
    assert outcome.code == 0
    (certificate,) = read_certificates((tmp_path / "tsa.pem").read_bytes())
    assert certificate.extended_key_usage_value.native == ["time_stamping"]


def test_never_overwrites(eseal: Command, tmp_path: Path) -> None:
    """A key or certificate file that is there stays as it is."""
    key = tmp_path / "k"
    eseal("key", "new", "--out", key)
    before = key.read_bytes()
    again = eseal("key", "new", "--out", key)
    assert again.code == 2
    assert "KEY_FILE_EXISTS" in again.err
    assert key.read_bytes() == before
    (tmp_path / "root.pem").write_text("mine")
    root = eseal("cert", "root", "--key", key, "--name", "示例根", "--out", tmp_path / "root.pem")
    assert root.code == 2
    assert (tmp_path / "root.pem").read_text() == "mine"


def test_says_what_to_do_without_a_passphrase(
    eseal: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No passphrase is an error with its code and its remedy, and no key is made."""
    monkeypatch.delenv("ESEAL_PASSPHRASE")
    outcome = eseal("key", "new", "--out", tmp_path / "k")
    assert outcome.code == 1
    assert "PASSPHRASE_MISSING" in outcome.err
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cert", "show", "none.pem"), "cannot read"),
        (("cert", "show", "."), "cannot read"),
        (("cert", "show", "text"), "CERTIFICATE_MALFORMED"),
        (("cert", "show", "large"), "larger than"),
        (
            ("cert", "issue", "--profile", "ca", "--issuer-key", "k", "--issuer-cert", "root.pem",
             "--public-key", "text", "--name", "样本", "--out", "x"),
            "no public key",
        ),
        (
            ("cert", "crl", "--issuer-key", "k", "--issuer-cert", "root.pem", "--number", 1,
             "--revoke", "xyz", "--out", "x"),
            "cannot read xyz",
        ),
        (("cert", "root", "--key", "k", "--name", "样本", "--out", "none/x"), "cannot write"),
    ],
)  # fmt: skip
def test_wrong_files_are_told_without_a_traceback(
    eseal: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    said: str,
) -> None:
    """Whatever file is wrong, the command names it and ends with an error code."""
    monkeypatch.chdir(tmp_path)
    eseal("key", "new", "--out", "k")
    eseal("cert", "root", "--key", "k", "--name", "示例根", "--out", "root.pem")
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "large").write_bytes(bytes((1 << 20) + 1))
    outcome = eseal(*arguments)
    assert outcome.code in {1, 2}
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_imports_a_pkcs12_of_openssl(eseal: Command, tmp_path: Path) -> None:
    """A PKCS#12 that OpenSSL made becomes an encrypted key and its certificate."""
    write_new(tmp_path / "pw", b"p12", mode=0o600)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem",
         "-out", "c.pem", "-subj", "/CN=sample", "-days", "30"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "a.p12",
         "-passout", "file:pw"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    outcome = eseal(
        "key", "import", tmp_path / "a.p12", "--out-key", tmp_path / "out.key",
        "--out-certificate", tmp_path / "out.pem", "--pkcs12-passphrase-file", tmp_path / "pw",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert "BEGIN ENCRYPTED PRIVATE KEY" in (tmp_path / "out.key").read_text()
    (certificate,) = read_certificates((tmp_path / "out.pem").read_bytes())
    public = eseal("key", "public", tmp_path / "out.key").out
    assert "BEGIN PUBLIC KEY" in public
    assert certificate.subject.native["common_name"] == "sample"


def test_what_a_certificate_says_begins_no_line(
    eseal: Command, world: World, tmp_path: Path
) -> None:
    """Whoever had it made chose its names; a terminal obeys none of them."""
    name = SubjectName(common_name="a\nSHA-256  forged\x1b[2J", organisation="示例")
    (tmp_path / "a.cer").write_bytes(world.sm2.department(subject=name).certificate.dump())
    shown = eseal("cert", "show", tmp_path / "a.cer")
    assert shown.code == 0
    assert "\x1b" not in shown.out
    assert sum(line.startswith("SHA-256") for line in shown.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--code", "11999900MB0000000H"), "第 18 位校验不符"),
        (("--code", "样本"), "18 位数字"),
        (("--organisation", "长" * 65), "longer than 64"),
        (("--crl-url", "crl.example.cn"), "ADDRESS_REFUSED"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_what_a_certificate_cannot_say_is_usage(
    eseal: Command, tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    """Exit code 2 before any key is opened: a code whose check characters are wrong, odd names."""
    outcome = eseal(
        *("cert", "issue", "--profile", "signing", "--issuer-key", "k", "--issuer-cert", "c"),
        *("--public-key", "p", "--name", "示例市样本局", "--out", tmp_path / "x.pem", *wrong),
    )
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
