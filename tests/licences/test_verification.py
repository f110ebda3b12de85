"""Verification of JSON licences: the checks on content, one defect each."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eseal.certificate_making import SubjectName
from eseal.jose.issuing import SdJwtIssuer
from eseal.jose.sdjwt import read_sd_jwt
from eseal.keys import Suite
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Indication, Outcome, TimestampCheck
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from licences.catalogue import Department, load_catalogue
from licences.checks import LicenceCheck
from licences.claims import LICENCE_TYP
from licences.identifiers import LicenceIdentifier, Uscc
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from licences.reporting import ndjson_line
from licences.verification import MAX_INPUT_BYTES, LicenceReport, Verifier
from tests.bundles import PUBLISHER
from tests.homes import BUSINESS, CATALOGUE, MARKET
from tests.licences.papers import (
    Spoil,
    beginning,
    disclosable,
    ending,
    expired,
    fields,
    good_claims,
    good_statuses,
    market_signer,
    paper,
    pdf_paper,
    visible,
)
from tests.stamps import over_other_bytes
from tests.world import DAY, NOW, Authority, World


@pytest.fixture
def signer(authority: Authority) -> SoftwareSigner:
    """Give the signer of the department that issues business licences, of each suite in turn."""
    return market_signer(authority)


@pytest.fixture
def verifier(world: World) -> Verifier:
    """Give a verifier at NOW with the good trust store, and the list in which papers are valid."""
    return Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))


def outcome_of(report: LicenceReport, check: Check | LicenceCheck) -> tuple[str, ReasonCode | None]:
    """Find the outcome and the reason of a check."""
    finding = next(each for each in report.findings if each.check is check)
    return finding.outcome.value, finding.reason


def test_a_good_licence_passes(verifier: Verifier, signer: SoftwareSigner) -> None:
    """A JSON licence as issued passes every check, and says what it is."""
    report = verifier.verify("a.json", paper(signer))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert [each.check for each in report.findings] == [
        *Check,
        LicenceCheck.IDENTIFIER,
        LicenceCheck.SCHEMA,
        LicenceCheck.VALIDITY,
        LicenceCheck.STATUS,
    ]
    assert report.licence is not None
    assert report.licence.holder_name == "示例市样本科技有限公司"
    assert report.signatures[0].organisation_identifier == MARKET


def test_withheld_fields_are_no_fault(verifier: Verifier, signer: SoftwareSigner) -> None:
    """A licence of which the holder discloses two things only still passes."""
    shown = read_sd_jwt(paper(signer)).present({"/fields/name", "/certificate_holder_name"})
    report = verifier.verify("a.json", shown.compact())
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert report.licence is not None
    assert dict(report.licence.fields) == {"name": "示例市样本科技有限公司"}
    assert report.licence.holder_code is None


WRONG: list[tuple[str, Spoil, LicenceCheck, LicenceReason]] = [
    (
        "a wrong check character",
        lambda claims: visible(
            certificate_identifier=_other_check(str(claims.visible["certificate_identifier"]))
        )(claims),
        LicenceCheck.IDENTIFIER,
        LicenceReason.IDENTIFIER_CHECK,
    ),
    (
        "no identifier of the standard",
        visible(certificate_identifier="12345"),
        LicenceCheck.IDENTIFIER,
        LicenceReason.IDENTIFIER_MALFORMED,
    ),
    (
        "a version that the identifier does not have",
        visible(certificate_version="002"),
        LicenceCheck.IDENTIFIER,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a predecessor that is none of its own",
        visible(certificate_previous_identifier="1.2.156.3005.2.x"),
        LicenceCheck.IDENTIFIER,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "itself as its predecessor",
        lambda claims: visible(
            certificate_previous_identifier=str(claims.visible["certificate_identifier"])
        )(claims),
        LicenceCheck.IDENTIFIER,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a later version as its predecessor",
        lambda claims: visible(
            certificate_previous_identifier=_next(str(claims.visible["certificate_identifier"]))
        )(claims),
        LicenceCheck.IDENTIFIER,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a holder's name that the field does not have",
        disclosable(certificate_holder_name="示例市别家有限公司"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a last day that the field does not have",
        visible(certificate_validate_end="2030-01-01"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a first day that the field does not have",
        visible(certificate_validate_start="2020-01-01"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "the name of another type",
        visible(certificate_type_name="护照"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "another name of the department",
        visible(certificate_issuing_authority_name="示例市别的局"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "another defining authority",
        visible(certificate_define_authority_name="示例市样本局"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "another kind of holder",
        disclosable(certificate_holder_type="111"),
        LicenceCheck.SCHEMA,
        LicenceReason.METADATA_DISAGREES,
    ),
    (
        "a signing time after T",
        visible(iat=int((NOW + DAY).timestamp())),
        LicenceCheck.VALIDITY,
        LicenceReason.NOT_ISSUED_THEN,
    ),
    (
        "a day of issue after T",
        lambda claims: visible(certificate_issued_date="2026-11-23")(
            fields(issued_on="2026-11-23")(claims)
        ),
        LicenceCheck.VALIDITY,
        LicenceReason.NOT_ISSUED_THEN,
    ),
    (
        "a field that the schema refuses",
        fields(uscc="91999901MAEX000108"),
        LicenceCheck.SCHEMA,
        LicenceReason.DATA_REFUSED,
    ),
    (
        "its last day before T",
        expired,
        LicenceCheck.VALIDITY,
        LicenceReason.LICENCE_EXPIRED,
    ),
    (
        "its first day after T",
        beginning("2026-11-23"),
        LicenceCheck.VALIDITY,
        LicenceReason.LICENCE_NOT_YET_VALID,
    ),
]


def _other_check(identifier: str) -> str:
    return identifier[:-1] + ("A" if identifier[-1] != "A" else "B")


def _next(identifier: str) -> str:
    return str(LicenceIdentifier.parse(identifier).successor())


@pytest.mark.parametrize(
    ("spoil", "check", "reason"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_content_that_is_wrong_fails_its_check(
    verifier: Verifier, world: World, spoil: Spoil, check: LicenceCheck, reason: LicenceReason
) -> None:
    """Soundly signed, but wrong in itself: the check that is about it fails, with its reason."""
    report = verifier.verify("a.json", paper(market_signer(world.sm2), spoil))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.sub_indication == reason
    assert outcome_of(report, check) == ("failed", reason)


def test_another_department_is_not_the_issuer(verifier: Verifier, world: World) -> None:
    """A licence that names one department and is signed by another fails (SIGNER_NOT_ISSUER)."""
    report = verifier.verify("a.json", paper(world.sm2.signing))
    assert report.verdict.sub_indication == LicenceReason.SIGNER_NOT_ISSUER


def paper_of(other: Department, world: World) -> bytes:
    """Give a business licence of another department, in order but for that."""
    stranger = world.sm2.department(
        subject=SubjectName(
            common_name=other.name.zh, organisation=other.name.zh, organisation_code=other.code.text
        )
    )
    identifier = LicenceIdentifier.build(
        type_code=BUSINESS.type_code, issuer=other.code, serial="SAMPLE0001"
    )
    spoil = visible(
        iss=other.code.text,
        certificate_identifier=str(identifier),
        certificate_issuing_authority_code=other.code.text,
        certificate_issuing_authority_name=other.name.zh,
    )
    return paper(stranger, spoil)


def test_a_department_without_the_right_cannot_issue_the_type(
    verifier: Verifier, world: World
) -> None:
    """All cryptography is right, but the department may not issue that type (WRONG_AUTHORITY)."""
    report = verifier.verify("a.json", paper_of(CATALOGUE.departments[1], world))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.sub_indication == LicenceReason.WRONG_AUTHORITY
    detail = report.findings[5].detail
    assert all(each in detail for each in ("随程序的类型", "the shipped types", "--types"))


def test_who_may_issue_is_said_by_types_that_know_the_department_or_were_named(
    world: World, tmp_path: Path
) -> None:
    """ISSUER_NOT_LISTED of a city's department by the shipped types, and by those of a home."""
    city = Department(
        code=Uscc.parse(PUBLISHER), name=Bilingual(zh="示例市局", en="A city's office")
    )
    data, other = paper_of(city, world), paper_of(CATALOGUE.departments[1], world)
    shutil.copytree(BUSINESS.folder, tmp_path / BUSINESS.slug)
    unlisted = ("undetermined", LicenceReason.ISSUER_NOT_LISTED)
    denied = ("failed", LicenceReason.WRONG_AUTHORITY)
    for catalogue, of_city, of_other in (
        (CATALOGUE, unlisted, denied),
        (load_catalogue(found=[tmp_path]), unlisted, unlisted),
        (load_catalogue(tmp_path), denied, denied),
    ):
        verifier = Verifier(world.trust, catalogue, at=NOW)
        for paper_, told in ((data, of_city), (other, of_other)):
            report = verifier.verify("a.json", paper_)
            assert outcome_of(report, LicenceCheck.IDENTIFIER) == told
    found = Verifier(world.trust, load_catalogue(found=[tmp_path]), at=NOW)
    assert str(tmp_path) in found.verify("a.json", data).findings[5].detail
    toml = tmp_path / BUSINESS.slug / "type.toml"
    toml.write_text(toml.read_text("utf-8").replace(MARKET, city.code.text), "utf-8")
    assert outcome_of(
        Verifier(world.trust, load_catalogue(tmp_path), at=NOW).verify("a.json", data),
        LicenceCheck.IDENTIFIER,
    ) == ("passed", None)


def test_a_claim_that_no_licence_has_is_refused(verifier: Verifier, signer: SoftwareSigner) -> None:
    """A claim that nobody here understands makes it no licence (NOT_A_LICENCE)."""
    report = verifier.verify("a.json", paper(signer, visible(more="示例")))
    assert report.verdict.sub_indication == LicenceReason.NOT_A_LICENCE


def test_a_strangers_long_text_does_not_get_into_the_report(
    verifier: Verifier, signer: SoftwareSigner
) -> None:
    """What a document says is quoted within bounds."""
    report = verifier.verify("a.json", paper(signer, visible(certificate_version="9" * 100_000)))
    assert len(ndjson_line(report)) < 20_000


def test_an_unknown_type_is_undetermined(verifier: Verifier, signer: SoftwareSigner) -> None:
    """A type that the catalogue lacks cannot be judged, which is neither passed nor failed."""
    code = "11100000MB0143028R999"
    spoil = visible(certificate_type_code=code, vct=code)
    report = verifier.verify("a.json", paper(signer, spoil))
    assert outcome_of(report, LicenceCheck.SCHEMA) == ("undetermined", LicenceReason.UNKNOWN_TYPE)


def test_a_json_signed_as_a_licence_that_is_none_fails(
    verifier: Verifier, signer: SoftwareSigner
) -> None:
    """Soundly signed claims that are no licence's are told as such (NOT_A_LICENCE), and fail."""
    report = verifier.verify("a.json", paper(signer, visible(certificate_type_name=None)))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert outcome_of(report, Check.STRUCTURE) == ("failed", LicenceReason.NOT_A_LICENCE)
    assert outcome_of(report, LicenceCheck.SCHEMA)[1] is Reason.NOT_REACHED


def test_content_is_not_read_when_the_signature_is_wrong(
    verifier: Verifier, signer: SoftwareSigner
) -> None:
    """Of a licence with an altered disclosure nothing is told, and no content check is passed."""
    data = paper(signer)
    sd_jwt = read_sd_jwt(data)
    altered = data.replace(sd_jwt.disclosures[0].encode(), sd_jwt.disclosures[0][:-4].encode())
    report = verifier.verify("a.json", altered)
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.licence is None
    assert all(
        each.outcome is Outcome.UNDETERMINED
        for each in report.findings
        if isinstance(each.check, LicenceCheck)
    )


def test_the_last_day_counts_to_its_end_in_china(trust: TrustStore, world: World) -> None:
    """A licence is valid in the last second of its last day, China's time, and not in the next."""
    data = paper(market_signer(world.sm2), ending("2026-11-22"))
    last = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    for at, expected in ((last, "passed"), (last + timedelta(seconds=1), "failed")):
        report = Verifier(trust, CATALOGUE, at=at, statuses=good_statuses(world.sm2)).verify(
            "a.json", data
        )
        assert outcome_of(report, LicenceCheck.VALIDITY)[0] == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY_INPUT),
        (b"a text", LicenceReason.NOT_A_LICENCE),
        (b"%PDF-1.7\n", Reason.TRUNCATED),
        (b"{", Reason.TRUNCATED),
        (b" \n{}", LicenceReason.NOT_A_LICENCE),
        (b"%PDF-" + bytes(MAX_INPUT_BYTES), Reason.INPUT_TOO_LARGE),
    ],
    ids=lambda value: value[:10].decode() if isinstance(value, bytes) else str(value),
)
def test_what_is_no_document_is_unreadable(
    verifier: Verifier, data: bytes, reason: ReasonCode
) -> None:
    """Every kind of rubbish has its own reason, and none is called forged."""
    report = verifier.verify("x", data)
    assert report.verdict.indication is Indication.UNREADABLE
    assert report.verdict.deciding is not None
    assert report.verdict.deciding.reason is reason


def test_an_unknown_root_is_undetermined(verifier: Verifier) -> None:
    """A licence under somebody else's root is neither passed nor failed, whatever it says."""
    stranger = market_signer(Authority(Suite.SM2))
    report = verifier.verify("a.json", paper(stranger))
    assert report.verdict.indication is Indication.INDETERMINATE
    assert report.verdict.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_a_timestamp_of_the_embedded_json_is_told(
    verifier: Verifier, signer: SoftwareSigner, authority: Authority
) -> None:
    """A bad one fails the PDF, though that has none itself; the check is there once."""
    issuer = SdJwtIssuer(signer, typ=LICENCE_TYP, timestamps=over_other_bytes(authority))
    embedded = issuer.issue(good_claims(), seed=bytes(32))
    report = verifier.verify("a.pdf", pdf_paper(signer, embedded=embedded))
    (finding,) = [each for each in report.findings if each.check is TimestampCheck.TIMESTAMP]
    assert finding.reason is Reason.TIMESTAMP_MISMATCH
    assert report.verdict.indication is Indication.TOTAL_FAILED
