"""`eseal seal draw`, `seal make`, `stamp` and `show`: a company's seal, on files alone."""

import json
from pathlib import Path

import pytest
from PIL import Image

from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.cms import CmsTemplate, Commitment
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.pictures.picture import PictureKind
from eseal.pictures.svg import read_svg
from eseal.reasons import Reason, ReasonCode
from eseal.report import Indication, judge
from eseal.seals.checks import SealCheck
from eseal.seals.model import SealPicture
from eseal.seals.reading import read_seal
from eseal.trust import load_trust
from tests.command import Command, Outcome
from tests.eseal.cli.desk import KEYWORD, Desk
from tests.rendered import render_sample
from tests.sealed import tiny_svg
from tests.vectors.pdf import PdfForge, encrypted
from tests.world import DAY, NOW, World

NAME = "示例市样本有限公司"


def refused(outcome: Outcome, reason: ReasonCode) -> None:
    """The command told this reason, with titles and remedies, and nothing on stdout."""
    assert outcome.code == 1, outcome
    assert outcome.out == ""
    for said in (reason, reason.zh, reason.en, reason.remedy_zh, reason.remedy_en):
        assert said in outcome.err


# -- draw ----------------------------------------------------------------------------------


def test_draws_a_seal(eseal: Command, tmp_path: Path) -> None:
    """SVG or PNG, by the file's name; its size in millimetres is told."""
    arguments = ("seal", "draw", "company", "--name", NAME, "--number", "9999990000001", "--sample")
    svg = eseal(*arguments, "--out", tmp_path / "seal.svg")
    assert (svg.code, svg.out) == (0, f"{tmp_path}/seal.svg  40 x 40 mm\n")
    assert read_svg((tmp_path / "seal.svg").read_bytes(), width=40, height=40).shapes
    png = eseal(*arguments, "--out", tmp_path / "seal.png", "--dpi", "150")
    assert (png.code, png.out) == (0, f"{tmp_path}/seal.png  40 x 40 mm\n")
    with Image.open(tmp_path / "seal.png") as image:
        assert image.size == (236, 236)
        assert image.convert("RGBA").getpixel((0, 0)) == (230, 0, 18, 0)


@pytest.mark.parametrize(
    ("kind", "more", "size"),
    [
        ("unit", ("--name", "示例市样本局（样本）"), "42 x 42 mm"),
        ("special", ("--name", "示例市样本局（样本）", "--purpose", "证照专用章"), "40 x 40 mm"),
        ("finance", ("--name", NAME), "40 x 30 mm"),
        ("invoice", ("--name", NAME, "--tax-number", "91999901MAEX000107"), "40 x 30 mm"),
        ("person", ("--name", "样本甲"), "18 x 18 mm"),
    ],
)
def test_a_kind_has_its_size(
    eseal: Command, tmp_path: Path, kind: str, more: tuple[str, ...], size: str
) -> None:
    """Every kind is drawn in the size of the rules."""
    outcome = eseal("seal", "draw", kind, *more, "--out", tmp_path / "seal.svg")
    assert outcome.out == f"{tmp_path}/seal.svg  {size}\n", outcome.err


def test_a_star_stands_where_it_is_wanted(eseal: Command, tmp_path: Path) -> None:
    """A special seal has none by default."""
    drawn = []
    for number, more in enumerate(((), ("--no-star",), ("--star",))):
        out = tmp_path / f"{number}.svg"
        assert eseal("seal", "draw", "special", "--name", NAME, *more, "--out", out).code == 0
        drawn.append(out.read_bytes())
    assert drawn[0] == drawn[1]
    assert len(drawn[2]) > len(drawn[0])


def test_draws_nothing_bad(eseal: Command, tmp_path: Path) -> None:
    """A name that does not fit, another file format, a kind nobody knows, a file that is there."""
    out = tmp_path / "seal.svg"
    refused(
        eseal("seal", "draw", "company", "--name", "短", "--out", out), Reason.SEAL_DESIGN_REFUSED
    )
    other = eseal("seal", "draw", "company", "--name", NAME, "--out", tmp_path / "seal.jpg")
    assert (other.code, ".svg" in other.err) == (2, True)
    assert eseal("seal", "draw", "crest", "--name", NAME, "--out", out).code == 2
    invoice = eseal("seal", "draw", "invoice", "--name", NAME, "--out", out)
    assert (invoice.code, "--tax-number" in invoice.err) == (2, True)
    assert not list(tmp_path.iterdir())
    out.write_text("mine")
    assert eseal("seal", "draw", "company", "--name", NAME, "--out", out).code == 2
    assert out.read_text() == "mine"


# -- make ----------------------------------------------------------------------------------


def make(desk: Desk, *more: object, picture: bytes = tiny_svg(20), size: str = "20,20") -> Outcome:
    """Make a seal of the desk's signer."""
    maker = desk.authority.maker
    key = desk.folder / "maker.key.pem"
    if not key.exists():
        desk.key_of("maker", maker)
    return desk.eseal(
        *("seal", "make", "--picture", desk.write("seal.svg", picture), "--size", size),
        *("--name", f"{NAME}（样本）", "--signer", desk.cert, "--maker-key", key),
        *("--maker-cert", desk.write("maker.pem", to_pem(maker.certificate, *maker.chain))),
        *("--out", desk.folder / "made.esl", *more),
    )


@pytest.mark.parametrize("list_by", ["certificates", "digests"])
def test_makes_a_seal(each_desk: Desk, list_by: str) -> None:
    """What was asked for stands in it, it verifies, and its file and number are told."""
    outcome = make(each_desk, "--number", "9999990000001", "--days", "10", "--list-by", list_by)
    path = each_desk.folder / "made.esl"
    assert (outcome.code, outcome.out) == (0, f"{path}  9999990000001\n"), outcome.err
    seal = read_seal(path.read_bytes())
    assert (seal.name, seal.valid_from, seal.valid_until) == (
        f"{NAME}（样本）",
        NOW,
        NOW + 10 * DAY,
    )
    assert seal.signers.lists(each_desk.authority.signing.certificate)
    assert bool(seal.signers.digests) is (list_by == "digests")
    verified = each_desk.verify(path)
    assert verified.code == 0, verified.out
    for said in ("TOTAL-PASSED", seal.name, seal.es_id, "20 x 20 mm"):
        assert said in verified.out


@pytest.mark.parametrize(
    ("kind", "code"),
    [("person", 2), ("法定代表人名章", 2), ("合同专用章", 3), ("company", 1), ("7", 7), ("99", 99)],
)
def test_a_kind_is_named_or_numbered(desk: Desk, kind: str, code: int) -> None:
    """In either language a name gives the code of its kind; a code stands for itself."""
    outcome = make(desk, "--kind", kind)
    assert outcome.code == 0, outcome.err
    assert read_seal((desk.folder / "made.esl").read_bytes()).kind == code


@pytest.mark.parametrize("kind", ["crest", "0", "01", "0010", "100", "1000", "-1", "²", ""])
def test_a_kind_that_is_none(desk: Desk, kind: str) -> None:
    """It is told with all that there are; nothing is made."""
    outcome = make(desk, "--kind", kind)
    assert outcome.code == 2
    for said in ("合同专用章", "contract", "1 至 99"):
        assert said in outcome.err
    assert not (desk.folder / "made.esl").exists()


def test_a_number_is_random_unless_given(desk: Desk) -> None:
    """Two seals made without a number do not share one."""
    numbers = set()
    for _ in range(2):
        outcome = make(desk)
        numbers.add(outcome.out.split()[-1])
        (desk.folder / "made.esl").unlink()
    assert len(numbers) == 2


def test_makes_nothing_bad(desk: Desk) -> None:
    """A size that is none, a picture that is none: told, and no file is written."""
    for size in ("20x20", "20", "20,20,20", "-1,20"):
        assert make(desk, size=size).code == 2
    refused(make(desk, picture=b"<svg"), Reason.SEAL_PICTURE_REFUSED)
    for number in ("1\x1b", "印"):
        outcome = make(desk, "--number", number)
        assert (outcome.code, Reason.SEAL_REFUSED in outcome.err) == (2, True)
    for other in (desk.world.sm2, desk.world.rsa):
        if other.suite is not desk.authority.suite:
            cert = desk.write("other.pem", to_pem(other.signing.certificate))
            assert make(desk, "--signer", cert).code == 2
    assert not (desk.folder / "made.esl").exists()


# -- stamp ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        (("--at", "60mm,40mm"), [1]),
        (("--at", "60,40", "--page", "2"), [2]),
        (("--keyword", KEYWORD), [2]),
        (("--straddle",), [1, 2]),
    ],
)
@pytest.mark.unmeasured
def test_stamps_a_pdf(each_desk: Desk, place: tuple[str, ...], pages: list[int]) -> None:
    """At a place, over a word, over the edges: the file verifies, and begins with the input."""
    out = each_desk.stamped(each_desk.pdf, "sealed.pdf", *place, "--reason", "合同（样本）")
    data = out.read_bytes()
    assert data.startswith(each_desk.pdf.read_bytes())
    evidence = verify_pdf(data, judge=PathJudge(load_trust(each_desk.trust), at=NOW))
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    picture = evidence.seals[0].findings[-1]
    assert picture.detail.startswith(f"页面上 {len(pages)} 处 on the pages")
    verified = each_desk.verify(out)
    assert verified.code == 0, verified.out


def test_every_seal_leaves_the_earlier_ones_valid(desk: Desk) -> None:
    """Three times over each other, by parties of both suites: all of them pass."""
    other = Desk(
        eseal=desk.eseal, folder=desk.folder / "other", world=desk.world, authority=desk.world.rsa
    )
    other.folder.mkdir()
    first = desk.stamped(desk.pdf, "1.pdf", "--at", "30mm,40mm")
    second = other.stamped(first, "2.pdf", "--at", "90mm,40mm", "--page", "2")
    third = desk.stamped(second, "3.pdf", "--straddle")
    outcome = desk.verify(third, "--format", "ndjson")
    assert outcome.code == 0, outcome.out
    report = json.loads(outcome.out)
    assert len(report["signatures"]) == len(report["seals"]) == 3
    (picture,) = (each for each in report["checks"] if each["check"] == SealCheck.PICTURE)
    assert picture["detail"] == "页面上 4 处 on the pages"  # the third over the edges of two
    shown = desk.eseal("show", third)
    assert shown.out.count("印章名称") == 2
    assert "2 次 times" in shown.out


def test_the_output_has_a_name_by_default(desk: Desk) -> None:
    """Without --out the file goes beside the PDF."""
    outcome = desk.eseal(
        *("stamp", desk.pdf, "--seal", desk.seal, "--key", desk.key, "--trust", desk.trust),
        *("--keyword", KEYWORD),
    )
    assert outcome.out == f"{desk.folder}/contract-sealed.pdf\n"


def test_the_signature_carries_the_chain(desk: Desk) -> None:
    """With the root alone the signer's path is found: its CA came out of the trust material."""
    out = desk.stamped(desk.pdf, "sealed.pdf", "--at", "60mm,40mm", "--cert", desk.cert)
    ours = load_trust(desk.trust)
    alone = type(ours)(roots=ours.roots, intermediates=ours.makers, crls=ours.crls)
    evidence = verify_pdf(out.read_bytes(), judge=PathJudge(alone, at=NOW))
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize(
    "place",
    [
        ("--at", "5mm,5mm"),
        ("--at", "60mm,40mm", "--page", "3"),
        ("--keyword", "no such word"),
        ("--keyword", KEYWORD, "--nth", "2"),
        ("--keyword", KEYWORD, "--page", "1"),
    ],
)
def test_a_place_that_the_document_has_not(desk: Desk, place: tuple[str, ...]) -> None:
    """SEAL_PLACE_REFUSED: off the page, no such page or word; nothing is written."""
    outcome = desk.stamp(desk.pdf, "sealed.pdf", *place)
    refused(outcome, Reason.SEAL_PLACE_REFUSED)
    detail = outcome.err.splitlines()[2].strip()
    assert detail != ""
    assert "\u4e00" <= detail[0] <= "\u9fff"
    assert not (desk.folder / "sealed.pdf").exists()


@pytest.mark.parametrize(
    "place",
    [
        (),
        ("--page", "2"),
        ("--at", "60mm,40mm", "--straddle"),
        ("--at", "60mm,40mm", "--keyword", KEYWORD),
        ("--at", "somewhere"),
        ("--keyword", ""),
        ("--keyword", " \u3000"),
        ("--at", "60mm,40mm", "--nth", "1"),
        ("--straddle", "--page", "1"),
        ("--straddle", "--nth", "1"),
    ],
    ids=" ".join,
)
def test_options_that_name_no_place(desk: Desk, place: tuple[str, ...]) -> None:
    """Exit code 2, SEAL_PLACE_REFUSED: none, several, or what is no place; nothing is opened."""
    outcome = desk.stamp(desk.folder / "none.pdf", "sealed.pdf", *place)
    assert (outcome.code, outcome.out) == (2, "")
    assert Reason.SEAL_PLACE_REFUSED in outcome.err
    assert Reason.SEAL_PLACE_REFUSED.remedy_zh in outcome.err


def test_what_cannot_be_stamped(desk: Desk) -> None:
    """An encrypted PDF, one with a broken signature: refused with its own reason."""
    forge = PdfForge(desk.authority)
    sealed = desk.stamped(desk.pdf, "good.pdf", "--at", "60mm,40mm").read_bytes()
    for data, reason in (
        (encrypted(forge), Reason.ENCRYPTED_PDF),
        (sealed.replace(b"/SigFlags 3", b"/SigFlags 1", 1), Reason.DIGEST_MISMATCH),
    ):
        pdf = desk.write("bad.pdf", data)
        outcome = desk.stamp(pdf, "sealed.pdf", "--at", "60mm,40mm")
        refused(outcome, reason)
        if reason is Reason.DIGEST_MISMATCH:
            assert "  已有的签名不成立 a signature on it does not hold: " in outcome.err
        assert all(line.strip() for line in outcome.err.splitlines())
    assert not (desk.folder / "sealed.pdf").exists()


def test_what_was_issued_is_not_stamped(desk: Desk) -> None:
    """ISSUED_BY_ITS_ORIGIN: signed as its origin with data attached, as licences are."""
    signer = desk.authority.signing
    for commitment in (Commitment.ORIGIN, Commitment.APPROVAL):
        template = CmsTemplate(signer, commitment=commitment)
        signed = sign_rendered_pdf(render_sample(), template, at=NOW, identifier=None)
        pdf = desk.write(f"{commitment.name}.pdf", signed)
        outcome = desk.stamp(pdf, f"{commitment.name}-sealed.pdf", "--at", "60mm,40mm")
        if commitment is Commitment.ORIGIN:
            refused(outcome, Reason.ISSUED_BY_ITS_ORIGIN)
            assert "licence.json" in outcome.err
            assert "licences verify" in outcome.err
        else:
            assert outcome.code == 0, outcome.err
    assert not (desk.folder / "ORIGIN-sealed.pdf").exists()


def test_only_pdfs_are_stamped(desk: Desk) -> None:
    """A picture, a text, a seal: it is told to be made a PDF, and nothing else is asked of it."""
    png = desk.folder / "contract.png"
    Image.new("RGB", (8, 8)).save(png)
    for file in (png, desk.write("contract.txt", b"a text"), desk.seal):
        outcome = desk.stamp(file, "sealed.pdf", "--straddle")
        assert (outcome.code, outcome.out) == (2, "")
        assert "另存或打印为 PDF" in outcome.err
        assert str(file) in outcome.err
    assert not (desk.folder / "sealed.pdf").exists()


def test_a_wrong_file_is_told_by_its_name(desk: Desk) -> None:
    """A certificate as the key, a key as the certificate: which file, and what it is."""
    arguments = ("stamp", desk.pdf, "--seal", desk.seal, "--trust", desk.trust, "--straddle")
    key = desk.eseal(*arguments, "--key", desk.cert)
    refused(key, Reason.KEY_UNREADABLE)
    assert f"{desk.cert} 是证书 a certificate" in key.err
    assert "chmod" not in key.err
    cert = desk.eseal(*arguments, "--key", desk.key, "--cert", desk.key)
    refused(cert, Reason.CERTIFICATE_MALFORMED)
    assert str(desk.key) in cert.err


def test_who_may_not_use_the_seal(desk: Desk, world: World) -> None:
    """A key that the seal does not list, with and without a certificate, and another suite's."""
    stranger = world.sm2.maker
    key = desk.key_of("stranger", stranger)
    arguments = ("stamp", desk.pdf, "--seal", desk.seal, "--trust", desk.trust, "--straddle")
    outcome = desk.eseal(*arguments, "--key", key)
    assert (outcome.code, "--cert" in outcome.err) == (2, True)
    cert = desk.write("stranger.pem", to_pem(stranger.certificate))
    refused(desk.eseal(*arguments, "--key", key, "--cert", cert), Reason.SEAL_SIGNER_NOT_LISTED)


def test_a_seal_that_may_not_be_used_now(desk: Desk) -> None:
    """SEAL_EXPIRED, SEAL_MAKER_NOT_TRUSTED: seal and maker are judged before anything is signed."""
    for changes, reason in (
        ({"valid_until": NOW - DAY}, Reason.SEAL_EXPIRED),
        ({"maker": desk.authority.signing}, Reason.SEAL_MAKER_NOT_TRUSTED),
    ):
        seal = desk.seal_with("other.esl", **changes)
        outcome = desk.eseal(
            *("stamp", desk.pdf, "--seal", seal, "--key", desk.key, "--trust", desk.trust),
            *("--at", "60mm,40mm", "--out", desk.folder / "sealed.pdf"),
        )
        refused(outcome, reason)
    assert not (desk.folder / "sealed.pdf").exists()


def test_where_nothing_can_be_written(desk: Desk) -> None:
    """A file that is there, a folder that is not: told before anything is read or signed."""
    desk.write("sealed.pdf", b"mine")
    for out, said in (("sealed.pdf", "not overwritten"), ("none/sealed.pdf", "cannot write")):
        outcome = desk.stamp(desk.folder / "no-such.pdf", out, "--straddle")
        assert outcome.code == 2
        assert said in outcome.err
    assert (desk.folder / "sealed.pdf").read_bytes() == b"mine"


# -- show ----------------------------------------------------------------------------------


def test_shows_a_seal(desk: Desk) -> None:
    """Every part of it stands beside its name in both languages; its picture can be had."""
    picture = desk.folder / "picture.svg"
    outcome = desk.eseal("show", desk.seal, "--picture", picture)
    assert outcome.code == 0
    seal = desk.authority.good_seal
    for said in (
        "印章名称 name",
        seal.name,
        seal.es_id,
        "V4",
        "sm2-sm3",
        "SVG 20 x 20 mm",
        "+08:00",
    ):
        assert said in outcome.out
    assert picture.read_bytes() == tiny_svg(20)
    assert desk.eseal("show", desk.seal, "--picture", picture).code == 2


def test_a_picture_is_what_its_name_says(desk: Desk) -> None:
    """An SVG can be had as a PNG, of its size; what cannot be is refused, and nothing written."""
    png = desk.folder / "picture.PNG"
    outcome = desk.eseal("show", desk.seal, "--picture", png)
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, str(png)), outcome.err
    with Image.open(png, formats=["PNG"]) as image:
        assert image.size == (236, 236)
    of_png = desk.seal_with("png.esl", picture=seal_picture(PictureKind.PNG, png.read_bytes()))
    taken = desk.folder / "taken.png"
    assert desk.eseal("show", of_png, "--picture", taken).code == 0
    assert taken.read_bytes() == png.read_bytes()
    odd = desk.seal_with("odd.esl", picture=seal_picture(PictureKind.SVG, b"<svg/>"))
    for seal, name, advice in (
        (of_png, "other.svg", "name the file .png"),
        (desk.seal, "other.jpg", "name the file .svg, or .png"),
        (desk.seal, "other", "name the file .svg, or .png"),
        (odd, "other.png", "name the file .svg"),
    ):
        refused = desk.eseal("show", seal, "--picture", desk.folder / name)
        assert (refused.code, refused.out) == (2, "")
        assert advice in refused.err
        assert not (desk.folder / name).exists()


def seal_picture(kind: PictureKind, data: bytes) -> SealPicture:
    """A picture of 20 mm."""
    return SealPicture(kind=kind.value, data=data, width=20, height=20)


def test_shows_what_is_listed_by_digest(desk: Desk) -> None:
    """A seal that lists digests shows them."""
    make(desk, "--list-by", "digests")
    outcome = desk.eseal("show", desk.folder / "made.esl")
    (listed,) = read_seal((desk.folder / "made.esl").read_bytes()).signers.digests
    assert listed.value.hex() in outcome.out


def test_shows_nothing_where_nothing_is(desk: Desk) -> None:
    """A PDF without a seal, a file that is neither, and one that is not there are told."""
    without = desk.eseal("show", desk.pdf)
    assert (without.code, "no seal" in without.err) == (2, True)
    refused(desk.eseal("show", desk.write("a.txt", b"a text")), Reason.UNKNOWN_FORMAT)
    refused(desk.eseal("show", desk.write("a.esl", b"\x30\x03abc")), Reason.SEAL_MALFORMED)
    assert desk.eseal("show", desk.folder / "none.esl").code == 2
