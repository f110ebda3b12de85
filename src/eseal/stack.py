"""The validating stack: the one door to pyhanko-certvalidator, for both suites.

Path building, RFC 5280 path validation and the reading of revocation lists come from there. SM2
comes in as a signature validator, and the same object refuses every algorithm that is not ours, on
certificates, CRLs and CMS alike.

Rules kept:

- Nothing is fetched and no clock is read: the moment is a parameter.
- A root's path length and name constraints count like those of any CA; its policies bind nobody.
- What a document brings along cannot make the search for a path endless.
- Its exceptions end here, told apart by type and never by their prose.

Left to others: what is asked of it and what the answers mean (`eseal.chain`).

Source: RFC 5280, 6; RFC 5937 for what a root says of itself.
"""

from collections.abc import AsyncIterable, Coroutine, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from asn1crypto import algos, crl, keys, x509
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers, derive_quals_from_cert
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    AlgorithmNotSupported,
    CRLValidationError,
    DisallowedAlgorithmError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo, ValidationTimingParams
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    AlgorithmUsageConstraint,
    AlgorithmUsagePolicy,
    CertRevTrustPolicy,
    FreshnessReqType,
)
from pyhanko_certvalidator.registry import CertificateRegistry, SimpleTrustManager, TrustManager
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
    SignatureValidator,
)
from pyhanko_certvalidator.validate import async_validate_path

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.keys import verify_signature
from eseal.path_rules import check_algorithm
from eseal.reasons import Reason

__all__ = [
    "SuiteAlgorithms",
    "SuiteSignatureValidator",
    "ValidatingStack",
    "ValidationPath",
]

MAX_PATHS = 8
MAX_STEPS = 256
ACCEPTED_DIGESTS = frozenset({"sm3", "sha256", "sha384", "sha512"})

_EXACT = timedelta(0)
_WHENEVER_MADE = CertRevTrustPolicy(
    NO_REVOCATION,  # each certificate's own list is asked for by `revocation_date`
    freshness=timedelta(days=365_000),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)

Result = TypeVar("Result")


class SuiteSignatureValidator(SignatureValidator):
    """Checks signatures of both suites on certificates, CRLs and CMS, and takes no others."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Check one signature, over the data itself and never over a digest given instead.

        Raises:
            InvalidSignature: it is wrong, or of an algorithm or key that is not accepted.
        """
        if context.prehashed:
            msg = "不接受只对摘要的签名 a signature over a bare digest is not accepted"
            raise AlgorithmNotSupported(msg)
        try:
            algorithm = check_algorithm(signature_algorithm, public_key_info)
            if algorithm is not None:
                verify_signature(public_key_info, algorithm, signed_data, signature)
                return
        except EvidenceError as error:
            raise InvalidSignature(str(error)) from error
        DefaultSignatureValidator().validate_signature(
            signature, signed_data, public_key_info, signature_algorithm, context
        )


class SuiteAlgorithms(AlgorithmUsagePolicy):
    """Allows the algorithms of both suites, at any time, and no others."""

    def digest_algorithm_allowed(
        self,
        algo: algos.DigestAlgorithm,
        moment: datetime | None,  # noqa: ARG002 - the interface asks for it
    ) -> AlgorithmUsageConstraint:
        """Say whether a digest is accepted."""
        return AlgorithmUsageConstraint(algo["algorithm"].native in ACCEPTED_DIGESTS)

    def signature_algorithm_allowed(
        self,
        algo: algos.SignedDigestAlgorithm,
        moment: datetime | None,  # noqa: ARG002 - the interface asks for it
        public_key: keys.PublicKeyInfo | None,
    ) -> AlgorithmUsageConstraint:
        """Say whether a signature algorithm is accepted with this key."""
        if public_key is None:
            return AlgorithmUsageConstraint(
                allowed=False, failure_reason="没有可据以判断的密钥 no key to judge by"
            )
        try:
            check_algorithm(algo, public_key)
        except RefusedError as error:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=error.sentence)
        return AlgorithmUsageConstraint(allowed=True)


class ValidatingStack:
    """Builds and validates paths to a set of roots."""

    def __init__(
        self, roots: Iterable[x509.Certificate], intermediates: Iterable[x509.Certificate]
    ) -> None:
        """Take in what is believed, and what may help; of roots of one key the first counts."""
        self._roots = tuple(roots)
        self._intermediates = tuple(intermediates)
        self._anchors = SimpleTrustManager.build(
            [CertTrustAnchor(root, _qualifiers(root)) for root in self._roots]
        )

    def _context(
        self, moment: datetime, others: Iterable[x509.Certificate] = ()
    ) -> ValidationContext:
        """Make a context for validation at `moment`, with everything in it but revocation."""
        registry = _BoundedRegistry()
        registry.register_multiple([*self._roots, *self._intermediates, *others])
        return ValidationContext(
            trust_manager=self._anchors,
            certificate_registry=registry,
            moment=moment,
            time_tolerance=_EXACT,
            revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
            algorithm_usage_policy=SuiteAlgorithms(),
            signature_validator=SuiteSignatureValidator(),
        )

    def find_paths(
        self, leaf: x509.Certificate, others: Iterable[x509.Certificate], moment: datetime
    ) -> list[ValidationPath]:
        """Find up to 8 paths from a root to `leaf`, by names and identifiers; perhaps none."""
        builder = self._context(moment, others).path_builder
        return _complete(_take(builder.async_build_paths_lazy(leaf)))

    def validate(self, path: ValidationPath, moment: datetime) -> None:
        """Validate a path by RFC 5280, without revocation.

        Raises:
            RefusedError: ALGORITHM_REFUSED or PATH_INVALID.
        """
        try:
            _complete(async_validate_path(self._context(moment), path))
        except DisallowedAlgorithmError as error:
            raise RefusedError(Reason.ALGORITHM_REFUSED, _why(error)) from error
        except ValidationError as error:
            raise RefusedError(Reason.PATH_INVALID, _why(error)) from error

    def revocation_date(
        self,
        certificate: x509.Certificate,
        path: ValidationPath,
        revocations: crl.CertificateList,
        moment: datetime,
    ) -> datetime | None:
        """Look a certificate of a valid path up in one list, however old that is.

        Returns:
            When it was revoked, whether before `moment` or after; `None` if it was not.

        Raises:
            UnavailableError: NO_REVOCATION_DATA, the list is not its issuer's, does not cover it,
                or its signature does not hold.
        """
        context = ValidationContext(
            trust_manager=self._anchors,
            certificate_registry=CertificateRegistry.build(path.iter_certs(include_root=True)),
            moment=moment,
            time_tolerance=_EXACT,
            crls=[revocations],
            revinfo_policy=_WHENEVER_MADE,
            algorithm_usage_policy=SuiteAlgorithms(),
            signature_validator=SuiteSignatureValidator(),
        )
        # Not "point in time": else a revocation later than the moment would not be told.
        timing = ValidationTimingInfo(moment, moment, point_in_time_validation=False)
        context.timing_params = ValidationTimingParams(timing, _EXACT)
        try:
            _complete(verify_crl(certificate, path, context, use_deltas=False))
        except RevokedError as error:
            return error.revocation_dt
        except CRLValidationError as error:
            raise UnavailableError(Reason.NO_REVOCATION_DATA, f"列表不可用 {error}") from error
        return None


class _BoundedRegistry(CertificateRegistry):
    """Stops a search for issuers that certificates of one name could make endless.

    Keeps twins too, certificates of one issuer and serial: else a forged one would hide the real.
    """

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0
        self._seen: set[bytes] = set()

    def register(self, cert: x509.Certificate) -> bool:
        if cert.sha256 in self._seen:
            return False
        self._seen.add(cert.sha256)
        if not super().register(cert):
            self._subject_map[cert.subject.hashable].append(cert)
        return True

    def find_potential_issuers(
        self, cert: x509.Certificate, trust_manager: TrustManager
    ) -> Iterator[Any]:
        self._steps += 1
        if self._steps > MAX_STEPS:
            msg = "证书路径搜索步数过多 the search for a path was given up"
            raise PathBuildingError(msg)
        return super().find_potential_issuers(cert, trust_manager)


def _qualifiers(root: x509.Certificate) -> TrustQualifiers:
    parameters = derive_quals_from_cert(root).standard_parameters
    if parameters is not None:  # keep the name constraints; a root's policies bind nobody
        parameters = replace(
            parameters,
            user_initial_policy_set=frozenset({"any_policy"}),
            initial_explicit_policy=False,
        )
    return TrustQualifiers(
        standard_parameters=parameters,
        max_path_length=root.max_path_length,
        max_aa_path_length=root.max_path_length,
    )


async def _take(paths: AsyncIterable[ValidationPath]) -> list[ValidationPath]:
    found: list[ValidationPath] = []
    try:
        async for path in paths:
            found.append(path)
            if len(found) == MAX_PATHS:
                break
    except PathBuildingError:
        return found  # no further ones
    return found


def _complete(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits: nothing is fetched, so there is no need of a loop."""
    try:
        work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    work.close()
    msg = "path validation wanted to wait for something"
    raise RuntimeError(msg)


def _why(error: ValidationError) -> str:
    said = error.failure_msg.removeprefix("The path could not be validated because ")
    return f"路径不成立 {said}"
