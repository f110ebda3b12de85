"""Bad input, whole files through the command: each its own verdict, in bounded memory."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pypdf
import pytest

from eseal.jose import base64url
from eseal.jose.sdjwt import read_sd_jwt
from eseal.reasons import Reason, ReasonCode
from licences.reasons import LicenceReason
from tests.licences.cli.conftest import AT
from tests.licences.papers import market_signer, paper, pdf_paper
from tests.world import Authority, World

MOST_MEMORY = 400 * 1024 * 1024
FILES: dict[str, tuple[str, str, ReasonCode]] = {
    "unsigned.pdf": ("INDETERMINATE", "SIGNED_DATA_NOT_FOUND", Reason.UNSIGNED),
    "flipped.pdf": ("TOTAL-FAILED", "HASH_FAILURE", Reason.DIGEST_MISMATCH),
    "page-added.pdf": ("TOTAL-FAILED", "FORMAT_FAILURE", Reason.CHANGED_AFTER_SIGNING),
    "unknown-root.pdf": ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND", Reason.UNKNOWN_ISSUER),
    "truncated.pdf": ("UNREADABLE", "FORMAT_FAILURE", Reason.TRUNCATED),
    "text.pdf": ("UNREADABLE", "NOT_A_LICENCE", LicenceReason.NOT_A_LICENCE),
    "empty.pdf": ("UNREADABLE", "FORMAT_FAILURE", Reason.EMPTY_INPUT),
    "large.pdf": ("UNREADABLE", "FORMAT_FAILURE", Reason.INPUT_TOO_LARGE),
    "encrypted.pdf": ("UNREADABLE", "FORMAT_FAILURE", Reason.ENCRYPTED_PDF),
    "swapped-certificate.pdf": ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE", Reason.CERTIFICATE_MISMATCH),
    "altered-disclosure.json": ("TOTAL-FAILED", "HASH_FAILURE", Reason.DISCLOSURE_NOT_COMMITTED),
    "repeated-disclosure.json": ("TOTAL-FAILED", "HASH_FAILURE", Reason.DISCLOSURE_DUPLICATED),
    "alg-none.json": ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE", Reason.ALGORITHM_REFUSED),
    "swapped-certificate.json": ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE", Reason.CERTIFICATE_MISMATCH),
    "duplicate-key.json": ("UNREADABLE", "FORMAT_FAILURE", Reason.DUPLICATE_JSON_KEY),
}


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with every bad file, each a good one with one thing changed."""
    folder = tmp_path_factory.mktemp("bad")
    for name, content in _files(world, folder):
        (folder / name).write_bytes(content)
    with (folder / "large.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(200 * 1024 * 1024)
    (folder / "plain.tmp").unlink()
    return folder


@pytest.fixture(scope="module")
def reports(folder: Path, trust_folder: Path) -> dict[str, dict[str, object]]:
    """Give the report of every file, as one run of the command wrote them."""
    program = (
        "import pathlib, sys\n"
        "from licences.cli.main import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    status = pathlib.Path('/proc/self/status').read_text().splitlines()\n"
        "    print(next(x for x in status if 'VmHWM' in x).split()[1], file=sys.stderr)\n"
    )
    arguments = ["verify", str(folder), "--trust", str(trust_folder), "--at", AT]
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--format", "ndjson"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert int(result.stderr.split()[-1]) * 1024 < MOST_MEMORY
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {Path(line["input"]).name: line for line in lines}


@pytest.mark.unmeasured
def test_every_file_has_its_line(reports: dict[str, dict[str, object]]) -> None:
    """No file is skipped, whatever became of the one before it."""
    assert sorted(reports) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_has_its_own_verdict_and_reason(
    reports: dict[str, dict[str, object]], name: str
) -> None:
    """Indication, sub-indication and reason are those of the one thing that is wrong."""
    report = reports[name]
    checks = report["checks"]
    assert isinstance(checks, list)
    outcome = "undetermined" if FILES[name][0] == "INDETERMINATE" else "failed"
    deciding = next(each["reason"] for each in checks if each["outcome"] == outcome)
    assert (report["indication"], report["sub_indication"], deciding) == FILES[name]


def _files(world: World, folder: Path) -> Iterator[tuple[str, bytes]]:
    signer = market_signer(world.rsa)
    pdf, document = pdf_paper(signer), paper(signer)
    yield "plain.tmp", pdf
    yield "unsigned.pdf", pdf[: pdf.index(b"%%EOF") + 6]
    yield "flipped.pdf", _flipped(pdf)
    yield "page-added.pdf", _with_a_page(pdf)
    yield "unknown-root.pdf", pdf_paper(market_signer(Authority(world.sm2.suite)))
    yield "truncated.pdf", pdf[: len(pdf) // 2]
    yield "text.pdf", "这是一份文本".encode()
    yield "empty.pdf", b""
    yield "encrypted.pdf", _encrypted(folder)
    yield "swapped-certificate.pdf", _with_another_certificate(pdf, world)
    yield from _json_files(document, world)


def _json_files(document: bytes, world: World) -> Iterator[tuple[str, bytes]]:
    shown = read_sd_jwt(document)
    first, *rest = shown.disclosures
    salt, name, _ = orjson.loads(base64url.decode(first))
    altered = base64url.encode(orjson.dumps([salt, name, "别的值"])).decode()

    def written(**change: object) -> bytes:
        return orjson.dumps({**orjson.loads(document), **change})

    def header(change: Callable[[dict[str, object]], object]) -> str:
        value = orjson.loads(base64url.decode(shown.protected))
        change(value)
        return base64url.encode(orjson.dumps(value)).decode()

    other = base64url.encode_padded(world.rsa.signing.certificate.dump())
    yield "altered-disclosure.json", written(header={"disclosures": [altered, *rest]})
    yield "repeated-disclosure.json", written(header={"disclosures": [first, first, *rest]})
    yield "alg-none.json", written(protected=header(lambda it: it.update(alg="none")), signature="")
    yield "swapped-certificate.json", written(protected=header(lambda it: it.update(x5c=[other])))
    yield "duplicate-key.json", document.replace(b'{"header"', b'{"payload":"e30","header"', 1)


def _flipped(pdf: bytes) -> bytes:
    changed = bytearray(pdf)
    changed[pdf.index(b"stream", len(pdf) // 2) + 40] ^= 1
    return bytes(changed)


def _with_a_page(pdf: bytes) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_blank_page(100, 100)
    added = io.BytesIO()
    writer.write(added)
    return added.getvalue()


def _encrypted(folder: Path) -> bytes:
    target = folder / "encrypted.pdf"
    subprocess.run(
        ["qpdf", "--encrypt", "", "owner", "256", "--", folder / "plain.tmp", target], check=True
    )
    return target.read_bytes()


def _with_another_certificate(pdf: bytes, world: World) -> bytes:
    """Put another certificate of the same department into the CMS, where the signer's was."""
    from asn1crypto import cms

    start = pdf.rindex(b"/Contents<") + len(b"/Contents<")
    end = pdf.index(b">", start)
    content = cms.ContentInfo.load(bytes.fromhex(pdf[start:end].decode()))
    signed = content["content"]
    place = next(i for i, each in enumerate(signed["certificates"]) if not each.chosen.ca)
    long = len(signed["certificates"][place].chosen.dump())
    others = (market_signer(world.rsa).certificate for _ in range(100))
    other = next(each for each in others if len(each.dump()) == long)
    signed["certificates"][place] = cms.CertificateChoices(name="certificate", value=other)
    hole: bytes = content.dump(force=True).hex().encode()
    assert len(hole) <= end - start
    return pdf[:start] + hole.ljust(end - start, b"0") + pdf[end:]
