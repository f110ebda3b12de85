"""`licences seal show` and `history`: what is approved is seen, and what a change changes."""

import json
from pathlib import Path

import pytest
from PIL import Image

from eseal.algorithms import Suite, default_algorithm
from eseal.certificate_making import SubjectName, make_certificate
from eseal.certificates import read_certificates, to_pem
from eseal.pictures.design import SealKind, design_of
from eseal.pkcs8 import load_private_key
from eseal.profiles import SIGNING
from eseal.signers import SoftwareSigner
from licences.cli.seal_card import FIELDS
from licences.cli.seal_options import open_office
from licences.seal_drafting import draw_picture
from licences.seal_versions import _texts, wanted
from tests.homes import DEPARTMENTS, MARKET
from tests.licences.cli.seal_desk import NUMBER, Desk
from tests.licences.seal_world import design

pytestmark = pytest.mark.unmeasured


def change(desk: Desk, *more: object) -> None:
    """Ask for a change, which has to succeed."""
    outcome = desk("change", NUMBER, "--as", "applicant-1", "--reason", "样本", *more)
    assert outcome.code == 0, outcome.err


def with_another_keeper(desk: Desk) -> None:
    """Have keeper-2 in the home, in the place of who applied for nothing else."""
    settings = desk.home / "settings.toml"
    text = settings.read_text("utf-8")
    start = text.index('[[officer]]\nid = "keeper-1"')
    head, _, _ = text[start:].partition("[officer.")
    settings.write_text(f"{text}\n{head.replace('keeper-1', 'keeper-2')}", "utf-8")


def test_who_approves_sees_the_certificates(desk: Desk) -> None:
    """Before anything is made: holder, organisation, code, serial, digest and validity of each."""
    desk.apply()
    (certificate,) = read_certificates(desk.certificate.read_bytes())[:1]
    shown = desk("show", NUMBER).out
    for said in (
        *("可用章 signer", DEPARTMENTS[0].name.zh, MARKET, "证书至 until", "证书自 from"),
        *(f"serial {certificate.serial_number:x}", certificate.sha256.hex()),
    ):
        assert said in shown
    assert desk.state()["signers"] == [
        {
            "holder": f"{DEPARTMENTS[0].name.zh}（样本）",
            "organisation": DEPARTMENTS[0].name.zh,
            "code": MARKET,
            "serial": f"{certificate.serial_number:x}",
            "sha256": certificate.sha256.hex(),
            "valid_from": certificate.not_valid_before.isoformat(),
            "valid_until": certificate.not_valid_after.isoformat(),
        }
    ]
    assert (desk.state()["made"], desk.state()["changes"]) == (None, [])


def test_who_approves_sees_the_picture(desk: Desk, tmp_path: Path) -> None:
    """A drawn picture as SVG, byte for byte, or as PNG; a file that is there stays."""
    desk.apply()
    svg, png = tmp_path / "seal.svg", tmp_path / "seal.png"
    shown = desk("show", NUMBER, "--picture", svg)
    assert (shown.code, shown.out.splitlines()[-1]) == (0, str(svg))
    with open_office(desk.home) as (_, office):
        assert svg.read_bytes() == office.find(NUMBER).picture.data
    told = desk("show", NUMBER, "--picture", png, "--json")
    assert (told.code, json.loads(told.out)["state"]) == (0, "applied")
    with Image.open(png) as image:
        assert image.width == image.height
    again = desk("show", NUMBER, "--picture", png)
    assert (again.code, again.out) == (2, "")
    other = desk("show", NUMBER, "--picture", tmp_path / "seal.txt")
    assert (other.code, ".svg" in other.err) == (2, True)


def test_what_was_uploaded_is_seen(desk: Desk, tmp_path: Path) -> None:
    """An uploaded picture is written as it was."""
    picture, out = tmp_path / "mine.svg", tmp_path / "seal.svg"
    picture.write_bytes(draw_picture(design()).data)
    desk.apply("--picture", picture, "--size", "40,40", "--number", NUMBER)
    assert desk("show", NUMBER, "--picture", out).code == 0
    assert out.read_bytes() == picture.read_bytes()


def test_a_pending_change_stands_apart(desk: Desk) -> None:
    """What was made as it was, and what is proposed beside it: keeper, name, picture."""
    desk.activate()
    before = desk.state()
    with_another_keeper(desk)
    change(desk, "--keeper", "keeper-2", "--name", "新名（样本）", "--purpose", "证照专用章")
    shown = desk("show", NUMBER).out
    as_made, _, proposed = shown.partition("拟改 proposed")
    assert "keeper-1" in as_made
    assert "keeper-2" not in as_made
    assert "keeper：keeper-1 → keeper-2" in proposed.replace("保管人 ", "")
    assert f"{before['name']} → 新名（样本）" in proposed
    assert "印模 picture：SVG" in proposed
    state = desk.state()
    assert [each["field"] for each in state["changes"]] == [  # type: ignore[attr-defined]
        *("name", "keeper", "picture"),
    ]
    assert state["made"]["keeper"] == "keeper-1"  # type: ignore[index]
    desk.step("reject", "approver-1")
    desk.step("resume", "approver-1")
    assert (desk.state()["changes"], "拟改" in desk("show", NUMBER).out) == ([], False)


def test_the_history_says_what_was_changed(desk: Desk) -> None:
    """Old and new of each field beside the change, to this day; of others nothing."""
    desk.activate()
    with_another_keeper(desk)
    change(desk, "--keeper", "keeper-2", "--issuing", "--until", "2027-06-30")
    lines = desk("history", NUMBER).out
    for said in ("keeper-1 → keeper-2", "否 no → 是 yes", "→ 2027-06-30 23:59:59 +08:00"):
        assert lines.count(said) == 1
    desk.step("reject", "approver-1")
    change(desk, "--name", "再一次（样本）")
    again = desk("history", NUMBER).out
    assert again.count("keeper-1 → keeper-2") == 2  # it goes on from what was rejected, and says so
    assert "→ 再一次（样本）" in again


def test_a_renewal_says_which_certificates(desk: Desk, authority_folder: Path) -> None:
    """The history has the old and the new; a change after it goes on from the new ones."""
    desk.activate()
    other = renewed(desk, authority_folder)
    outcome = desk("renew", NUMBER, "--as", "maker-1", "--cert", other)
    assert outcome.code == 0, outcome.err
    old, new = (read_certificates(path.read_bytes())[0] for path in (desk.certificate, other))
    told = "".join(desk("history", NUMBER).out.split())
    assert f"SHA-256{old.sha256.hex()}→" in told
    assert told.count(f"SHA-256{new.sha256.hex()}") == 1
    change(desk, "--name", "换证之后（样本）")
    state = desk.state()
    assert [each["field"] for each in state["changes"]] == ["name"]  # type: ignore[attr-defined]
    assert [each["sha256"] for each in state["signers"]] == [  # type: ignore[attr-defined]
        new.sha256.hex()
    ]


def test_renewed_digests_are_named_again(desk: Desk, authority_folder: Path) -> None:
    """Exit code 2: the register has no certificate that it could carry on, so --cert says which."""
    desk.apply("--list", "digests", "--number", NUMBER)
    for action, officer in (("approve", "approver-1"), ("make", "maker-1")):
        desk.step(action, officer)
    other = renewed(desk, authority_folder)
    assert desk("renew", NUMBER, "--as", "maker-1", "--cert", other).code == 0
    words = ("--name", "换证之后（样本）", "--reason", "样本")
    refused = desk("change", NUMBER, "--as", "applicant-1", *words)
    assert (refused.code, "--cert" in refused.err) == (2, True)
    assert "digest" in json.dumps(desk.state()["signers"])
    change(desk, "--name", "换证之后（样本）", "--cert", other)


def renewed(desk: Desk, authority_folder: Path) -> Path:
    """Another certificate for the department, for its same key."""
    known = read_certificates(desk.certificate.read_bytes())[0]
    phrase = (authority_folder / "passphrase").read_bytes().strip()
    (above,) = read_certificates((authority_folder / "sm2-ca.pem").read_bytes())
    issuer = SoftwareSigner(
        key=load_private_key(authority_folder / "sm2-ca.key.pem", phrase),
        certificate=above,
        algorithm=default_algorithm(Suite.SM2),
    )
    certificate = make_certificate(
        profile=SIGNING,
        issuer=issuer,
        subject=SubjectName(
            common_name="换证（样本）",
            organisation=DEPARTMENTS[0].name.zh,
            organisation_code=MARKET,
        ),
        public_key=known.public_key,
        not_before=known.not_valid_before,
        not_after=known.not_valid_after,
        crl_url=None,
    )
    path = desk.home / "renewed.pem"
    path.write_bytes(to_pem(certificate, above))
    return path


def test_every_field_has_its_words(desk: Desk) -> None:
    """Whatever a change may change is called something in both languages."""
    desk.apply()
    with open_office(desk.home) as (_, office):
        assert set(_texts(wanted(office.standing(NUMBER)))) == set(FIELDS)


def test_the_picture_of_a_pending_change(desk: Desk, tmp_path: Path) -> None:
    """While a change is pending its picture is the one that is shown, for it is to be approved."""
    desk.activate()
    picture, out = tmp_path / "mine.svg", tmp_path / "seal.svg"
    drawn = draw_picture(design_of(SealKind.UNIT, name="示例市样本有限公司", sample=True))
    picture.write_bytes(drawn.data)
    change(desk, "--picture", picture, "--size", f"{drawn.width},{drawn.height}")
    assert desk("show", NUMBER, "--picture", out).code == 0
    assert out.read_bytes() == drawn.data
