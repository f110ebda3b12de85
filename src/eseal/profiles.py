"""Certificate profiles: what a certificate may be used for, written as its extensions.

Rules kept:

- Five profiles: root, issuing CA, document signing, time-stamping, OCSP signing. Key usage is
  critical; a certificate says where its CRL is, and where a responder, if there are such places.
- A responder's certificate is believed for as long as it lasts (id-pkix-ocsp-nocheck): make it for
  weeks, not for years.
- A leaf carries no BasicConstraints: GmSSL refuses CA:FALSE, and RFC 5280 does not ask for it.
- Keys are named by the front of a SHA-256, so that nothing rests on SHA-1.

Source: RFC 5280, 4.2.1 and 4.2.2.1; RFC 7093, 2 (method 1) for key identifiers; RFC 3161, 2.3;
RFC 6960, 4.2.2.2.1 (read second-hand).
"""

from dataclasses import dataclass

from asn1crypto import core, keys, x509

from eseal.digests import DigestAlgorithm, digest
from eseal.fetching import check_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a certificate may be used for, in asn1crypto's names of the bits and purposes."""

    key_usage: frozenset[str]
    extended_key_usage: frozenset[str] = frozenset()
    is_ca: bool = False
    path_length: int | None = None
    ocsp_no_check: bool = False


ROOT = Profile(key_usage=frozenset({"key_cert_sign", "crl_sign"}), is_ca=True)
ISSUING_CA = Profile(key_usage=frozenset({"key_cert_sign", "crl_sign"}), is_ca=True, path_length=0)
SIGNING = Profile(key_usage=frozenset({"digital_signature", "non_repudiation"}))
TIMESTAMPING = Profile(
    key_usage=frozenset({"digital_signature", "non_repudiation"}),
    extended_key_usage=frozenset({"time_stamping"}),  # RFC 3161, 2.3: alone and critical
)

OCSP_SIGNING = Profile(
    key_usage=frozenset({"digital_signature"}),
    extended_key_usage=frozenset({"ocsp_signing"}),
    ocsp_no_check=True,
)


def key_identifier(public_key: keys.PublicKeyInfo) -> bytes:
    """Name a public key: the first 160 bits of SHA-256 over its bit string (RFC 7093, 2)."""
    bits = public_key["public_key"].contents[1:]  # the first octet counts unused bits
    return digest(DigestAlgorithm.SHA256, bits)[:20]


def issuer_identifier(issuer: x509.Certificate) -> bytes:
    """Take the key identifier that what `issuer` signs has to point to."""
    return issuer.key_identifier or key_identifier(issuer.public_key)


def make_extensions(
    profile: Profile,
    public_key: keys.PublicKeyInfo,
    issuer_key_identifier: bytes,
    crl_url: str | None,
    ocsp_url: str | None = None,
) -> list[dict[str, object]]:
    """Write the extensions of a certificate of this profile.

    Raises:
        RefusedError: ADDRESS_REFUSED, a place is no http or https address.
    """

    def extension(name: str, value: object, *, critical: bool = False) -> dict[str, object]:
        return {"extn_id": name, "critical": critical, "extn_value": value}

    found = []
    if profile.is_ca:
        constraints = {"ca": True, "path_len_constraint": profile.path_length}
        found.append(
            extension("basic_constraints", x509.BasicConstraints(constraints), critical=True)
        )
    found.append(extension("key_usage", x509.KeyUsage(set(profile.key_usage)), critical=True))
    if profile.extended_key_usage:
        purposes = x509.ExtKeyUsageSyntax(sorted(profile.extended_key_usage))
        found.append(extension("extended_key_usage", purposes, critical=True))
    found.append(extension("key_identifier", core.OctetString(key_identifier(public_key))))
    authority = x509.AuthorityKeyIdentifier({"key_identifier": issuer_key_identifier})
    found.append(extension("authority_key_identifier", authority))
    if crl_url is not None:
        found.append(extension("crl_distribution_points", _distribution_point(crl_url)))
    if ocsp_url is not None:
        access = [{"access_method": "ocsp", "access_location": _location(ocsp_url)}]
        value = x509.AuthorityInfoAccessSyntax(access)
        found.append(extension("authority_information_access", value))
    if profile.ocsp_no_check:
        found.append(extension("ocsp_no_check", core.Null()))
    return found


def _distribution_point(url: str) -> x509.CRLDistributionPoints:
    location = _location(url)
    point = x509.DistributionPointName(name="full_name", value=x509.GeneralNames([location]))
    return x509.CRLDistributionPoints([{"distribution_point": point}])


def _location(url: str) -> x509.GeneralName:
    return x509.GeneralName(name="uniform_resource_identifier", value=check_url(url))
