"""No check can be taken out of the program without the self-test noticing, by name.

Each mutation removes one check, or one rule of it, from the code that judges; the cases that are
named beside it then come out otherwise than expected.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from unittest.mock import ANY

import pytest

from eseal import asic, chain, keys, path_judgement, revocation
from eseal.cades import check_detached
from eseal.containers import ContainedFile
from eseal.jose import jws, processing, status_judging
from eseal.jose import verification as jose
from eseal.path_judgement import Judgement
from eseal.pdf import sealed
from eseal.pdf import signatures as pdf
from eseal.pdf import verify as pdf_verify
from eseal.pdf.marks import MarkCheck
from eseal.report import Check, Finding, Indication, TimestampCheck, Verdict, passed
from eseal.seals import checks as seals
from eseal.seals.checks import SealCheck
from eseal.signed_data import SignedData, read_signed_data
from eseal.timestamps import verification as timestamps
from licences import (
    bundle_pins,
    evidence_findings,
    licence_report,
    pack_verification,
    status_check,
    trust_bundle,
    verification,
)
from licences.authority_register import AuthorityRegister
from licences.checks import LicenceCheck
from licences.pack_info import PackCheck
from licences.selftest import running
from licences.selftest.cases import ALL_CASES
from licences.selftest.running import Result
from licences.trust_bundle import BundleFile
from licences.verification import LicenceReport, Verifier

Run = Callable[..., list[Result]]
Replace = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A function of the program, what stands in its place, and which cases have to notice."""

    where: Any
    name: str
    by: Any
    noticed: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where.__name__.rpartition('.')[2]}.{self.name}"


def mutation(where: Any, name: str, by: Any, *noticed: str) -> Mutation:
    """Write one in a line."""
    return Mutation(where=where, name=name, by=by, noticed=noticed)


def always(check: StrEnum) -> Callable[..., Finding]:
    """Pass whatever is asked."""
    return lambda *_args, **_more: passed(check)


def nothing(*_args: Any, **_more: Any) -> None:
    """Find nothing wrong."""


def _without(name: str, wrapped: Replace) -> Replace:
    """Call it as before, but for one argument."""

    def call(*args: Any, **more: Any) -> Any:
        return wrapped(*args, **(more | {name: None}))

    return call


def _unrevoked(wrapped: Replace) -> Replace:
    def status(*args: Any) -> Any:
        known = wrapped(*args)
        return known and replace(known, revoked_at=None)

    return status


def _never_stale(wrapped: Replace) -> Replace:
    def status(*args: Any) -> Any:
        known = wrapped(*args)
        return known and replace(known, current_until=args[-1])

    return status


def _signer_path_passed(wrapped: Replace) -> Replace:
    def findings(*args: Any, **more: Any) -> tuple[Finding, ...]:
        return tuple(
            passed(each.check) if each.check is SealCheck.SIGNER_PATH else each
            for each in wrapped(*args, **more)
        )

    return findings


_status = revocation.RevocationData.status
_judge = chain.PathJudge.judge
_seal_findings = seals.judge_seal_signature
_read_header = jose._read_header
_read_files = trust_bundle._read_files


def _undigested(container: asic.AsicContainer) -> SignedData:
    """See to the signature alone."""
    return check_detached(container.signature, container.manifest)


def _undigested_member(said: Any, found: ContainedFile) -> BundleFile:
    """Take a file of a bundle for what the manifest calls it."""
    kind = trust_bundle.FileKind(said["kind"])
    return BundleFile(kind=kind, name=found.name, data=found.data)


def _unsigned(signature: bytes, _manifest: bytes) -> SignedData:
    """Read a signature, and see to nothing."""
    return read_signed_data(signature, timed=True)


def _unlisted(said: Any, found: Sequence[ContainedFile]) -> list[BundleFile]:
    """Read the files that the manifest lists, whatever else there is."""
    return _read_files(said, found[: len(said)])


class _Forgiving:
    """Commitments that are all as good as the one that is wanted."""

    ORIGIN = ANY


MUTATIONS = (
    # -- evidence on bytes -----------------------------------------------------------------------
    mutation(evidence_findings, "Commitment", _Forgiving, "not-as-origin"),
    mutation(
        jose, "_read_header", lambda sd_jwt, _typ: _read_header(sd_jwt, None),
        "json-of-another-kind",
    ),
    mutation(
        processing.Processed, "check_disclosures", nothing, "altered-disclosure",
        "doubled-disclosure",
    ),
    mutation(pdf, "_integrity", always(Check.INTEGRITY), "altered-page", "bytes-behind"),
    mutation(pdf, "_followed", nothing, "altered-by-later-signature"),
    mutation(jws, "verify", nothing, "altered-payload", "json-by-another-key"),
    mutation(pdf, "_value", always(Check.SIGNATURE), "pdf-by-another-key"),
    mutation(keys._Sm2PublicKey, "verify", nothing, "json-under-another-id"),
    # -- certificate paths -----------------------------------------------------------------------
    mutation(
        chain.PathJudge, "judge", always(Check.CERTIFICATE_PATH), "json-by-a-stranger",
        "pdf-by-a-stranger", "revoked-before", "no-crl",
    ),
    mutation(
        revocation.RevocationData, "status", _unrevoked(_status), "revoked-before",
        "revoked-since", "revoked-by-ocsp", "ca-revoked", "pdf-revoked-before", "maker-revoked",
        "stamp-authority-revoked",
    ),
    mutation(revocation.RevocationData, "status", _never_stale(_status), "crl-expired"),
    mutation(path_judgement, "_signed_later", nothing, "signed-later"),
    mutation(revocation.RevocationData, "said_in_answers", lambda *_: iter(()), "by-ocsp-alone"),
    mutation(Judgement, "_revoked", nothing, "revoked-before"),
    mutation(Judgement, "_revoked_since", nothing, "revoked-since"),
    mutation(Judgement, "_signed_outside", nothing, "signed-outside-validity"),
    mutation(
        chain, "check_purpose", nothing, "certificate-for-timestamps", "json-stamp-without-purpose"
    ),
    # -- timestamps ------------------------------------------------------------------------------
    mutation(
        chain.PathJudge, "judge", _without("proven_time", _judge), "json-revoked-since-stamped",
        "pdf-revoked-since-stamped", "expired-since-stamped",
    ),
    mutation(timestamps, "check_token", nothing, "json-stamp-elsewhere", "pdf-stamp-elsewhere"),
    mutation(
        timestamps, "judge_path", always(TimestampCheck.TIMESTAMP), "json-stamp-without-purpose",
        "pdf-stamp-without-purpose", "stamp-authority-revoked", "stamp-of-a-stranger",
    ),
    # -- seals -----------------------------------------------------------------------------------
    mutation(seals, "_judge_format", always(SealCheck.FORMAT), "unknown-extension"),
    mutation(sealed, "_contradiction", nothing, "seal-of-another-time"),
    mutation(
        seals, "_judge_maker_signature", always(SealCheck.MAKER_SIGNATURE), "seal-forged",
        "seal-altered",
    ),
    mutation(
        seals, "_judge_maker", always(SealCheck.MAKER_PATH), "seal-remade", "maker-revoked",
        "no-makers",
    ),
    mutation(
        seals, "_judge_validity", always(SealCheck.VALIDITY), "seal-expired", "seal-not-yet-valid"
    ),
    mutation(seals, "judge_listed", always(SealCheck.SIGNER_LISTED), "signer-not-listed"),
    mutation(
        sealed, "judge_seal_signature", _signer_path_passed(_seal_findings), "pdf-by-a-stranger",
        "pdf-revoked-before",
    ),
    mutation(
        seals, "_judge_value", lambda check, *_: passed(check), "seal-forged",
        "seal-used-with-another-key", "seal-under-another-id",
    ),
    mutation(seals, "_judge_data_hash", always(SealCheck.DATA_HASH), "seal-moved"),
    mutation(sealed, "compare_marks", always(SealCheck.PICTURE), "another-picture-shown"),
    mutation(
        pdf_verify, "_read_content", lambda *args, **_more: _unmarked(*args),
        "picture-without-seal",
    ),
    # -- content ---------------------------------------------------------------------------------
    mutation(
        verification, "check_identifier", always(LicenceCheck.IDENTIFIER), "wrong-check-character",
        "another-version", "signed-by-another-department", "pdf-signed-by-another-department",
        "issuer-not-allowed",
    ),
    mutation(
        verification, "check_schema", always(LicenceCheck.SCHEMA), "field-refused",
        "another-holder", "unknown-type",
    ),
    mutation(
        verification, "check_validity", always(LicenceCheck.VALIDITY), "expired", "not-yet-valid",
        "signed-later",
    ),
    mutation(
        verification, "check_agreement", always(LicenceCheck.AGREEMENT), "page-disagrees",
        "another-licence-embedded", "embedded-withholds",
    ),
    mutation(
        verification, "check_authority", always(LicenceCheck.AUTHORITY), "ended-the-day-before",
        "another-type", "another-department", "another-certificate", "another-seal",
        "register-ended",
    ),
    mutation(
        verification, "check_seal_register", always(LicenceCheck.SEAL_REGISTER),
        "seal-revoked-before", "seal-not-registered",
    ),
    # -- status ----------------------------------------------------------------------------------
    mutation(
        status_check.StatusAsker, "ask", always(LicenceCheck.STATUS), "listed-as-revoked",
        "listed-as-suspended", "listed-as-superseded", "no-list", "while-suspended",
    ),
    mutation(status_judging, "_mistaken", nothing, "list-of-another-department"),
    mutation(
        status_judging, "_examine", lambda *_: status_judging._Trust(), "list-of-a-stranger",
        "list-by-another-key",
    ),
    mutation(status_judging.StatusJudge, "_timing", nothing, "stale-list", "list-from-later"),
    mutation(
        status_check.StatusAsker, "_signer_fault", nothing, "history-of-a-stranger",
        "history-by-another-key",
    ),
    # -- bundles and packs ------------------------------------------------------------------------
    mutation(
        running, "open_bundle", lambda data, **_more: trust_bundle.read_bundle(data),
        "bundle-ended", "bundle-of-another", "bundle-by-another-key",
    ),
    mutation(bundle_pins, "check_bundle_signature", nothing, "bundle-by-another-key"),
    mutation(trust_bundle, "_read_file", _undigested_member, "bundle-member-exchanged"),
    mutation(
        trust_bundle, "_read_files", _unlisted, "bundle-member-unlisted",
    ),
    mutation(
        pack_verification, "check_asic", _undigested, "pack-member-altered",
        "pack-licence-exchanged",
    ),
    mutation(asic, "check_detached", _unsigned, "pack-by-another-key"),
    # -- the verdict -----------------------------------------------------------------------------
    mutation(
        licence_report, "judge",
        lambda _findings: Verdict(indication=Indication.TOTAL_PASSED, deciding=None),
        "expired", "no-list", "empty",
    ),
)  # fmt: skip


def _unmarked(data: bytes, opened: Any, judged: Any) -> Any:
    """Read content as ever, and pass all marks."""
    evidence = _read_content(data, opened, judged, looks=True)
    kept = (each for each in evidence.findings if each.check is not MarkCheck.MARKS)
    return replace(evidence, findings=(*kept, passed(MarkCheck.MARKS)))


_read_content = pdf_verify._read_content


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """Forget what was judged under a mutation."""
    chain.judge_at.cache_clear()
    yield
    chain.judge_at.cache_clear()


def unnoticed(results: list[Result]) -> list[str]:
    """Name the cases that came out as expected all the same."""
    return [f"{each.suite} {each.case.name}" for each in results if each.as_expected]


@pytest.mark.parametrize("mutant", MUTATIONS, ids=str)
def test_a_removed_check_is_noticed(
    mutant: Mutation, run_named: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case that is named beside it fails."""
    monkeypatch.setattr(mutant.where, mutant.name, mutant.by)
    assert unnoticed(run_named(*mutant.noticed)) == []


ALL_CHECKS = [*Check, *TimestampCheck, *SealCheck, *MarkCheck, *LicenceCheck, *PackCheck]


@pytest.mark.unmeasured
@pytest.mark.parametrize("check", ALL_CHECKS, ids=str)
def test_a_finding_that_is_left_out_is_noticed(
    check: StrEnum, run_named: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verifier that says nothing of a check does not pass, though all that it says is good."""
    real = pack_verification.verify_input

    def verify(verifier: Verifier, name: str, data: bytes) -> LicenceReport:
        report = real(verifier, name, data)
        kept = tuple(each for each in report.findings if each.check is not check)
        return replace(report, findings=kept)

    monkeypatch.setattr(running, "verify_input", verify)
    asked = {
        TimestampCheck.TIMESTAMP: "good-pdf-stamped",
        LicenceCheck.AUTHORITY: "good-pdf-allowed",
        LicenceCheck.SEAL_REGISTER: "seal-revoked-later",
        PackCheck.CONTAINER: "good-pack",
    }
    assert unnoticed(run_named(asked.get(check, "good-pdf"))) == []


def test_a_register_that_is_not_verified_is_noticed(
    run_named: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes a register without judging it is told."""

    def unjudged(data: bytes, **_more: object) -> AuthorityRegister:
        from licences.authority_register import read_register

        return read_register(data).register

    monkeypatch.setattr("licences.selftest.running.open_register", unjudged)
    assert unnoticed(run_named("register-by-another-key")) == []


def test_every_check_has_a_mutation() -> None:
    """The cases that notice mutations have, together, each check at fault."""
    names = {name for mutant in MUTATIONS for name in mutant.noticed}
    cases = [case for case in ALL_CASES if case.name in names]
    faulty = {fault.check for case in cases for fault in case.expected.faults}
    assert set(map(str, ALL_CHECKS)) - faulty == set()
