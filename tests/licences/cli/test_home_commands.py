"""The commands that need a home: init, issue, show, doctor; with the types' own faces."""

import json
import os
import re
import shutil
import sqlite3
from codecs import BOM_UTF8
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from eseal.errors import RefusedError
from eseal.jose.strict_json import canonical
from eseal.moments import now
from eseal.reasons import Reason
from licences.cli import show
from licences.cli.life_words import ACTIONS
from licences.cli.show import about
from licences.home import create_home
from licences.model import Event, EventKind, LicenceKey
from licences.reasons import LicenceReason
from tests.command import Command
from tests.homes import BUSINESS, CATALOGUE
from tests.registers import back_to_0002
from tests.world import NOW


@pytest.mark.parametrize("suite", ["sm2", "rsa"])
@pytest.mark.unmeasured
def test_issues_and_verifies(
    licences: Command, home: Path, data: Path, tmp_path: Path, suite: str
) -> None:
    """A department's data become a PDF and a JSON licence, which verify; asking again, the same."""
    arguments = (
        "issue",
        "营业执照",
        "--data",
        data,
        "--out",
        tmp_path / "out",
        "--home",
        home,
        "--suite",
        suite,
    )
    first = licences(*arguments)
    assert first.code == 0, first.err
    identifier, *files = first.out.split()
    assert [Path(each).suffix for each in files] == [".json", ".pdf"]
    assert licences(*arguments[:-1], suite.upper()).out == first.out
    asked = ("verify", tmp_path / "out", "--home", home, "--format", "ndjson")
    assert licences(*asked).code == 3  # nobody has said yet where they stand
    assert licences("publish", "--home", home).code == 0
    verified = licences(*asked)
    assert verified.code == 0, verified.out
    assert {json.loads(line)["licence"]["identifier"] for line in verified.out.splitlines()} == {
        identifier
    }


def test_reads_data_from_standard_input(licences: Command, home: Path, data: Path) -> None:
    """`--data -` takes the object from standard input."""
    outcome = licences.with_stdin(data.read_bytes())(
        "issue", BUSINESS.slug, "--data", "-", "--format", "json", "--home", home
    )
    assert outcome.code == 0
    assert outcome.out.startswith("1.2.156.3005.2.")
    assert "已签发 issued；" in outcome.err
    assert "if the department's status list was never published" in outcome.err


def test_publishing_is_spoken_of_until_it_was_done(
    licences: Command, home: Path, data: Path
) -> None:
    """Once the department's list lies in the home's own folder, nobody need be told each time."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert "licences publish" in licences(*asked).err
    assert licences("publish", "--home", home).code == 0
    data.write_text(json.dumps(BUSINESS.sample() | {"licence_number": "8" * 21}), encoding="utf-8")
    again = licences(*asked)
    assert (again.code, again.err) == (0, "已签发 issued\n")


def test_a_licence_that_has_expired_already_is_issued_and_told(
    licences: Command, home: Path, data: Path
) -> None:
    """Old papers are digitised; who did not mean it learns what verifiers will say."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    old = BUSINESS.sample() | {"term_until": "2026-11-20", "licence_number": "8" * 21}
    data.write_text(json.dumps(old), encoding="utf-8")
    outcome = licences(*asked)
    assert (outcome.code, LicenceReason.LICENCE_EXPIRED in outcome.err) == (0, True)
    assert "有效期至 2026-11-20，已过期" in outcome.err
    assert "it was valid until 2026-11-20 and has expired" in outcome.err
    assert LicenceReason.LICENCE_EXPIRED not in licences(*asked).err


def test_data_may_begin_with_a_byte_order_mark(licences: Command, home: Path, data: Path) -> None:
    """Editors put one before what they save as UTF-8; the licence is the same one."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    issued = licences(*asked).out
    data.write_bytes(BOM_UTF8 + data.read_bytes())
    again = licences(*asked)
    assert (again.code, again.out) == (0, issued)


def test_refuses_bad_data_with_every_pointer(licences: Command, home: Path, data: Path) -> None:
    """Each bad field is named by its JSON pointer and reason; nothing is issued."""
    bad = BUSINESS.sample() | {
        "uscc": "91999901MAEX000108",
        "issued_on": "yesterday",
        "nonsense": 1,
    }
    del bad["name"]
    data.write_text(json.dumps(bad), encoding="utf-8")
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert outcome.code == 1
    assert outcome.out == ""
    for pointer in ("/uscc", "/issued_on", "/nonsense", "/name"):
        assert f"  {pointer}  " in outcome.err
    for said in (LicenceReason.FIELD_MISSING.remedy_zh, LicenceReason.FIELD_MISSING.remedy_en):
        assert said in outcome.err


def test_advice_names_the_type(licences: Command, home: Path, data: Path) -> None:
    """A wrong form leads to the sample of this type; a list stands there once."""
    fields = BUSINESS.sample() | {"licence_number": "x", "representative_role": "没有"}
    data.write_text(json.dumps(fields), encoding="utf-8")
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert LicenceReason.FIELD_FORM in outcome.err
    assert f"licences types {BUSINESS.slug} --sample" in outcome.err
    assert outcome.err.count("经营者") == 1
    bulk = ("bulk", BUSINESS.slug, "--from", data, "--out", home / "out", "--home", home, "-j", "1")
    assert f"licences types {BUSINESS.slug} --sample" in licences(*bulk, "--dry-run").err


@pytest.mark.parametrize(("content", "said"), [(b"", "数据是空的"), (b"[1]", "JSON 对象")])
def test_data_that_are_none_are_told_to_whoever_issues(
    licences: Command, home: Path, data: Path, content: bytes, said: str
) -> None:
    """Not as to somebody who was given a licence that is damaged."""
    data.write_bytes(content)
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert outcome.code == 1
    assert said in outcome.err
    assert "改正数据文件后再运行" in outcome.err
    assert "已签发" not in outcome.err


def test_another_body_under_the_same_number_is_a_conflict(
    licences: Command, home: Path, data: Path
) -> None:
    """The same number with other content is refused (CONFLICT)."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert licences(*arguments).code == 0
    data.write_text(json.dumps(BUSINESS.sample() | {"representative": "样本乙"}), encoding="utf-8")
    outcome = licences(*arguments)
    assert outcome.code == 1
    assert LicenceReason.CONFLICT in outcome.err
    assert "此编号已属于 1.2.156" in outcome.err
    assert "，数据不同 this number" in " ".join(outcome.err.split())
    assert "licences replace IDENTIFIER" in outcome.err


def test_other_formats_of_the_same_data_are_told_as_such(
    licences: Command, home: Path, data: Path
) -> None:
    """The conflict names what differs, and how the licence is had so: nobody looks for a change."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert licences(*arguments, "--format", "json").code == 0
    outcome = licences(*arguments)
    assert (outcome.code, LicenceReason.CONFLICT in outcome.err) == (1, True)
    for said in (
        "数据相同，算法或格式不同：原为 sm2 json，现为 sm2 json+pdf",
        "the same data, but as sm2 json, not sm2 json+pdf",
        "--unchanged",
    ):
        assert said in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--data", "none.json"), 2, "cannot read"),
        (("--data", "list.json"), 1, Reason.MALFORMED_JSON),
        (("--data", "list.json"), 1, "licences types TYPE --sample"),
        (("--data", "book.xlsx"), 1, "save it as CSV UTF-8 and use licences bulk"),
        (("--data", "nested.json"), 1, "/name"),
        (("--data", "data.json", "--format", "ofd"), 2, "pdf and json"),
        (("--data", "data.json", "--department", "11999900MB0000043X"), 1, "ISSUER_NOT_ALLOWED"),
    ],
)
def test_wrong_requests_are_told(
    licences: Command,
    home: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """Whatever is wrong with a request is said in a sentence, and nothing is issued."""
    monkeypatch.chdir(data.parent)
    Path("list.json").write_text("[]")
    Path("book.xlsx").write_bytes(b"PK\x03\x04\xff")
    Path("nested.json").write_text('{"name": {}}')
    outcome = licences("issue", BUSINESS.slug, "--home", home, *arguments)
    assert outcome.code == code
    assert said in outcome.err
    assert outcome.out == ""


def test_a_home_without_departments_says_so(licences: Command, tmp_path: Path, data: Path) -> None:
    """And how one gets in, instead of asking for one of none."""
    create_home(tmp_path / "empty", departments=(), trust=())
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", tmp_path / "empty")
    assert outcome.code == 2
    assert "[[department]]" in outcome.err
    assert "--department" not in outcome.err


def test_a_home_that_may_not_issue_a_type_says_so(
    licences: Command, home: Path, data: Path
) -> None:
    """And which departments may, whether one is named or not; no other suite would help."""
    asked = ("issue", "talent-card", "--data", data, "--home", home)
    outcome = licences(*asked)
    assert (outcome.code, outcome.out) == (2, "")
    assert "没有可签发 talent-card 的部门；其类型列出的颁发部门：11999900MB0000051Q" in outcome.err
    assert f"put a folder of the type into {home / 'types'}" in outcome.err
    assert "no department of this home may issue talent-card" in outcome.err
    assert "--department" not in outcome.err
    data.write_text(json.dumps(CATALOGUE.get("talent-card").sample()), encoding="utf-8")
    named = licences(*asked, "--department", "11999900MB0000051Q")
    assert (named.code, LicenceReason.UNKNOWN_DEPARTMENT in named.err) == (1, True)
    assert "[[department]]" in named.err
    assert "--suite" not in named.err


def test_a_home_without_roots_is_told_where_they_lie(licences: Command, tmp_path: Path) -> None:
    """No command that opens a home advises --trust; timestamps that nobody set up are no matter."""
    path = tmp_path / "empty"
    create_home(path, departments=(), trust=())
    for command in ("publish", "doctor"):
        outcome = licences(command, "--home", path)
        told = outcome.out + outcome.err
        assert outcome.code == 1
        assert f"须在 {path / 'trust'} 中" in told
        assert "--trust" not in told
        assert "timestamps" not in told


def test_a_refusal_of_ones_own_certificate_speaks_to_the_issuer(
    licences: Command, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the doctor does, in China's time; not as to whoever verifies."""
    revoked = RefusedError(Reason.CERTIFICATE_REVOKED, "revoked 2026-11-22 01:00:00.5+00:00")

    def refuse(*_: object, **__: object) -> None:
        raise revoked

    monkeypatch.setattr("licences.signing_desk.Desks.ready", refuse)
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert outcome.code == 1
    assert "2026-11-22 09:00:00 +08:00" in outcome.err
    assert "换发证书并在 settings.toml 中换上" in outcome.err
    assert Reason.CERTIFICATE_REVOKED.remedy_en not in outcome.err


@pytest.mark.parametrize("step", ["suspend", "resume", "revoke", "replace"])
def test_so_does_that_of_a_step_of_a_life(
    licences: Command, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What to do about the department's own revoked certificate, whatever it was to sign."""
    asked = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*asked).out.strip()

    def refuse(*_: object, **__: object) -> None:
        raise RefusedError(Reason.CERTIFICATE_REVOKED, "revoked")

    monkeypatch.setattr("licences.signing_desk.Desks.ready", refuse)
    more = ("--data", data, "--format", "json") if step == "replace" else ()
    why = ("--by", "张样例", "--reason", "样本", *more)
    outcome = licences(step, identifier, *why, "--home", home)
    assert outcome.code == 1
    assert "换发证书并在 settings.toml 中换上" in outcome.err
    assert Reason.CERTIFICATE_REVOKED.remedy_en not in outcome.err


def test_without_a_home_says_how_to_make_one(licences: Command, tmp_path: Path, data: Path) -> None:
    """A missing home is told with its remedy."""
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", tmp_path / "none")
    assert outcome.code == 1
    assert LicenceReason.HOME_MISSING in outcome.err


def test_upgrades_the_register_of_an_older_version(
    licences: Command, home: Path, data: Path
) -> None:
    """DATABASE_OUTDATED tells the command that mends it; licences of before are still there."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"\[status\]\n(.+\n)*", "", text), encoding="utf-8")
    issued = licences(*arguments)
    make_older(home / "register.db")
    refused = licences(*arguments)
    assert refused.code == 1
    assert LicenceReason.DATABASE_OUTDATED in refused.err
    assert "licences init --upgrade" in refused.err
    upgraded = licences("init", "--upgrade", "--home", home)
    assert (upgraded.code, upgraded.out.strip()) == (0, str(home))
    found = licences("find", "--number", BUSINESS.sample()["licence_number"], "--home", home)
    assert issued.out.strip() in found.out
    mixed = licences("init", "--upgrade", "--database", "sqlite:///other.db", "--home", home)
    assert mixed.code == 2


def make_older(register: Path) -> None:
    """Take a register back to the schema of before there were seals."""
    with closing(sqlite3.connect(register)) as connection, connection:
        for step in back_to_0002("sqlite"):
            connection.execute(step)
        for table in ("seal", "seal_name", "seal_event", "seal_use"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")


def test_shows_a_licence_and_gives_its_files(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """The register knows the licence: fields, documents, journal; files can be had again."""
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = issued.out.strip()
    shown = licences("show", identifier, "--home", home, "--out", tmp_path / "again")
    assert shown.code == 0
    assert "示例市样本科技有限公司" in shown.out
    assert "issued" in shown.out
    (again,) = (tmp_path / "again").iterdir()
    assert again.name == f"{identifier}.json"
    as_json = json.loads(licences("show", identifier, "--home", home, "--json").out)
    assert as_json["state"] == "issued"
    assert as_json["documents"][0]["size"] == again.stat().st_size


def test_shows_what_was_done_to_a_licence(licences: Command, home: Path, data: Path) -> None:
    """Who did it, why and on what ground; of a correction which event it takes back."""
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = issued.out.strip()
    why = ("--by", "张样例", "--reason", "样本甲", "--basis", "样本乙", "--home", home)
    assert licences("suspend", identifier, *why).code == 0
    assert licences("correct", identifier, "--event", 2, *why).code == 0
    shown = licences("show", identifier, "--home", home).out
    for said in ("暂扣 suspend", "更正 correct", "#2  张样例  样本甲  样本乙", "有效 valid"):
        assert said in shown
    assert set(show._KINDS) | set(ACTIONS) >= set(EventKind)


def test_show_says_that_an_identifier_is_unknown(licences: Command, home: Path) -> None:
    """An identifier that the register lacks is told."""
    outcome = licences("show", "1.2.3", "--home", home)
    assert outcome.code == 1
    for said in ("1.2.3", "1.2.156.3005.2.…", "不是证照编号", "not its number", "licences find"):
        assert said in outcome.err


def test_show_gives_the_forms_order_and_explains_the_journal(
    licences: Command, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields stand in the form's order with both titles, uncut; each event says what it means."""
    monkeypatch.setenv("COLUMNS", "100")
    sample = BUSINESS.sample()
    data.write_text(json.dumps(dict(reversed(sample.items())), ensure_ascii=False), "utf-8")
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    shown = licences("show", issued.out.strip(), "--home", home).out
    assert issued.out.strip() in shown
    shown = shown.partition("内容 content")[2]
    labels = [f"\n  {each.title.zh} " for each in BUSINESS.fields if each.name in sample]
    assert [shown.index(label) for label in labels] == sorted(map(shown.index, labels))
    assert str(sample["business_scope"]) in "".join(shown.split())
    assert BUSINESS.fields[0].title.en in shown
    for said in ("意向", "intent", "json  sm2-sm3", "已签发", "issued", "+08:00"):
        assert said in shown


def test_shows_a_licence_whose_type_the_home_no_longer_has(
    licences: Command, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its type a licence is shown by its type code and the names of its fields."""
    issued = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    monkeypatch.setattr("licences.catalogue.Catalogue.find_code", lambda *_: None)
    shown = licences("show", issued.out.strip(), "--home", home).out
    assert shown.startswith(BUSINESS.code)
    assert "  uscc" in shown


def test_show_tells_why_a_licence_was_not_issued() -> None:
    """The journal's line of a failure names the reason."""
    key = LicenceKey(shard=0, id=UUID(int=1))
    body = canonical({"identifier": "x", "reason": LicenceReason.CONFLICT.value, "at": ""})
    event = Event(key=key, number=1, kind=EventKind.FAILED, at=NOW, body=body)
    assert about(event) == LicenceReason.CONFLICT


def test_output_never_overwrites_something_else(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """A file of the same name with other content stays (OUTPUT_EXISTS); the licence is kept."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    identifier = licences(*arguments).out.strip()
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / f"{identifier}.json"
    file.write_text("mine")
    outcome = licences(*arguments, "--out", tmp_path / "out")
    assert outcome.code == 1
    assert LicenceReason.OUTPUT_EXISTS in outcome.err
    assert file.read_text() == "mine"
    file.unlink()
    os.mkfifo(file)
    blocked = licences(*arguments, "--out", tmp_path / "out")
    assert LicenceReason.OUTPUT_UNWRITABLE in blocked.err
    file.unlink()
    file.touch()
    blocked = licences(*arguments, "--out", file / "below")
    assert LicenceReason.OUTPUT_UNWRITABLE in blocked.err


def test_output_that_is_no_folder_is_told_before_anything_is_issued(
    licences: Command, home: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, below a file, a link to nowhere, no permission (OUTPUT_UNWRITABLE): no licence."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    for name in ("file", "file/below", "link", "x" * 300):
        outcome = licences(*arguments, "--out", tmp_path / name)
        assert (outcome.code, outcome.out) == (1, "")
        assert LicenceReason.OUTPUT_UNWRITABLE in outcome.err
    with monkeypatch.context() as patch:
        patch.setattr("os.access", lambda path, *_, **__: Path(path) != tmp_path)
        outcome = licences(*arguments, "--out", tmp_path / "new" / "folder")
    assert "may not be written to" in outcome.err
    assert not (tmp_path / "new").exists()
    with closing(sqlite3.connect(home / "register.db")) as connection:
        assert connection.execute("SELECT count(*) FROM licence").fetchone() == (0,)
    assert licences(*arguments, "--out", tmp_path / "new" / "folder").code == 0


def test_init_makes_a_home_once(licences: Command, tmp_path: Path) -> None:
    """A new home says what to do next; an existing one is never made anew."""
    made = licences("init", "--home", tmp_path / "home")
    assert made.code == 0
    assert "settings.toml" in made.err
    assert (tmp_path / "home" / "settings.toml").is_file()
    again = licences("init", "--home", tmp_path / "home")
    assert again.code == 1
    assert LicenceReason.HOME_EXISTS in again.err


BAD_HOMES = {
    "no scheme": ("--status-uri", "licences.gov.example/status"),
    "another scheme": ("--status-uri", "ftp://licences.gov.example/status"),
    "a query": ("--status-uri", "https://licences.gov.example/status?a=b"),
    "a fragment": ("--status-uri", "https://licences.gov.example/status#a"),
    "a slash at the end": ("--status-uri", "https://licences.gov.example/status/"),
    "a blank": ("--status-uri", "https://licences.gov.example/my status"),
    "a user": ("--status-uri", "https://me@licences.gov.example/status"),
    "nothing": ("--status-uri", ""),
    "a password": ("--database", "postgresql://me:secret@db.example/licences"),
    "another database": ("--database", "mysql://db.example/licences"),
    "no database": ("--database", "a database"),
}


@pytest.mark.parametrize("authority", [False, True])
@pytest.mark.parametrize("name", BAD_HOMES)
def test_init_writes_nothing_that_it_could_not_read_again(
    licences: Command, tmp_path: Path, name: str, authority: bool
) -> None:
    """An address that cannot be used: refused, and neither home nor authority is begun."""
    options = ("--demo-authority", tmp_path / "keys") if authority else ()
    outcome = licences("init", "--home", tmp_path / "home", *BAD_HOMES[name], *options)
    assert outcome.code == 2
    assert LicenceReason.SETTINGS_MALFORMED in outcome.err
    assert f"（{BAD_HOMES[name][0]}）" in outcome.err, outcome.err  # there is no file to correct
    assert "settings.toml" not in outcome.err
    assert "licences doctor" not in outcome.err
    assert "secret" not in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_init_with_a_demo_authority_is_ready_to_issue(
    licences: Command,
    authority_folder: Path,
    tmp_path: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`init --demo-authority` reuses or makes the authority; its home issues at once, sealed."""
    from dataclasses import replace

    from licences import catalogue
    from tests.homes import CATALOGUE, DEPARTMENTS

    few = replace(CATALOGUE, departments=DEPARTMENTS)
    monkeypatch.setattr(catalogue, "load_catalogue", lambda *_folders: few)
    home = tmp_path / "home"
    made = licences("init", "--home", home, "--demo-authority", authority_folder)
    assert made.code == 0
    assert "4 枚证照印章" in made.err
    issued = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert issued.code == 0, issued.err
    examined = licences("doctor", "--home", home)
    assert examined.code == 0, examined.out
    assert "示例市市场监督管理局电子证照专用章" in examined.out
    published = licences("publish", "--home", home)
    assert published.code == 0, published.err
    assert sorted(each.name for each in (home / "public" / "crl").iterdir()) == [
        f"{suite}-{ca}.crl" for suite in ("rsa", "sm2") for ca in ("ca", "root")
    ]
    for said in ("新公布 new", "crl/sm2-ca.crl", "0 张已吊销 revoked，编号 number 1", "0 份非有效"):
        assert said in published.out


def test_doctor_finds_a_good_home_good(licences: Command, home: Path) -> None:
    """Engine, types, register, trust and every signer are examined."""
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 0, outcome.out
    for said in ("SM2", "trust", "sm2", "rsa", "示例市市场监督管理局"):
        assert said in outcome.out


@pytest.mark.unmeasured
def test_doctor_asks_nobody_unless_told(licences: Command, home: Path) -> None:
    """The time-stamping authority of the settings is named; it is asked with --network alone."""
    with (home / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[timestamps]\nurl = "http://127.0.0.1:9/?key=secret"\n')
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 0, outcome.out
    assert "✓ 时间戳 timestamps  http://127.0.0.1:9/ " in outcome.out
    asked = licences("doctor", "--network", "--home", home)
    assert asked.code == 1
    assert Reason.UNREACHABLE in asked.out
    assert "secret" not in outcome.out + asked.out


def test_init_tells_of_licences_in_the_database(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """A second home on it shares the register, and has neither documents nor what is published."""
    again = ("init", "--database", f"sqlite:///{home}/register.db")
    assert "已有证照" not in licences(*again, "--home", tmp_path / "second").err
    assert licences("issue", BUSINESS.slug, "--data", data, "--home", home).code == 0
    told = licences(*again, "--home", tmp_path / "third")
    assert told.code == 0
    assert "note: this database has licences already" in told.err


def test_doctor_finds_what_is_wrong(
    licences: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale CRL, an expired certificate, unreadable trust, a missing home: each is told."""
    later = now().replace(year=now().year + 30)
    monkeypatch.setattr("eseal.moments.now", lambda: later)
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 1
    assert "CRL 已过期 stale" in outcome.out
    assert Reason.CERTIFICATE_EXPIRED.zh in outcome.out
    assert "+00:00" not in outcome.out
    for file in (home / "trust").iterdir():
        file.unlink()
    assert Reason.TRUST_UNREADABLE in licences("doctor", "--home", home).out
    assert LicenceReason.HOME_MISSING in licences("doctor", "--home", home / "none").out


def test_doctor_misses_departments(licences: Command, tmp_path: Path) -> None:
    """A home in which nobody can issue is not good."""
    create_home(tmp_path / "home", departments=(), trust=())
    outcome = licences("doctor", "--home", tmp_path / "home")
    assert outcome.code == 1
    assert "departments" in outcome.out


def test_doctor_asks_what_issuing_asks(licences: Command, home: Path) -> None:
    """A signer whose certificate issuing would refuse is not good: here its CRLs are gone."""
    for file in (home / "trust").glob("*.crl"):
        file.unlink()
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 1
    assert Reason.NO_REVOCATION_DATA in outcome.out


def test_doctor_tells_what_is_wrong_first(licences: Command, home: Path) -> None:
    """Problems of one cause stand together, with one advice that names the home's folder."""
    for file in (home / "trust").glob("*.crl"):
        file.unlink()
    lines = licences("doctor", "--home", home).out.splitlines()
    signs = "".join(line[0] for line in lines if line[:1] in {"✗", "✓"})
    ill, good = signs[:-1].count("✗"), signs.count("✓")
    assert signs == "✗" * ill + "✓" * good + "✗"
    assert ill > 1
    assert sum(Reason.NO_REVOCATION_DATA in line for line in lines) == 1
    assert sum("→" in line for line in lines) == 2
    assert f"{home / 'trust'}" in next(line for line in lines if "→" in line)
    assert lines[-1] == f"✗ {ill} 项有问题 with problems，{good} 项正常 good"


def test_doctor_draws_every_face(licences: Command, home: Path) -> None:
    """A type of the home whose face does not compile is named; the others stay good."""
    folder = home / "types" / "talent-card"
    shutil.copytree(BUSINESS.folder.parent / "talent-card", folder)
    with (folder / "face.typ").open("a", encoding="utf-8") as file:
        file.write("#bad(")
    outcome = licences("doctor", "--home", home)
    assert outcome.code == 1
    assert "talent-card" in outcome.out
    assert LicenceReason.TYPE_MALFORMED in outcome.out


def test_a_day_of_issue_that_has_not_come_is_refused(
    licences: Command, home: Path, data: Path
) -> None:
    """No licence states what is still to happen."""
    data.write_text(json.dumps(BUSINESS.sample() | {"issued_on": "2999-01-01"}), encoding="utf-8")
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--home", home)
    assert outcome.code == 1
    assert "/issued_on" in outcome.err


def test_files_are_for_their_owner_only(
    licences: Command, home: Path, data: Path, tmp_path: Path
) -> None:
    """Licences hold personal data: nobody else may read what the command writes."""
    arguments = ("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert licences(*arguments, "--out", tmp_path / "out").code == 0
    (file,) = (tmp_path / "out").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_only_suite_of_a_department_is_taken(licences: Command, home: Path, data: Path) -> None:
    """A department that signs with RSA only needs no --suite."""
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    kept = [
        part for part in re.split(r"(?m)^(?=\[)", text) if not part.startswith("[department.sm2]")
    ]
    settings.write_text("".join(kept), encoding="utf-8")
    outcome = licences("issue", BUSINESS.slug, "--data", data, "--format", "json", "--home", home)
    assert outcome.code == 0, outcome.err
    shown = json.loads(licences("show", outcome.out.strip(), "--home", home, "--json").out)
    assert shown["suite"] == "rsa"
