"""What a file is by its beginning: one table for keys, rows and licences that are none."""

import pytest

from eseal.beginnings import Beginning, told_by_beginning

EXAMPLES = {
    Beginning.PDF: [b"%PDF-1.7\n", b"\r\n %PDF-1.4"],
    Beginning.OFD: [b"PK\x03\x04" + bytes(26) + b"OFD.xml"],
    Beginning.ARCHIVE: [b"PK\x03\x04"],
    Beginning.OLD_OFFICE: [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
    Beginning.PICTURE: [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"II*\0",
        b"BM\xff\0\0\0\0\0\0\0",
        b"RIFF\x10\0\0\0WEBP",
        b"\0\0\0\x18ftypheic",
        b"<svg/>",
        b'<?xml version="1.0"?>\n<svg/>',
    ],
    Beginning.MARKUP: [b"<!DOCTYPE html>", b"<?xml version='1.0'?><a/>"],
    Beginning.PRIVATE_KEY: [b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN EC PRIVATE KEY-----"],
    Beginning.PUBLIC_KEY: [b"-----BEGIN PUBLIC KEY-----"],
    Beginning.CERTIFICATE: [b"-----BEGIN CERTIFICATE-----"],
    Beginning.REVOCATION_LIST: [b"-----BEGIN X509 CRL-----"],
    Beginning.SEAL: [b"0\x82\x01\x000\x20\x16\x02ES"],
    Beginning.DER: [b"0\x82\x01\x00\x02\x01\x03"],
}


@pytest.mark.parametrize("kind", Beginning)
def test_every_kind_is_told(kind: Beginning) -> None:
    """Each has examples, and each example is of its kind."""
    for data in EXAMPLES[kind]:
        assert told_by_beginning(data) is kind


@pytest.mark.parametrize(
    "data", [b"", b"name,number\n", b'{"a":1}', b"0,1\n", b" " * 9000 + b"%PDF-"]
)
def test_what_is_not_known_is_nothing(data: bytes) -> None:
    """Neither rows nor JSON, nor what begins further behind than is looked at."""
    assert told_by_beginning(data) is None
