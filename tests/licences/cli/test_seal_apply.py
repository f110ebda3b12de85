"""`licences seal apply`: what is no number, day or picture is told, and what to give instead."""

from pathlib import Path

import pytest

from eseal.moments import now
from eseal.reasons import Reason
from licences.cli.seal_content import last_second
from licences.cli.seal_options import open_office
from licences.reasons import LicenceReason
from licences.seal_drafting import draw_picture, read_design
from tests.homes import MARKET
from tests.licences.cli.seal_desk import NUMBER, Desk
from tests.licences.seal_world import design
from tests.world import DAY, NOW, World


@pytest.mark.parametrize("number", ["12", "ABCDEFGHIJKLM", "9" * 15, "９" * 13])
def test_says_what_a_number_is(desk: Desk, number: str) -> None:
    """A number of another form is told before anything is drawn: form, whence, and what if none."""
    outcome = desk.apply("--number", number)
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.SEAL_APPLICATION_REFUSED.value in outcome.err
    for said in ("公安机关", "13 或 14 位数字", "13 or 14 digits", "（number）"):
        assert said in outcome.err


def test_names_the_seal_that_was_applied_for_already(desk: Desk) -> None:
    """SEAL_APPLIED_ALREADY: the same application again is told the number of the first."""
    first = desk.apply("--list", "digests")
    again = desk.apply("--list", "digests")
    assert (first.code, again.code) == (0, 1)
    assert LicenceReason.SEAL_APPLIED_ALREADY.value in again.err
    assert first.out.strip() in again.err


def test_takes_an_uploaded_picture(desk: Desk, tmp_path: Path) -> None:
    """A picture instead of a drawing needs its size, and a company its name."""
    picture = tmp_path / "seal.svg"
    picture.write_bytes(draw_picture(design()).data)
    assert desk.apply("--picture", picture).code == 2
    uploaded = desk.apply(
        *("--picture", picture, "--size", "40,40", "--until", "2027-06-30", "--no-star"),
        *("--from", now().date().isoformat()),
    )
    assert uploaded.code == 0, uploaded.err
    stranger = desk(
        *("apply", "--as", "applicant-1", "--owner", "91999901MAEX000107"),
        *("--keeper", "keeper-1", "--cert", desk.certificate),
    )
    assert stranger.code == 2
    assert "--owner-name" in stranger.err


def test_an_invoice_seal_shows_its_owners_code(desk: Desk) -> None:
    """The taxpayer's number is the owner's unified social credit code."""
    outcome = desk.apply(*("--kind", "invoice", "--purpose", "发票专用章"), "--number", NUMBER)
    assert outcome.code == 0, outcome.err
    with open_office(desk.home) as (_home, office):
        application = office.standing(NUMBER).version.application
    assert read_design(application.design).tax_number == MARKET


@pytest.mark.parametrize(("option", "value"), [("--until", "soon"), ("--from", "2026-13-01")])
def test_a_day_is_one(desk: Desk, option: str, value: str) -> None:
    """What is no day is an error of usage that names the option."""
    outcome = desk.apply(option, value)
    assert outcome.code == 2
    assert option in outcome.err


@pytest.mark.parametrize(
    "days",
    [
        ("--from", "9999-12-31"),
        ("--from", "0001-01-01"),
        ("--from", "9998-01-01", "--until", "9999-12-31"),
        ("--until", "0001-01-01"),
        ("--until", "9999-12-31"),
        ("--until", "morgen"),
    ],
    ids=" ".join,
)
def test_days_beyond_the_calendar_are_no_days(desk: Desk, days: tuple[str, ...]) -> None:
    """Exit code 2, the option and the day: first and last days of all calendars, no traceback."""
    outcome = desk.apply(*days)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"{days[-2]} is a day such as" in outcome.err or "--from is a day" in outcome.err


@pytest.mark.parametrize("size", ["9" * 5000 + ",9", "9," + "9" * 5000, "²,²", "９,９", "9", "9,"])
def test_a_size_is_two_small_numbers(desk: Desk, tmp_path: Path, size: str) -> None:
    """Exit code 2: thousands of digits, or digits that are none, are no millimetres."""
    picture = tmp_path / "seal.svg"
    picture.write_bytes(draw_picture(design()).data)
    outcome = desk.apply("--picture", picture, "--size", size)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--size" in outcome.err


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("--until", "9899-12-31"), "longer than five years"),
        (("--until", "2020-01-01"), "ends before it begins"),
        (("--from", "2099-01-01"), "ends before it begins"),
    ],
)
def test_a_validity_that_is_none(desk: Desk, days: tuple[str, str], said: str) -> None:
    """SEAL_VALIDITY_REFUSED: what is wrong with it, and which options say it."""
    outcome = desk.apply(*days)
    assert outcome.code == 1
    assert LicenceReason.SEAL_VALIDITY_REFUSED.value in outcome.err
    assert said in outcome.err
    assert "--until" in outcome.err


@pytest.mark.parametrize(
    ("picture", "said"),
    [(b"\xff\xd8\xff\xe0", "neither a PNG nor an SVG"), (b"", "neither")],
    ids=["JPEG", "empty"],
)
def test_a_picture_that_is_none(desk: Desk, tmp_path: Path, picture: bytes, said: str) -> None:
    """SEAL_PICTURE_REFUSED, and what a picture has to be."""
    path = tmp_path / "seal.png"
    path.write_bytes(picture)
    outcome = desk.apply("--picture", path, "--size", "40,40")
    assert (outcome.code, outcome.out) == (1, "")
    assert Reason.SEAL_PICTURE_REFUSED in outcome.err
    assert said in outcome.err
    assert "宽高之比与图片相同" in outcome.err


def test_names_a_keeper_whom_nobody_knows(desk: Desk) -> None:
    """UNKNOWN_KEEPER: it is the keeper who is named, not who acts."""
    outcome = desk.apply("--keeper", "bob")
    assert outcome.code == 1
    assert LicenceReason.UNKNOWN_KEEPER.value in outcome.err
    assert "bob；可由 keeper-1 办理" in outcome.err
    assert "（keeper）" in outcome.err
    assert "--keeper" in outcome.err
    assert "--as" not in outcome.err


def test_no_seal_in_anothers_name(desk: Desk) -> None:
    """SEAL_SIGNERS_REFUSED: the certificate's organisation is another, whatever the code says."""
    outcome = desk.apply("--owner-name", "示例市别的有限公司")
    assert (outcome.code, outcome.out) == (1, "")
    for said in (LicenceReason.SEAL_SIGNERS_REFUSED, "示例市市场监督管理局", "--owner-name"):
        assert said in outcome.err
    assert desk("list").out == ""


@pytest.mark.parametrize(
    "wrong",
    [
        ("--owner", "11999900MB0000019E"),
        ("--owner", "示例"),
        ("--reason", "两\n行"),
        ("--basis", "长" * 201),
        ("--name", "长" * 61),
        ("--name", " "),
    ],
    ids=lambda each: f"{each[0]} {each[1][:6]!r}",
)
def test_what_an_option_cannot_be_is_usage(desk: Desk, wrong: tuple[str, str]) -> None:
    """Exit code 2: a code that is none, a text of two lines or too long; nothing is entered."""
    outcome = desk.apply(*wrong)
    assert (outcome.code, outcome.out) == (2, "")
    assert "错误" in outcome.err
    assert desk("list").out == ""


def test_a_validity_that_is_over(desk: Desk) -> None:
    """SEAL_VALIDITY_REFUSED when it is applied for, not only when it is to be made."""
    outcome = desk.apply("--from", "2020-01-01", "--until", "2020-12-31")
    assert (outcome.code, outcome.out) == (1, "")
    assert LicenceReason.SEAL_VALIDITY_REFUSED in outcome.err
    assert "有效期已过 its validity is over：2020-01-01" not in outcome.err
    assert "2020-12-31 23:59:59 +08:00" in outcome.err


def test_by_default_a_seal_ends_before_all_that_could_make_it(world: World) -> None:
    """With the first signer's certificate, or the last maker's; a day that is given counts."""
    signers = tuple(
        world.sm2.department(not_after=NOW + days * DAY).certificate for days in (90, 80)
    )
    for makers, days in (((), 80), ((70,), 70), ((70, 99), 80), ((60, 70), 70)):
        those = tuple(
            world.sm2.department(not_after=NOW + each * DAY).certificate for each in makers
        )
        assert last_second(None, None, signers, those) == NOW + days * DAY
    assert last_second(None, "2026-12-31", signers, ()).isoformat() == "2026-12-31T23:59:59+08:00"
