"""Whose trust bundle is believed: what the user said beforehand, and nothing that is inside.

A bundle brings the roots that everything else is judged by; so nothing in it can vouch for it.
Rules kept:

- the user names the signer's certificate, or the digest of the very bundle, or both; what is named
  has to hold. Nothing named is a refusal that tells both digests, never a "first use";
- a root does not do: below one, whoever has any certificate could say what is to be believed;
- the signature has to hold by the certificate in the manifest, which has to have been valid when it
  signed; its own revocation is not asked, for whoever names a certificate answers for it;
- the bundle has to speak of the time asked for: not after its `exp`.

Asked in this order; the first that does not hold is told: BUNDLE_ALTERED, BUNDLE_NOT_PINNED,
BUNDLE_STRANGER, BUNDLE_ALTERED (a date outside the certificate's validity), BUNDLE_EXPIRED.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto.x509 import Certificate

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.jose import jws
from eseal.path_rules import check_certificate
from licences.reasons import LicenceReason
from licences.trust_bundle import TrustBundle, read_bundle


@dataclass(frozen=True, kw_only=True, slots=True)
class BundlePins:
    """What was said to be believed.

    Attributes:
        signers: SHA-256 of the certificates whose bundles are believed, lower-case hexadecimal;
            several while a signer's certificate is being renewed. Empty: nothing was said of it.
        sha256: digest that the bundle has to have, `None`: nothing was said of it.
    """

    signers: frozenset[str] = frozenset()
    sha256: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.signers and self.sha256 is None


NO_PINS: Final = BundlePins()


def open_bundle(data: bytes, *, pins: BundlePins, at: datetime) -> TrustBundle:
    """Read a bundle and insist that it may be believed at `at`.

    Raises:
        MalformedError: BUNDLE_MALFORMED.
        RefusedError: BUNDLE_ALTERED, BUNDLE_NOT_PINNED, BUNDLE_STRANGER; or why the signer's
            certificate may not sign.
        UnavailableError: BUNDLE_EXPIRED; or no engine can verify its signature.
    """
    bundle = read_bundle(data)
    check_bundle_signature(bundle)
    signer = bundle.statement.certificate.sha256.hex()
    if pins.is_empty:
        sentence = f"SHA-256：签名证书 signer's certificate {signer}；信任包 bundle {bundle.sha256}"
        raise RefusedError(LicenceReason.BUNDLE_NOT_PINNED, sentence)
    if pins.sha256 not in {None, bundle.sha256}:
        sentence = f"此信任包的 this bundle's SHA-256 {bundle.sha256}"
        raise RefusedError(LicenceReason.BUNDLE_STRANGER, sentence)
    if pins.signers and signer not in pins.signers:
        sentence = f"签名证书 signed with {signer}（{bundle.issuer}）"
        raise RefusedError(LicenceReason.BUNDLE_STRANGER, sentence)
    if at > bundle.expires_at:
        sentence = f"到期于 it ended {bundle.expires_at}，所问 asked for {at}"
        raise UnavailableError(LicenceReason.BUNDLE_EXPIRED, sentence)
    return bundle


def check_bundle_signature(bundle: TrustBundle) -> None:
    """See that a bundle was signed as it is, by the certificate in it, while that was valid.

    Whether that certificate is to be believed is not asked.

    Raises:
        RefusedError: BUNDLE_ALTERED; or PATH_INVALID, ALGORITHM_REFUSED: the certificate's own
            defect.
        UnavailableError: no engine can verify it.
    """
    statement, certificate = bundle.statement, bundle.statement.certificate
    check_certificate(certificate)
    try:
        jws.verify(statement.header, statement.signing_input, statement.signature)
    except UnavailableError:
        raise
    except EvidenceError as error:
        raise RefusedError(LicenceReason.BUNDLE_ALTERED, str(error)) from error
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if not begins <= bundle.made_at <= ends:
        sentence = (
            f"日期 dated {bundle.made_at}，证书有效期 certificate valid {begins} 至 to {ends}"
        )
        raise RefusedError(LicenceReason.BUNDLE_ALTERED, sentence)


def pins_of(signers: Iterable[Certificate] = (), sha256: str | None = None) -> BundlePins:
    """Pin certificates, or a digest."""
    return BundlePins(signers=frozenset(one.sha256.hex() for one in signers), sha256=sha256)
