"""Settings are read in one way only, and what is written reads back."""

from datetime import timedelta
from pathlib import Path

import pytest

from eseal.algorithms import Algorithm, Suite
from eseal.errors import EvidenceError, UnavailableError
from eseal.reasons import Reason
from licences import strict_table
from licences.database import make_engine
from licences.database_url import database_url, sqlite_file
from licences.identifiers import Uscc
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from licences.settings import (
    DepartmentSettings,
    SignerSettings,
    StatusSettings,
    read_settings,
    write_settings,
)

CODE = "11999900MB0000019D"
GOOD = f"""
[database]
url = "sqlite:///register.db"
[documents]
folder = "documents"
[issuing]
serving_margin_hours = 24
[[department]]
code = "{CODE}"
zh = "示例市市场监督管理局"
en = "A department (sample)"
[department.rsa]
key = "keys/rsa.key.pem"
certificate = "keys/rsa.pem"
algorithm = "rsa-pss-sha256"
passphrase_file = "/run/passphrase"
[department.sm2]
key = "keys/sm2.key.pem"
certificate = "keys/sm2.pem"
"""


def written(folder: Path, text: str) -> Path:
    """A folder with these settings."""
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


def test_reads_settings(tmp_path: Path) -> None:
    """Every value is taken; relative paths start at the home, defaults fill in."""
    settings = read_settings(written(tmp_path, GOOD))
    assert settings.database_url == f"sqlite:///{tmp_path}/register.db"
    assert settings.documents == tmp_path / "documents"
    assert settings.serving_margin == timedelta(hours=24)
    department = settings.find_department(CODE)
    assert department is not None
    assert department.name.zh == "示例市市场监督管理局"
    rsa, sm2 = department.signers[Suite.RSA], department.signers[Suite.SM2]
    assert rsa.algorithm is Algorithm.RSA_PSS_SHA256
    assert rsa.passphrase_file == Path("/run/passphrase")
    assert sm2.algorithm is Algorithm.SM2_SM3
    assert sm2.key == tmp_path / "keys/sm2.key.pem"
    assert sm2.passphrase_file is None
    assert settings.find_department("11999900MB00000278") is None


def test_writes_what_it_reads(tmp_path: Path) -> None:
    """Settings that were written are read back as they were, with names that need quoting."""
    department = DepartmentSettings(
        code=Uscc.parse(CODE),
        name=Bilingual(zh='示例"市"\\局', en='A "department"'),
        signers={
            Suite.SM2: SignerSettings(
                key=tmp_path / "k",
                certificate=tmp_path.parent / "c",
                algorithm=Algorithm.SM2_SM3,
                passphrase_file=tmp_path / "p",
            ),
            Suite.RSA: SignerSettings(
                key=tmp_path / "k2", certificate=tmp_path / "c2", algorithm=Algorithm.RSA_SHA256
            ),
        },
    )
    text = write_settings(
        tmp_path,
        database_url="postgresql://register@db.example/licences",
        documents="documents",
        departments=[department],
    )
    settings = read_settings(written(tmp_path, text))
    (read,) = settings.departments
    assert (read.code, read.name) == (department.code, department.name)
    resolved = {suite: one.key.resolve() for suite, one in read.signers.items()}
    assert resolved == {suite: one.key for suite, one in department.signers.items()}
    assert read.signers[Suite.SM2].certificate.resolve() == tmp_path.parent / "c"
    assert settings.database_url == "postgresql://register@db.example/licences"


def test_a_home_without_departments_is_one(tmp_path: Path) -> None:
    """Settings may name nobody who issues: such a home only verifies."""
    assert read_settings(written(tmp_path, GOOD.split("[[", maxsplit=1)[0])).departments == ()


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('url = "sqlite', 'uri = "sqlite', "settings.toml:database.url"),
        ('folder = "documents"', "folder = 3", "settings.toml:documents.folder"),
        ("= 24", "= -1", "settings.toml:issuing.serving_margin_hours"),
        ("= 24", "= 100000000000", "settings.toml:issuing.serving_margin_hours"),
        ("= 24", "= " + "9" * 5000, "settings.toml"),
        ("[documents]", f"x = {'[' * 5000}\n[documents]", "settings.toml"),
        ("sqlite:///register.db", "postgresql://[", "settings.toml:database.url"),
        ("sqlite:///register.db", "postgresql://h:port/x", "settings.toml:database.url"),
        ("sqlite:///register.db", "postgresql://h:99999/x", "settings.toml:database.url"),
        ("sqlite:///register.db", "sqlite:///r.db?timeout=abc", "settings.toml:database.url"),
        ("sqlite:///register.db", "sqlite:///", "settings.toml:database.url"),
        ("sqlite:///register.db", "mysql://localhost/x", "settings.toml:database.url"),
        ("sqlite:///register.db", "sqlite:///a\\u0000b", "settings.toml:database.url"),
        ('"documents"', '"a\\u0000b"', "settings.toml:documents.folder"),
        ("keys/sm2.pem", "a\\u0000b", "settings.toml:department[0].sm2.certificate"),
        ("示例市市", "示例\\u3164市", "settings.toml:department[0].zh"),
        ("= 24", "= 24\nmargin = 3", "settings.toml:issuing.margin"),
        ("[database]", "[misspelt]\n[database]", "settings.toml:misspelt"),
        (CODE, CODE[:-1] + "0", "settings.toml:department[0].code"),
        ("rsa-pss-sha256", "sm2-sm3", "settings.toml:department[0].rsa.algorithm"),
        ("[department.sm2]", "[department.sm9]", "settings.toml:department[0].sm9"),
        ('key = "keys/sm2', 'keys = "keys/sm2', "settings.toml:department[0].sm2.key"),
        ("[[department]]", "[[department]", "settings.toml"),
    ],
)
def test_refuses_other_settings(tmp_path: Path, old: str, new: str, at: str) -> None:
    """SETTINGS_MALFORMED: an unknown or missing key, or a value of another kind; it is named."""
    assert old in GOOD
    with pytest.raises(EvidenceError) as caught:
        read_settings(written(tmp_path, GOOD.replace(old, new)))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
    assert caught.value.at == f"{tmp_path.name}/{at}"


def test_refuses_a_department_that_stands_twice(tmp_path: Path) -> None:
    """SETTINGS_MALFORMED: two departments have one code."""
    twice = GOOD + f'[[department]]\ncode = "{CODE}"\nzh = "另"\nen = "other"\n'
    with pytest.raises(EvidenceError) as caught:
        read_settings(written(tmp_path, twice))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED


def test_a_file_that_may_not_be_read_is_not_called_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UNREADABLE_FILE: nobody is told to correct a key of settings that were not read."""
    home = written(tmp_path, GOOD)

    def forbidden(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(strict_table, "read_regular", forbidden)
    with pytest.raises(UnavailableError) as caught:
        read_settings(home)
    assert caught.value.reason is Reason.UNREADABLE_FILE
    assert caught.value.at == f"{tmp_path.name}/settings.toml"


def test_what_a_home_may_be_called_is_no_part_of_a_url(tmp_path: Path) -> None:
    """A folder with ?, # or % in its name has its register in it, and nowhere else."""
    home = tmp_path / "hi?7#%41"
    home.mkdir()
    url = read_settings(written(home, GOOD)).database_url
    engine = make_engine(url)
    with engine.connect():
        pass
    engine.dispose()
    assert sqlite_file(url) == home / "register.db"
    assert (home / "register.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@db.example/licences",
        "postgresql://user@db.example/licences?password=secret",
        "postgresql://user@db.example/licences?sslmode=require&sslpassword=secret",
        "postgresql://user@db.example/licences?scram_client_key=secret",
        "postgresql://user@db.example/licences?oauth_client_secret=secret",
    ],
)
def test_refuses_a_password_in_the_url(tmp_path: Path, url: str) -> None:
    """SETTINGS_MALFORMED: the password belongs elsewhere, and the error does not repeat it."""
    with pytest.raises(EvidenceError) as caught:
        database_url(url, tmp_path)
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
    assert "PGPASSFILE" in caught.value.sentence
    assert "secret" not in str(caught.value)


def test_reads_where_status_lists_are_found(tmp_path: Path) -> None:
    """Address and life are read back as they are written; without the table there are none."""
    assert read_settings(written(tmp_path, GOOD)).status is None
    status = StatusSettings(uri="https://licences.example/status", life=timedelta(hours=36))
    text = write_settings(
        tmp_path, database_url="sqlite:///r.db", documents="d", departments=(), status=status
    )
    assert read_settings(written(tmp_path, text)).status == status


CA = """
[[ca]]
name = "city-ca"
key = "keys/ca.key"
certificate = "keys/ca.pem"
passphrase_file = "pass"
algorithm = "sm2-sm3"
crl_life_hours = 36
"""


def test_reads_whose_lists_are_published(tmp_path: Path) -> None:
    """CAs are read back as they are written; without a table there are none."""
    assert read_settings(written(tmp_path, GOOD)).cas == ()
    (ca,) = cas = read_settings(written(tmp_path, GOOD + CA)).cas
    assert (ca.name, ca.crl_life) == ("city-ca", timedelta(hours=36))
    assert ca.signer == SignerSettings(
        key=tmp_path / "keys/ca.key",
        certificate=tmp_path / "keys/ca.pem",
        algorithm=Algorithm.SM2_SM3,
        passphrase_file=tmp_path / "pass",
    )
    text = write_settings(
        tmp_path, database_url="sqlite:///r.db", documents="d", departments=(), cas=cas
    )
    assert read_settings(written(tmp_path, text)).cas == cas


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('"city-ca"', '"../ca"', "ca[0].name"),
        ('"city-ca"', '"City"', "ca[0].name"),
        ('"city-ca"', '""', "ca[0].name"),
        ('"sm2-sm3"', '"md5"', "ca[0].algorithm"),
        ('algorithm = "sm2-sm3"\n', "", "ca[0].algorithm"),
        ('key = "keys/ca.key"\n', "", "ca[0].key"),
        ("= 36", "= 0", "ca[0].crl_life_hours"),
        ("= 36", "= 10000", "ca[0].crl_life_hours"),
        ("crl_life_hours = 36", "", "ca[0].crl_life_hours"),
        ("= 36", "= 36\nmore = 1", "ca[0].more"),
        ("crl_life_hours = 36", f"crl_life_hours = 36{CA}", "ca"),
    ],
)
def test_refuses_other_cas(tmp_path: Path, old: str, new: str, at: str) -> None:
    """SETTINGS_MALFORMED: a name that is no file's, another life, a CA twice; it is named."""
    assert old in CA
    with pytest.raises(EvidenceError) as caught:
        read_settings(written(tmp_path, GOOD + CA.replace(old, new)))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
    assert caught.value.at == f"{tmp_path.name}/settings.toml:{at}"


@pytest.mark.parametrize(
    "lines",
    [
        'uri = "ftp://a/b"\nlife_hours = 1',
        'uri = "https://a/b/"\nlife_hours = 1',
        'uri = "https://a/b?c"\nlife_hours = 1',
        f'uri = "https://a/{"b" * 200}"\nlife_hours = 1',
        'uri = "https://a/b"\nlife_hours = 0',
        'uri = "https://a/b"\nlife_hours = 100000',
        'uri = "https://a/b"',
        'uri = "https://a/b"\nlife_hours = 1\nmore = 1',
    ],
)
def test_refuses_what_no_list_can_be_found_by(tmp_path: Path, lines: str) -> None:
    """SETTINGS_MALFORMED: the address stands in every licence for good."""
    with pytest.raises(EvidenceError) as caught:
        read_settings(written(tmp_path, f"{GOOD}\n[status]\n{lines}\n"))
    assert caught.value.reason is LicenceReason.SETTINGS_MALFORMED
