"""Reports as data: the JSON form of `schemas/report.schema.json`, CSV and JUnit.

Same report, same bytes: keys have a fixed order and nothing of the machine or the clock gets in.
"""

import csv
import io
import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from eseal import plain_text
from eseal.moments import china_time, in_china
from eseal.report import Finding, Indication
from eseal.reporting import (
    deciding_data,
    finding_data,
    seal_data,
    signature_data,
    time_data,
)
from licences.claims import LicenceClaims
from licences.licence_report import REPORT_SCHEMA, LicenceReport
from licences.pack_info import PackInfo
from licences.trust_info import TrustInfo

CSV_COLUMNS = (
    "input", "sha256", "indication", "sub_indication", "check", "reason", "detail",
    "identifier", "type_name", "issuing_authority", "holder_name", "valid_from", "valid_until",
    "disclosed", "withheld", "at",
)  # fmt: skip

_LINE_END = "\r\n"
"""Not written: whoever writes the lines ends them. A cell with any of it is quoted."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_RUN = re.compile("[\t\r\n]|[\\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[-=+@＝＋－＠﹢﹣﹦﹫]")
"""How a cell begins that a spreadsheet takes for a formula: Chinese ones take full widths and small
forms, too, and some pass over what cannot be seen."""


def as_json(report: LicenceReport) -> dict[str, object]:
    """Put a report into the form of `schemas/report.schema.json`."""
    verdict = report.verdict
    data: dict[str, object] = {
        "schema": REPORT_SCHEMA,
        "input": report.input,
        "sha256": report.sha256,
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication,
        **deciding_data(verdict),
        "at": time_data(report.at),
        "trust": None if report.trust is None else _trust(report.trust),
        "checks": [finding_data(finding, report.at) for finding in report.findings],
        "licence": None if report.licence is None else _licence(report.licence),
        "signatures": [signature_data(signature) for signature in report.signatures],
        "seals": [seal_data(seal, report.at) for seal in report.seals],
    }
    if report.pack is not None:
        data["pack"] = _pack(report.pack)
    return data


def ndjson_line(report: LicenceReport) -> str:
    """Write a report as one line of JSON, without the line's end."""
    return plain_text.json_text(as_json(report), compact=True)


def json_text(reports: Iterable[LicenceReport]) -> str:
    """Write reports as one JSON array."""
    return plain_text.json_text([as_json(report) for report in reports], indent=2)


def csv_header() -> str:
    """Write the line of column names."""
    return _csv_line(CSV_COLUMNS)


def csv_line(report: LicenceReport) -> str:
    """Write a report as one CSV line; the deciding check's reason and detail stand in it.

    It is for people: times are those of China's clocks, as in a table.
    """
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
            in_china(deciding.detail) if deciding else "",
            licence.identifier if licence else "",
            licence.type_name if licence else "",
            licence.issuing_authority if licence else "",
            (licence.holder_name or "") if licence else "",
            licence.valid_from.isoformat() if licence else "",
            licence.valid_until.isoformat() if licence and licence.valid_until else "",
            str(licence.disclosed) if licence else "",
            str(licence.withheld) if licence else "",
            china_time(report.at),
        )
    )


def junit_text(reports: Iterable[LicenceReport]) -> str:
    """Write reports as a JUnit suite: TOTAL-FAILED is a failure, the undecided are errors.

    Each says its reason and what to do in words, too.
    """
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
        if report.licence is not None and not report.licence.complete:
            _add_shares(case, report.licence)
        if verdict.deciding is None:
            continue
        kind = "failure" if verdict.indication is Indication.TOTAL_FAILED else "error"
        told = SubElement(
            case,
            kind,
            type=f"{verdict.indication}/{verdict.sub_indication}",
            message=_xml_safe(_message(verdict.deciding)),
        )
        told.text = _explanation(verdict.deciding)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode")


def _add_shares(case: Element, licence: LicenceClaims) -> None:
    """Tell of a licence that is shown in part how much of it is, as properties of its case."""
    properties = SubElement(case, "properties")
    for name, many in (("disclosed", licence.disclosed), ("withheld", licence.withheld)):
        SubElement(properties, "property", name=name, value=str(many))


def _message(finding: Finding) -> str:
    """Say a finding in a line, such as `DIGEST_MISMATCH: integrity: which digest`."""
    parts = (str(finding.reason), finding.check.value, in_china(finding.detail))
    return ": ".join(part for part in parts if part)


def _explanation(finding: Finding) -> str:
    """Say what a reason means and what to do, a line each."""
    reason = finding.reason
    if reason is None:
        return ""
    remedies = f"→ {reason.remedy_zh}\n→ {reason.remedy_en}"
    return f"{reason}: {reason.zh}\n{reason.en}\n{remedies}"


def _trust(trust: TrustInfo) -> dict[str, object]:
    made, ends = trust.made_at, trust.expires_at
    return {
        "kind": trust.kind.value,
        "sha256": trust.sha256,
        "made_at": None if made is None else time_data(made),
        "expires_at": None if ends is None else time_data(ends),
    }


def _pack(pack: PackInfo) -> dict[str, object]:
    return {
        "licence": pack.licence,
        "licence_sha256": pack.licence_sha256,
        "packed_at": None if pack.packed_at is None else time_data(pack.packed_at),
        "packed_by": pack.packed_by,
        "certificate_sha256": pack.certificate_sha256,
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
        "disclosed": claims.disclosed,
        "withheld": claims.withheld,
    }


def _csv_line(values: Iterable[str]) -> str:
    """One CSV line; what a spreadsheet would run by its beginning is quoted with `'`.

    A `-` by itself, which stands for standard input, runs nothing. What a terminal would obey is
    replaced; the ends of lines are left to the quotes of CSV.
    """
    line = io.StringIO()
    seen = ["\r".join(map(plain_text.printable, value.split("\r"))) for value in values]
    safe = [f"'{value}" if _RUN.match(value) and value != "-" else value for value in seen]
    csv.writer(line, lineterminator=_LINE_END).writerow(safe)
    return line.getvalue().removesuffix(_LINE_END)


def _xml_safe(text: str) -> str:
    """Replace what XML has no place for, and what a terminal would obey."""
    return _NOT_IN_XML.sub("\ufffd", plain_text.printable(text))
