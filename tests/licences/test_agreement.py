"""PDF licences: the page, the embedded JSON and the metadata have to say the same."""

import pytest

from eseal.cms import Commitment
from eseal.jose.sdjwt import read_sd_jwt
from eseal.keys import Suite
from eseal.pdf.marks import MarkCheck
from eseal.reasons import Reason
from eseal.report import Check, Indication
from licences.agreement import fields_not_shown
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.reasons import LicenceReason
from licences.verification import Verifier
from tests.homes import BUSINESS, CATALOGUE
from tests.licences.papers import fields, good_statuses, market_signer, paper, pdf_paper, visible
from tests.licences.test_verification import outcome_of
from tests.world import NOW, Authority, World


@pytest.fixture
def verifier(world: World) -> Verifier:
    """Give a verifier at NOW with the good trust store, and the list in which papers are valid."""
    return Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))


def test_a_good_pdf_passes_every_check(verifier: Verifier, authority: Authority) -> None:
    """A PDF licence as issued passes; page and JSON agree, both signatures are told."""
    report = verifier.verify("a.pdf", pdf_paper(market_signer(authority)))
    assert report.verdict.indication is Indication.TOTAL_PASSED, report.verdict
    unasked = {LicenceCheck.AUTHORITY, LicenceCheck.SEAL_REGISTER}
    asked = [each for each in LicenceCheck if each not in unasked]
    assert [each.check for each in report.findings] == [*Check, *MarkCheck, *asked]
    assert [each.kind.value for each in report.signatures] == ["pades-b-b", "sd-jwt"]


def test_a_page_that_shows_another_value_fails(verifier: Verifier, world: World) -> None:
    """A face that was drawn from other data than the JSON says fails, and names the field."""
    shown = pdf_paper(market_signer(world.sm2), representative="样本乙")
    report = verifier.verify("a.pdf", shown)
    assert report.verdict.sub_indication == LicenceReason.EMBEDDED_DISAGREES
    assert "representative" in report.findings[-1].detail


def test_metadata_of_another_licence_fail(verifier: Verifier, world: World) -> None:
    """An identifier in the XMP metadata that is not the JSON's fails."""
    report = verifier.verify("a.pdf", pdf_paper(market_signer(world.sm2), identifier="1.2.3"))
    assert outcome_of(report, LicenceCheck.AGREEMENT) == (
        "failed",
        LicenceReason.EMBEDDED_DISAGREES,
    )


def test_a_filled_in_form_says_its_identifier_before_it_is_signed(world: World) -> None:
    """The signature's update repeats no metadata: they said the identifier from the beginning."""
    assert pdf_paper(market_signer(world.sm2)).count(b"/Type/Metadata") == 1


def test_a_pdf_signed_as_a_licence_without_its_data_fails(verifier: Verifier, world: World) -> None:
    """A PDF signed as its origin in which no licence.json is embedded (EMBEDDED_MISSING)."""
    report = verifier.verify("a.pdf", pdf_paper(market_signer(world.sm2), attached=False))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.deciding is not None
    assert report.verdict.deciding.reason is LicenceReason.EMBEDDED_MISSING


def test_what_a_department_merely_approves_it_does_not_issue(
    verifier: Verifier, world: World
) -> None:
    """A page that somebody handed in and the department stamped fails (NOT_AS_ISSUED)."""
    for commitment in (None, Commitment.APPROVAL):
        stamped = pdf_paper(market_signer(world.sm2), commitment=commitment)
        report = verifier.verify("a.pdf", stamped)
        assert report.verdict.indication is Indication.TOTAL_FAILED
        assert report.verdict.deciding is not None
        assert report.verdict.deciding.reason is LicenceReason.NOT_AS_ISSUED


def test_an_embedded_licence_that_withholds_was_not_issued_so(
    verifier: Verifier, world: World
) -> None:
    """The JSON in a PDF discloses everything, or it is not the one that was issued with it."""
    signer = market_signer(world.sm2)
    shown = read_sd_jwt(paper(signer)).present({"/fields/name"}).flattened()
    report = verifier.verify("a.pdf", pdf_paper(signer, embedded=shown))
    assert report.verdict.sub_indication == LicenceReason.EMBEDDED_DISAGREES


def test_a_defect_of_the_embedded_json_is_the_pdfs(verifier: Verifier, world: World) -> None:
    """What is wrong with the embedded licence is wrong with the PDF."""
    spoiled = pdf_paper(market_signer(world.sm2), spoil=visible(certificate_version="002"))
    report = verifier.verify("a.pdf", spoiled)
    assert report.verdict.sub_indication == LicenceReason.METADATA_DISAGREES


def test_a_strangers_page_is_not_rendered(verifier: Verifier) -> None:
    """Nothing by a signer of an unknown authority is given to the renderer."""
    report = verifier.verify("a.pdf", pdf_paper(market_signer(Authority(Suite.SM2))))
    assert report.verdict.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert outcome_of(report, LicenceCheck.AGREEMENT) == ("undetermined", Reason.NOT_REACHED)


def test_an_unknown_type_cannot_be_compared(verifier: Verifier, world: World) -> None:
    """Without the type's catalogue entry nobody knows what the page has to show."""
    code = "11100000MB0143028R999"
    spoil = visible(certificate_type_code=code, vct=code)
    report = verifier.verify("a.pdf", pdf_paper(market_signer(world.sm2), spoil=spoil))
    assert outcome_of(report, LicenceCheck.AGREEMENT) == (
        "undetermined",
        LicenceReason.UNKNOWN_TYPE,
    )


def test_a_value_has_to_stand_by_itself(verifier: Verifier, world: World) -> None:
    """A value that is not on the page, or only as part of more than was signed, is missing."""
    report = verifier.verify("a.json", paper(market_signer(world.sm2)))
    claims = report.licence
    assert isinstance(claims, LicenceClaims)
    page = "\n".join(
        [
            *(each.display(claims.fields.get(each.name)) for each in BUSINESS.fields),
            claims.identifier,
        ]
    )
    assert fields_not_shown(claims, BUSINESS, page) == ()
    name = "示例市样本科技有限公司"
    assert fields_not_shown(claims, BUSINESS, page.replace(name, "", 1)) == ("name",)
    longer = page.replace("伍佰万元整", "伍佰万元整至伍亿元整")
    assert fields_not_shown(claims, BUSINESS, longer) == ("registered_capital",)


def test_a_hyphen_may_end_a_value(verifier: Verifier, world: World) -> None:
    """Where a line ends with a hyphen the reader drops its end; the next value stands apart."""
    spoil = fields(entity_kind="a-", representative="b-")
    signer = market_signer(world.sm2)
    signed = pdf_paper(signer, spoil=spoil, entity_kind="a-", representative="b-")
    report = verifier.verify("a.pdf", signed)
    assert report.verdict.indication is Indication.TOTAL_PASSED, report.verdict


def test_a_ligature_is_read_as_its_letters(verifier: Verifier, world: World) -> None:
    """The reader takes a ligature apart; both sides are compared so."""
    signer = market_signer(world.sm2)
    signed = pdf_paper(signer, spoil=fields(entity_kind="ﬁ类"), entity_kind="ﬁ类")
    report = verifier.verify("a.pdf", signed)
    assert report.verdict.indication is Indication.TOTAL_PASSED, report.verdict
