"""Who signs for a department, and whether they may at this moment.

A desk is a department's signer in one suite, opened once, with everything about it that does not
change from licence to licence. Rules kept, before anything is signed:

- the certificate is the department's own (organizationIdentifier is its code);
- signer and issuers are in their validity now, and will be for as long as it takes to serve the
  licence: until the serving margin is over and the licence has come into force;
- the certificate's path holds by our own verifier, with revocation data (asked anew each minute);
- a PDF that is to be sealed has the department's active seal, which the signer may use by our own
  verifier; the register is asked anew each second, and once more when the use is journaled.

Left to others: which department may issue what, to the type; keys and their files, to `home`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from eseal.algorithms import Suite
from eseal.chain import judge_at
from eseal.cms import CmsTemplate, Commitment
from eseal.errors import RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.issuing import SdJwtIssuer
from eseal.moments import CHINA
from eseal.pdf.marks import picture_of
from eseal.pdf.places import Spot
from eseal.pdf.signature_field import Appearance
from eseal.pdf.validation_data import ValidationData
from eseal.pictures.form import PictureForm, form_of
from eseal.report import demand
from eseal.seals.making import SealStamp
from eseal.seals.reading import read_seal
from eseal.seals.using import demand_usable
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.claims import LICENCE_TYP
from licences.reasons import LicenceReason
from licences.seal_model import SealRecord
from licences.timestamping import HomeTimestamps

_ASK_AGAIN = timedelta(minutes=1)

FindSeal: TypeAlias = Callable[[str, Suite, datetime], SealRecord]
"""Gives the active issuing seal of a department in a suite."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DeskSeal:
    """A department's seal, ready to be applied.

    Attributes:
        record: as the register holds it.
        stamp: the seal with the department's signer.
        form: its picture, as PDFs show it.
        sha256: SHA-256 of the seal object.
    """

    record: SealRecord
    stamp: SealStamp
    form: PictureForm
    sha256: bytes

    def shown_at(self, spot: Spot) -> Appearance:
        """Say how the seal is shown with its middle on `spot`."""
        tooltip = f"{self.record.name} {self.record.es_id}"
        return Appearance(form=self.form, x=spot.x, y=spot.y, page=spot.page, tooltip=tooltip)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A department's signer in one suite, ready to sign.

    Attributes:
        signer: key and certificate.
        begins: from when on signer and issuers are all valid.
        ends: until when they are.
        json: makes JSON licences.
        cms: makes the signatures of PDFs, with the seal if there is one.
        seal: the seal that PDFs carry, `None` where they carry none.
        validation: what PDFs carry to help to validate them later, `None`: nothing.
    """

    signer: Signer
    begins: datetime
    ends: datetime
    json: SdJwtIssuer
    cms: CmsTemplate
    seal: DeskSeal | None = None
    validation: ValidationData | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _SealedDesk:
    """A desk with its seal; when the register was last asked, and when our verifier was."""

    desk: Desk
    seal: DeskSeal
    asked: datetime
    judged: datetime


class Desks:
    """The desks of a home, each opened when first needed."""

    def __init__(
        self,
        open_signer: Callable[[str, Suite], Signer],
        trust: TrustStore,
        *,
        serving_margin: timedelta,
        find_seal: FindSeal | None = None,
        timestamps: HomeTimestamps | None = None,
    ) -> None:
        """Make ready.

        Args:
            open_signer: gives the signer of a department in a suite.
            trust: what certificates and seals are judged by.
            serving_margin: how long after issuing a certificate must still be valid.
            find_seal: gives the active seal of a department; `None` where PDFs are not sealed.
            timestamps: who stamps every signature; `None`: nobody.
        """
        self._timestamps = timestamps
        self._open_signer = open_signer
        self._trust = trust
        self._margin = serving_margin
        self._desks: dict[tuple[str, Suite], Desk] = {}
        self._judged: dict[tuple[str, Suite], datetime] = {}
        self._find_seal = find_seal
        self._sealed: dict[tuple[str, Suite], _SealedDesk] = {}

    def ready(
        self,
        department: str,
        suite: Suite,
        *,
        at: datetime,
        valid_from: date,
        has_pdf: bool = False,
    ) -> Desk:
        """Give the desk that may sign a licence at `at` which comes into force on `valid_from`.

        Args:
            department: its code.
            suite: which of its signers.
            at: when it signs.
            valid_from: the licence's first day in force.
            has_pdf: whether a PDF is wanted, which is sealed if this home seals.

        Raises:
            RefusedError: SIGNER_EXPIRED, SIGNER_NOT_YET_VALID, SIGNER_ENDS_TOO_SOON,
                SIGNER_NOT_ISSUER, NO_SIGNER; or why the certificate's path does not hold.
                NO_ISSUING_SEAL, or why the seal may not be used.
            MalformedError: a reason of key or certificate.
            UnavailableError: a reason of the key; or why the path could not be judged.
        """
        desk = self._desks.get((department, suite)) or self._open(department, suite)
        if at > desk.ends:
            zh, en = f"已于 {desk.ends} 到期", f"it ended at {desk.ends}"
            raise RefusedError.apart(LicenceReason.SIGNER_EXPIRED, zh, en)
        if at < desk.begins:
            zh, en = f"自 {desk.begins} 起有效", f"it begins at {desk.begins}"
            raise RefusedError.apart(LicenceReason.SIGNER_NOT_YET_VALID, zh, en)
        needed = max(at + self._margin, datetime.combine(valid_from, time.min, CHINA))
        if needed > desk.ends:
            until = needed.astimezone(UTC)
            zh = f"{desk.ends} 到期，证照需用至 {until}"
            en = f"it ends at {desk.ends}, and the licence needs it until {until}"
            raise RefusedError.apart(LicenceReason.SIGNER_ENDS_TOO_SOON, zh, en)
        self._judge(department, suite, desk, at)
        if not has_pdf or self._find_seal is None:
            return desk
        return self._with_seal(department, suite, desk, self._find_seal, at)

    def _with_seal(
        self, department: str, suite: Suite, desk: Desk, find_seal: FindSeal, at: datetime
    ) -> Desk:
        """Give the desk with the seal that is active at `at`."""
        known = self._sealed.get((department, suite))
        if known is not None and known.asked == at:
            return known.desk
        record = find_seal(department, suite, at)
        if record.esl is None:
            raise RefusedError(LicenceReason.NO_ISSUING_SEAL, f"{department}, {suite}")
        if known is None or known.seal.record.esl != record.esl:
            known = _sealed(desk, record, at - _ASK_AGAIN)
        judged = known.judged
        if abs(at - judged) >= _ASK_AGAIN:
            judge = judge_at(self._trust, at)
            demand_usable(known.seal.stamp.seal, desk.signer, judge=judge, at=at)
            judged = at
        self._sealed[department, suite] = replace(known, asked=at, judged=judged)
        return known.desk

    def _open(self, department: str, suite: Suite) -> Desk:
        signer = self._open_signer(department, suite)
        organisation = organisation_identifier(signer.certificate)
        if organisation != department:
            zh = f"证书属于 {organisation}，不是 {department}"
            en = f"the certificate is for {organisation}, not {department}"
            raise RefusedError.apart(LicenceReason.SIGNER_NOT_ISSUER, zh, en)
        certificates = (signer.certificate, *signer.chain)
        desk = Desk(
            signer=signer,
            begins=max(each.not_valid_before for each in certificates),
            ends=min(each.not_valid_after for each in certificates),
            json=SdJwtIssuer(signer, typ=LICENCE_TYP, timestamps=self._timestamps),
            cms=CmsTemplate(signer, commitment=Commitment.ORIGIN, timestamps=self._timestamps),
            validation=self._timestamps.validation_data(signer) if self._timestamps else None,
        )
        self._desks[department, suite] = desk
        return desk

    def _judge(self, department: str, suite: Suite, desk: Desk, at: datetime) -> None:
        """Ask our own verifier about the certificate, unless it was asked within the minute."""
        judged = self._judged.get((department, suite))
        if judged is not None and abs(at - judged) < _ASK_AGAIN:
            return
        finding = judge_at(self._trust, at).judge(
            desk.signer.certificate, desk.signer.chain, claimed_signing_time=at
        )
        demand(finding)
        self._judged[department, suite] = at


def _sealed(desk: Desk, record: SealRecord, at: datetime) -> _SealedDesk:
    """Give a desk its seal.

    Raises:
        EvidenceError: the seal cannot be read, shown, or used by the desk's signer.
    """
    stamp = SealStamp(read_seal(record.esl or b""), desk.signer)
    form = form_of(picture_of(stamp.seal.picture))
    sha256 = record.esl_sha256 or b""
    seal = DeskSeal(record=record, stamp=stamp, form=form, sha256=sha256)
    template = CmsTemplate(
        desk.signer, commitment=Commitment.ORIGIN, seal=stamp, timestamps=desk.cms.timestamps
    )
    sealed = replace(desk, seal=seal, cms=template)
    return _SealedDesk(desk=sealed, seal=seal, asked=at, judged=at)
