"""Where a certificate stands: the path on which it holds, whatever it is for.

For whoever asks about its revocation, not about its signatures: purposes, validity at a time and
revocation itself are judged by `eseal.chain`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from asn1crypto import crl, x509

from eseal.certificates import plain_name, read_certificate
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.ocsp import OcspResponse
from eseal.path_rules import check_certificate, common_moment
from eseal.reasons import Reason
from eseal.revocation import RevocationData, Said
from eseal.stack import ValidatingStack, ValidationPath

Found: TypeAlias = crl.CertificateList | OcspResponse
"""A list or a response."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A certificate, the path on which it holds, and a time at which all of that is valid."""

    certificate: x509.Certificate
    path: ValidationPath
    moment: datetime

    def said(self, data: RevocationData, found: Found, at: datetime) -> Said | None:
        """Say what a list or a response, the only one in `data`, says of it; `None`: nothing."""
        if isinstance(found, OcspResponse):
            said = data.said_in_answers(self.certificate, self.path, at)
        else:
            said = data.said_in_lists(self.certificate, self.path, self.moment, at)
        return next(said, None)


def find_standing(
    stack: ValidatingStack,
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    at: datetime,
) -> Standing:
    """Find a path on which a certificate holds, whatever it is for and but for revocation.

    Raises:
        MalformedError: CERTIFICATE_MALFORMED.
        RefusedError: PATH_INVALID or ALGORITHM_REFUSED, why no path holds.
        UnavailableError: UNKNOWN_ISSUER, there is none.
    """
    why: EvidenceError = UnavailableError(Reason.UNKNOWN_ISSUER, plain_name(certificate.issuer))
    for path in stack.find_paths(read_certificate(certificate.dump()), others, at):
        every = tuple(path.iter_certs(include_root=True))
        try:
            moment = common_moment(every, at)
            for one in every:
                check_certificate(one)
            stack.validate(path, moment)
        except RefusedError as error:
            why = error
        else:
            return Standing(certificate=every[-1], path=path, moment=moment)
    raise why
