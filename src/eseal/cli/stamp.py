"""`eseal stamp`: put a seal on a PDF, with files alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import (
    PassphraseFile,
    load_key,
    read_certificate_file,
    read_file,
    signer_of,
    write_new,
)
from eseal.cli.placing import (
    AtOption,
    KeywordOption,
    NthOption,
    OutOption,
    PageOption,
    PdfArgument,
    StraddleOption,
    read_pdf,
    read_wish,
    target_of,
)
from eseal.cli.voice import as_usage, give_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asn1crypto.x509 import Certificate

    from eseal.keys import PrivateKey
    from eseal.seals.model import Seal
    from eseal.trust import TrustStore


def stamp(
    pdf: PdfArgument,
    seal: Annotated[Path, typer.Option(metavar="FILE.esl", help="印章文件。The seal.")],
    key: Annotated[Path, typer.Option(help="签章者的私钥文件。The signer's key file.")],
    trust: Annotated[
        list[Path],
        typer.Option(
            metavar="PATH",
            help="信任的根证书、制章者证书与 CRL：文件或文件夹，可重复。盖章前先验章验证书。"
            "Roots, seal makers and CRLs, by which seal and signer are judged before; may be "
            "repeated.",
        ),
    ],
    cert: Annotated[
        Path | None,
        typer.Option(
            help="签章者证书；印章列有证书本身时不必填，签发者证书可取自 --trust。"
            "The signer's certificate; not needed if the seal lists it. Its issuers' may come from"
            " --trust."
        ),
    ] = None,
    out: OutOption = None,
    page: PageOption = None,
    at: AtOption = None,
    keyword: KeywordOption = None,
    nth: NthOption = None,
    straddle: StraddleOption = False,
    reason: Annotated[
        str | None, typer.Option(help="签章理由，写入签名。Why; it is written into the signature.")
    ] = None,
    tsa: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="时间戳服务网址；其根证书与 CRL 须在 --trust 中，无应答则不盖。"
            "A time-stamping authority; --trust has its root and CRLs. Without an answer from it"
            " nothing is sealed.",
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """给 PDF 盖章，已有的签名与印章保持有效。Seal a PDF; what it has stays valid.

    退出码 Exit codes: 0 已盖章 sealed; 1 未盖章 refused; 2 用法有误 usage.
    """
    from eseal.chain import PathJudge
    from eseal.fetching import check_url
    from eseal.moments import now
    from eseal.pdf.stamping import stamp_pdf
    from eseal.seals.making import SealStamp
    from eseal.seals.reading import read_seal
    from eseal.timestamps.client import Tsa
    from eseal.trust import load_trust

    wish = read_wish(at=at, page=page, keyword=keyword, nth=nth, straddle=straddle)
    if tsa is not None:
        with as_usage():
            check_url(tsa)
    target = target_of(pdf, out)
    data, moment = read_pdf(pdf), now()
    read = read_seal(read_file(seal))
    opened, trusted = load_key(key, passphrase_file), load_trust(*trust)
    judge = PathJudge(trusted, at=moment)
    timestamps = Tsa(url=tsa, judge=judge) if tsa is not None else None
    certificates = read_certificate_file(cert) if cert else _listed(read, opened)
    signer = signer_of(opened, _with_issuers(certificates, trusted))
    sealed = stamp_pdf(
        data,
        SealStamp(read, signer),
        wish,
        judge=judge,
        at=moment,
        reason=reason,
        timestamps=timestamps,
    )
    write_new(target, sealed)
    typer.echo(str(target))


def _listed(seal: "Seal", key: "PrivateKey") -> "tuple[Certificate, ...]":
    """Take the certificate of this key out of the seal's list."""
    from eseal.certificates import read_certificate

    public = key.public_key.dump()
    listed = map(read_certificate, seal.signers.certificates)
    found = tuple(one for one in listed if one.public_key.dump() == public)[:1]
    if not found:
        give_up(
            "印章的列表中没有这把私钥的证书，请用 --cert 指明",
            "the seal lists no certificate of this key: name it with --cert",
        )
    return found


def _with_issuers(
    certificates: "Sequence[Certificate]", trust: "TrustStore"
) -> "list[Certificate]":
    """Add what the trust material has of the issuers, so that others can build the path, too."""
    chain = list(certificates)
    while above := [
        one
        for one in trust.intermediates
        if one.ca and one.subject == chain[-1].issuer and one not in chain
    ]:
        chain.append(above[0])
    return chain
