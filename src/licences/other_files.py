"""What a file is that is no licence, told by how it begins, and which command takes it.

Rules kept: it is told of what a verifier could not read as a licence, never instead of that; what
is said here is a hint for people and decides nothing; what a file says of itself in a header that
nobody verified is told as its own word.
"""

import codecs
import re
from typing import Final

from eseal.asic import is_asic
from eseal.beginnings import Beginning, beginning_of, told_by_beginning
from eseal.jose.statements import statement_type
from eseal.jose.status_list import STATUS_LIST_TYP
from eseal.reasons import Reason
from eseal.report import Check, Finding, failed
from licences.authority_register import REGISTER_TYP
from licences.history_statement import HISTORY_TYP
from licences.licence_report import REPORT_SCHEMA, REPORT_TYP
from licences.reasons import LicenceReason

_OF_OTHERS: Final = frozenset(
    {Reason.MALFORMED_SD_JWT, Reason.MALFORMED_JSON, Reason.TRUNCATED, Reason.INPUT_TOO_LARGE}
)

_STATEMENTS: Final = {
    STATUS_LIST_TYP: "自称证照状态列表：用 --status 给出 calls itself a status list: give it with "
    "--status",
    HISTORY_TYP: "自称状态证明：用 --status 给出 calls itself a signed history: give it with "
    "--status",
    REGISTER_TYP: "自称发证权责清单：用 --authorities 给出 calls itself an authority register: "
    "give it with --authorities",
    REPORT_TYP: "自称签名的验证报告：用 licences report verify 验 calls itself a signed report: "
    "licences report verify takes it",
}
BUNDLE: Final = (
    "信任包：用 --trust 给出，用 licences trust show 查看 a trust bundle: give it with --trust, "
    "licences trust show lists it"
)
ARCHIVE: Final = "压缩包：请先解压，再验其中的文件 an archive: unpack it and verify the files in it"
_CERTIFICATES: Final = (
    "证书或吊销列表：放入 --trust 的文件夹 certificates or a revocation list: they go into the "
    "--trust folder"
)
_ADVICE: Final = {
    Beginning.OFD: "OFD：尚不支持 OFD, which is not supported yet",
    Beginning.ARCHIVE: ARCHIVE,
    Beginning.PICTURE: "图片：照片、扫描件与截图无从验证 a picture: photographs, scans and "
    "screenshots prove nothing",
    Beginning.PRIVATE_KEY: "私钥文件：不要给别人 a private key: give it to nobody",
    Beginning.CERTIFICATE: _CERTIFICATES,
    Beginning.REVOCATION_LIST: _CERTIFICATES,
    Beginning.DER: _CERTIFICATES,
    Beginning.SEAL: "印章：用 eseal verify 验 a seal: eseal verify takes it",
}
_REPORT: Final = "未签名的验证报告 a report of a verification, not signed"
_PACK: Final = "审计包：用 licences verify 验 an audit pack: licences verify takes it"
_RESULTS: Final = (
    "licences bulk 的结果清单：要验的是旁边的证照文件 what licences bulk made of its rows: "
    "verify the documents beside it"
)
_DATA: Final = "未签名的 JSON 数据 JSON data that are not signed"
_MARKED: Final = (
    "JSON 之前有字节顺序标记（BOM），是另存时（如用记事本）加上的：请提供未另存过的原文件 a byte "
    "order mark stands before the JSON, from an editor that saved it again: give the original file"
)
_OTHER: Final = "既不是 PDF，也不是 JSON neither a PDF nor JSON"

_LOOKED_FOR: Final = 1024
_VALUE: Final = re.compile(rb"\s*(?:null|true|false|-?\d[\d.eE+-]{0,99}|\"[^\"]{0,900}\")\s*\Z")
"""A single value of JSON, so short that it is no document."""

_BUNDLE: Final = re.compile(rb"PK\x03\x04.{26}manifest\.jwt", re.DOTALL)
_UNSIGNED_REPORT: Final = re.compile(
    rb"\[?\s*\{\s*\"schema\":\s*\"" + re.escape(REPORT_SCHEMA.encode())
)
_BULK_RESULTS: Final = re.compile(
    rb"\{\"row\": (?:\d{1,12}|null), \"line\": (?:\d{1,12}|null), "
    rb"\"outcome\": \"(?:issued|refused|good)\", "
    rb"\"identifier\": (?:null|\"[^\"]{0,100}\"), \"problems\": \["
)
"""How every line of `bulk_results.RowResult.as_json` begins."""

_OURS: Final = ((_BUNDLE, BUNDLE), (_UNSIGNED_REPORT, _REPORT), (_BULK_RESULTS, _RESULTS))


def is_unsigned_report(data: bytes) -> bool:
    """Say whether a file begins as reports do, in JSON or NDJSON, that nobody signed."""
    return _UNSIGNED_REPORT.match(beginning_of(data)) is not None


def is_bulk_results(data: bytes) -> bool:
    """Say whether a file begins as what `licences bulk` records of its rows."""
    return _BULK_RESULTS.match(data) is not None


def known_kind(data: bytes) -> str | None:
    """Say in two languages what a file seems, or says, to be; `None`: nothing that is known."""
    kind = statement_type(data.strip()) or ""
    if kind in _STATEMENTS:
        return _STATEMENTS[kind]
    if is_asic(data):
        return _PACK
    first = beginning_of(data)
    for pattern, words in _OURS:
        if pattern.match(first):
            return words
    found = told_by_beginning(data)
    return None if found is None else _ADVICE.get(found, found.value)


def other_kind(data: bytes) -> str:
    """Say so of any file that is no licence: neither a PDF nor a signed JSON."""
    text = data.removeprefix(codecs.BOM_UTF8)
    before = data.find(b"%PDF-", 0, _LOOKED_FOR)
    if before > 0 and told_by_beginning(text) in {None, Beginning.PDF}:
        return f"PDF 之前还有 {before} 字节 bytes stand before the PDF"
    if known := known_kind(text):
        return known
    if text.lstrip()[:1] in {b"{", b"["}:
        return _DATA if text == data else _MARKED
    return _DATA if _VALUE.match(text[:_LOOKED_FOR]) else _OTHER


def told_what_it_is(readable: Finding, data: bytes) -> Finding:
    """Say of JSON that cannot be read as a licence what it is, if that is known."""
    if readable.reason is Reason.UNKNOWN_FORMAT:
        return failed(Check.READABLE, LicenceReason.NOT_A_LICENCE, other_kind(data))
    kind = known_kind(data) if readable.reason in _OF_OTHERS else None
    return failed(Check.READABLE, LicenceReason.NOT_A_LICENCE, kind) if kind else readable
