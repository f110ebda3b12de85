"""Who signs for a department, and whether they may at this moment.

A desk is a department's signer in one suite, opened once, with everything about it that does not
change from licence to licence. Rules kept, before anything is signed:

- the certificate is the department's own (organizationIdentifier is its code);
- signer and issuers are in their validity now, and will be for as long as it takes to serve the
  licence: until the serving margin is over and the licence has come into force;
- the certificate's path holds by our own verifier, with revocation data (asked anew each minute).

Left to others: which department may issue what, to the type; keys and their files, to `home`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.cms import CmsTemplate, Commitment
from eseal.errors import RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.issuing import SdJwtIssuer
from eseal.moments import CHINA
from eseal.report import demand
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.claims import LICENCE_TYP
from licences.reasons import LicenceReason

_ASK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A department's signer in one suite, ready to sign.

    Attributes:
        signer: key and certificate.
        begins: from when on signer and issuers are all valid.
        ends: until when they are.
        json: makes JSON licences.
        cms: makes the signatures of PDFs.
    """

    signer: Signer
    begins: datetime
    ends: datetime
    json: SdJwtIssuer
    cms: CmsTemplate


class Desks:
    """The desks of a home, each opened when first needed."""

    def __init__(
        self,
        open_signer: Callable[[str, Suite], Signer],
        trust: TrustStore,
        *,
        serving_margin: timedelta,
    ) -> None:
        self._open_signer = open_signer
        self._trust = trust
        self._margin = serving_margin
        self._desks: dict[tuple[str, Suite], Desk] = {}
        self._judged: dict[tuple[str, Suite], datetime] = {}

    def ready(self, department: str, suite: Suite, *, at: datetime, valid_from: date) -> Desk:
        """Give the desk that may sign a licence at `at` which comes into force on `valid_from`.

        Raises:
            RefusedError: SIGNER_EXPIRED, SIGNER_NOT_YET_VALID, SIGNER_ENDS_TOO_SOON,
                SIGNER_NOT_ISSUER, NO_SIGNER; or why the certificate's path does not hold.
            MalformedError: a reason of key or certificate.
            UnavailableError: a reason of the key; or why the path could not be judged.
        """
        desk = self._desks.get((department, suite)) or self._open(department, suite)
        if at > desk.ends:
            raise RefusedError(LicenceReason.SIGNER_EXPIRED, f"it ended at {desk.ends}")
        if at < desk.begins:
            raise RefusedError(LicenceReason.SIGNER_NOT_YET_VALID, f"it begins at {desk.begins}")
        needed = max(at + self._margin, datetime.combine(valid_from, time.min, CHINA))
        if needed > desk.ends:
            sentence = f"it ends at {desk.ends}; the licence needs it until {needed}"
            raise RefusedError(LicenceReason.SIGNER_ENDS_TOO_SOON, sentence)
        self._judge(department, suite, desk, at)
        return desk

    def _open(self, department: str, suite: Suite) -> Desk:
        signer = self._open_signer(department, suite)
        organisation = organisation_identifier(signer.certificate)
        if organisation != department:
            sentence = f"the certificate is for {organisation}, not {department}"
            raise RefusedError(LicenceReason.SIGNER_NOT_ISSUER, sentence)
        certificates = (signer.certificate, *signer.chain)
        desk = Desk(
            signer=signer,
            begins=max(each.not_valid_before for each in certificates),
            ends=min(each.not_valid_after for each in certificates),
            json=SdJwtIssuer(signer, typ=LICENCE_TYP),
            cms=CmsTemplate(signer, commitment=Commitment.ORIGIN),
        )
        self._desks[department, suite] = desk
        return desk

    def _judge(self, department: str, suite: Suite, desk: Desk, at: datetime) -> None:
        """Ask our own verifier about the certificate, unless it was asked within the minute."""
        judged = self._judged.get((department, suite))
        if judged is not None and abs(at - judged) < _ASK_AGAIN:
            return
        finding = PathJudge(self._trust, at=at).judge(
            desk.signer.certificate, desk.signer.chain, claimed_signing_time=at
        )
        demand(finding)
        self._judged[department, suite] = at
