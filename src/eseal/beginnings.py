"""How files begin (文件头): what somebody gave who gave the wrong file, so that people are told.

Rules kept: it is a hint and decides nothing, for anybody can write any beginning; what is looked at
is bounded, so no file makes it slow; blanks before the beginning do not count.

Left to others: what to do with such a file, which each command says for itself.
"""

import re
from enum import Enum
from typing import Final

_LOOKED_AT: Final = 8192


class Beginning(Enum):
    """What a file is by its beginning; the value says so to people."""

    PDF = "PDF 文件 a PDF"
    OFD = "OFD 文件 an OFD"
    ARCHIVE = "压缩包 an archive"
    OLD_OFFICE = "旧版 Office 文件 a file of an old Office"
    PICTURE = "图片 a picture"
    MARKUP = "网页或 XML a web page, or XML"
    PRIVATE_KEY = "私钥 a private key"
    PUBLIC_KEY = "公钥 a public key"
    CERTIFICATE = "证书 a certificate"
    REVOCATION_LIST = "吊销列表 a revocation list"
    SEAL = "印章 a seal"
    DER = "DER"


_PATTERNS: Final = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        (Beginning.PDF, rb"%PDF-"),
        (Beginning.OFD, rb"PK\x03\x04.{0,4096}OFD\.xml"),
        (Beginning.ARCHIVE, rb"PK\x03\x04"),
        (Beginning.OLD_OFFICE, rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        (Beginning.PICTURE, rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0\0\0\0|RIFF.{4}WEBP"
                            rb"|.{4}ftyp(?:heic|heix|mif1|avif)|(?:<\?xml.{0,500})?<svg"),
        (Beginning.MARKUP, rb"<[!?A-Za-z]"),
        (Beginning.PRIVATE_KEY, rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"),
        (Beginning.PUBLIC_KEY, rb"-----BEGIN PUBLIC KEY-----"),
        (Beginning.CERTIFICATE, rb"-----BEGIN CERTIFICATE-----"),
        (Beginning.REVOCATION_LIST, rb"-----BEGIN X509 CRL-----"),
        (Beginning.SEAL, rb"\x30.{1,40}\x16\x02ES"),
        (Beginning.DER, rb"\x30[\x81-\x83]"),
    )
)  # fmt: skip
"""What stands first counts."""


def beginning_of(data: bytes) -> bytes:
    """Give what a file begins with, behind blanks: as much as is looked at."""
    return data[:_LOOKED_AT].lstrip()


def told_by_beginning(data: bytes) -> Beginning | None:
    """Say what a file is by its beginning; `None`: nothing that is known."""
    first = beginning_of(data)
    return next((kind for kind, pattern in _PATTERNS if pattern.match(first)), None)
