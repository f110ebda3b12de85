"""Findings, signatures and seals as data: the parts of the JSON form of a report.

Same report, same bytes: keys have a fixed order and nothing of the machine or the clock gets in.
The whole forms are `schemas/report.schema.json` and `schemas/document-report.schema.json`.
"""

import hashlib
from datetime import UTC, datetime

from eseal.evidence import SealInfo, SignatureInfo, common_name, picture_words
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding, Outcome, Verdict
from eseal.seals.model import Seal


def finding_data(finding: Finding, at: datetime) -> dict[str, object]:
    """Put a finding into its JSON form; `at` is the time asked for, to tell how old it is."""
    data: dict[str, object] = {
        "check": finding.check.value,
        "outcome": finding.outcome.value,
        "reason": None if finding.outcome is Outcome.PASSED else str(finding.reason),
        "detail": finding.detail,
    }
    if finding.as_of is not None:
        data["as_of"] = time_data(finding.as_of)
        data["age"] = age_data(finding.as_of, at)
    return data


def deciding_data(verdict: Verdict) -> dict[str, object]:
    """Name the check that decided and its reason; `None` where all passed."""
    deciding = verdict.deciding
    return {
        "check": deciding and deciding.check.value,
        "reason": deciding and str(deciding.reason),
    }


def signature_data(signature: SignatureInfo) -> dict[str, object]:
    """Put what a signature says into its JSON form."""
    claimed, proven = signature.claimed_time, signature.proven
    data: dict[str, object] = {
        "kind": signature.kind.value,
        "signer": signature.signer,
        "organisation_identifier": signature.organisation_identifier,
        "algorithm": signature.algorithm,
        "certificate_serial": signature.certificate_serial,
        "certificate_sha256": signature.certificate_sha256,
        "claimed_time": None if claimed is None else time_data(claimed),
    }
    if proven is not None:
        data["proven_time"] = time_data(proven.time)
        data["timestamp_authority"] = proven.authority
    return data


def seal_data(seal: SealEvidence, at: datetime) -> dict[str, object]:
    """Put a seal on a document, with its own findings, into its JSON form; `at` as above."""
    return {
        "field": seal.field,
        **seal_info_data(seal.info),
        "checks": [finding_data(finding, at) for finding in seal.findings],
    }


def seal_info_data(info: SealInfo) -> dict[str, object]:
    """Put what a seal and its use say into their JSON form."""
    return {
        "name": info.name,
        "es_id": info.es_id,
        "version": info.version,
        "valid_from": time_data(info.valid_from),
        "valid_until": time_data(info.valid_until),
        "maker": info.maker,
        "signer": info.signer,
        "used_at": time_data(info.used_at),
        "picture": info.picture,
        "sha256": info.sha256,
        "data_hash": info.data_hash,
    }


def carried_seal_data(seal: Seal) -> dict[str, object]:
    """Put a seal that is a file of its own into its JSON form."""
    return {
        "name": seal.name,
        "es_id": seal.es_id,
        "version": seal.version.name,
        "valid_from": time_data(seal.valid_from),
        "valid_until": time_data(seal.valid_until),
        "maker": common_name(seal.maker),
        "picture": picture_words(seal),
        "sha256": hashlib.sha256(seal.der).hexdigest(),
    }


def age_data(moment: datetime, at: datetime) -> int:
    """Write how old something of `moment` is at a time, in seconds; of what came later 0."""
    return max(int((at - moment).total_seconds()), 0)


def time_data(moment: datetime) -> str:
    """Write a time in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
