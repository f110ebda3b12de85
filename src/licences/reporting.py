"""Reports as data: the JSON form of `schemas/report.schema.json`, CSV and JUnit.

Same report, same bytes: keys have a fixed order and nothing of the machine or the clock gets in.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from eseal.evidence import SignatureInfo
from eseal.report import Finding, Indication, Outcome
from licences.claims import LicenceClaims
from licences.verification import LicenceReport

REPORT_SCHEMA = "urn:eseal-licences:report:1"
CSV_COLUMNS = (
    "input", "sha256", "indication", "sub_indication", "check", "reason", "detail",
    "identifier", "type_name", "issuing_authority", "holder_name", "valid_from", "valid_until",
)  # fmt: skip


def as_json(report: LicenceReport) -> dict[str, object]:
    """Put a report into the form of `schemas/report.schema.json`."""
    verdict = report.verdict
    return {
        "schema": REPORT_SCHEMA,
        "input": report.input,
        "sha256": report.sha256,
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication,
        "at": _time(report.at),
        "checks": [_finding(finding) for finding in report.findings],
        "licence": None if report.licence is None else _licence(report.licence),
        "signatures": [_signature(signature) for signature in report.signatures],
    }


def ndjson_line(report: LicenceReport) -> str:
    """Write a report as one line of JSON, without the line's end."""
    return json.dumps(as_json(report), ensure_ascii=False, separators=(",", ":"))


def json_text(reports: Iterable[LicenceReport]) -> str:
    """Write reports as one JSON array."""
    return json.dumps([as_json(report) for report in reports], ensure_ascii=False, indent=2)


def csv_header() -> str:
    """Write the line of column names."""
    return _csv_line(CSV_COLUMNS)


def csv_line(report: LicenceReport) -> str:
    """Write a report as one CSV line; the deciding check's reason and detail stand in it."""
    verdict, licence = report.verdict, report.licence
    deciding = verdict.deciding
    return _csv_line(
        (
            report.input,
            report.sha256 or "",
            verdict.indication.value,
            verdict.sub_indication or "",
            deciding.check.value if deciding else "",
            deciding.reason.value if deciding and deciding.reason else "",
            deciding.detail if deciding else "",
            licence.identifier if licence else "",
            licence.type_name if licence else "",
            licence.issuing_authority if licence else "",
            (licence.holder_name or "") if licence else "",
            licence.valid_from.isoformat() if licence else "",
            licence.valid_until.isoformat() if licence and licence.valid_until else "",
        )
    )


def junit_text(reports: Iterable[LicenceReport]) -> str:
    """Write reports as a JUnit suite: TOTAL-FAILED is a failure, the undecided are errors."""
    cases = list(reports)
    verdicts = [report.verdict for report in cases]
    failures = sum(v.indication is Indication.TOTAL_FAILED for v in verdicts)
    good = sum(v.indication is Indication.TOTAL_PASSED for v in verdicts)
    suite = Element(
        "testsuite",
        name="licences verify",
        tests=str(len(cases)),
        failures=str(failures),
        errors=str(len(cases) - failures - good),
    )
    for report, verdict in zip(cases, verdicts, strict=True):
        case = SubElement(suite, "testcase", classname="licence", name=_xml_safe(report.input))
        if verdict.deciding is None:
            continue
        kind = "failure" if verdict.indication is Indication.TOTAL_FAILED else "error"
        SubElement(
            case,
            kind,
            type=f"{verdict.indication}/{verdict.sub_indication}",
            message=_xml_safe(_message(verdict.deciding)),
        )
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode")


def _message(finding: Finding) -> str:
    """Say a finding in a line, such as `DIGEST_MISMATCH: integrity: which digest`."""
    parts = (str(finding.reason), finding.check.value, finding.detail)
    return ": ".join(part for part in parts if part)


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check.value,
        "outcome": finding.outcome.value,
        "reason": None if finding.outcome is Outcome.PASSED else str(finding.reason),
        "detail": finding.detail,
    }


def _licence(claims: LicenceClaims) -> dict[str, object]:
    return {
        "identifier": claims.identifier,
        "type_code": claims.type_code,
        "type_name": claims.type_name,
        "version": claims.version,
        "number": claims.number,
        "issuing_authority": claims.issuing_authority,
        "issuing_authority_code": claims.issuing_authority_code,
        "issued_on": claims.issued_on.isoformat(),
        "valid_from": claims.valid_from.isoformat(),
        "valid_until": claims.valid_until.isoformat() if claims.valid_until else None,
        "holder_name": claims.holder_name,
        "holder_code": claims.holder_code,
        "fields": dict(claims.fields),
    }


def _signature(signature: SignatureInfo) -> dict[str, object]:
    claimed = signature.claimed_time
    return {
        "kind": signature.kind.value,
        "signer": signature.signer,
        "organisation_identifier": signature.organisation_identifier,
        "algorithm": signature.algorithm,
        "certificate_serial": signature.certificate_serial,
        "certificate_sha256": signature.certificate_sha256,
        "claimed_time": None if claimed is None else _time(claimed),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _csv_line(values: Iterable[str]) -> str:
    """One CSV line; a leading `=+-@` is quoted with `'`, so that no spreadsheet runs it."""
    line = io.StringIO()
    safe = [f"'{value}" if value[:1] in set("=+-@\t") else value for value in values]
    csv.writer(line, lineterminator="").writerow(safe)
    return line.getvalue()


def _xml_safe(text: str) -> str:
    return "".join(c if c in "\t\n" or " " <= c < "\ufffe" else "\ufffd" for c in text)
