"""The peer: the pipeline that a newcomer would write from the libraries' first pages.

fpdf2 draws the text, qrcode the QR, pyHanko's SimpleSigner signs. Nothing in it is slowed down on
purpose: the fonts are our subset ones, and the data are the same as ours.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import qrcode
from fpdf import FPDF
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers


def licence_pdf(
    data: Mapping[str, object],
    title: str,
    *,
    fonts: tuple[Path, Path],
    key: Path,
    certificate: Path,
    chain: tuple[Path, ...],
    passphrase: bytes,
) -> bytes:
    """Draw and sign one licence: CJK text in two weights, QR, attached JSON, RSA signature."""
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("song", "", str(fonts[0]))
    pdf.add_font("song", "B", str(fonts[1]))
    pdf.set_font("song", "B", 28)
    pdf.cell(0, 20, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("song", "", 11)
    for name, value in data.items():
        pdf.multi_cell(0, 8, f"{name}：{value}", new_x="LMARGIN", new_y="NEXT")
    picture = io.BytesIO()
    qrcode.make(str(next(iter(data.values())))).save(picture)
    pdf.image(picture, x=160, y=20, w=30)
    pdf.embed_file(
        bytes=json.dumps(dict(data), ensure_ascii=False).encode(), basename="licence.json"
    )
    signer = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]
        str(key), str(certificate), ca_chain_files=tuple(map(str, chain)), key_passphrase=passphrase
    )
    if signer is None:
        msg = "pyHanko could not load the key"
        raise RuntimeError(msg)
    writer = IncrementalPdfFileWriter(io.BytesIO(bytes(pdf.output())))
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES
    )
    signed = signers.sign_pdf(writer, metadata, signer=signer)
    return bytes(signed.getbuffer())
