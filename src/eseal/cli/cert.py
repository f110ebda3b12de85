"""`eseal cert`: roots, issuing CAs, signing and time-stamping certificates, CRLs."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import (
    PassphraseFile,
    RevokedSerials,
    open_signer,
    read_certificate_file,
    read_file,
    write_new,
)
from eseal.cli.voice import as_usage, give_up, one_line

if TYPE_CHECKING:
    from asn1crypto.keys import PublicKeyInfo

app = typer.Typer(
    help="证书与吊销列表。Certificates and revocation lists.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IssuerKey = Annotated[Path, typer.Option(help="签发者私钥。The issuer's key file.")]
IssuerCert = Annotated[Path, typer.Option(help="签发者证书。The issuer's certificate.")]
Out = Annotated[Path, typer.Option(help="输出文件（新建）。The file to create.")]
Name = Annotated[str, typer.Option(help="名称（CN）。Common name.")]
Organisation = Annotated[
    str | None, typer.Option(help="机构名称（O），默认同名称。Organisation; the name by default.")
]


class ProfileName(StrEnum):
    """What a certificate is for."""

    CA = "ca"
    SIGNING = "signing"
    TIMESTAMPING = "timestamping"
    OCSP = "ocsp"


@app.command("root")
def root(
    key: Annotated[Path, typer.Option(help="根的私钥文件。The root's key file.")],
    name: Name,
    out: Out,
    organisation: Organisation = None,
    years: Annotated[int, typer.Option(min=1, max=40, help="有效年数。Years of validity.")] = 20,
    passphrase_file: PassphraseFile = None,
) -> None:
    """自签根证书。Make a self-signed root certificate."""
    from eseal.certificate_making import SubjectName, make_root
    from eseal.certificates import to_pem
    from eseal.keys import default_algorithm
    from eseal.passphrases import read_passphrase
    from eseal.pkcs8 import load_private_key

    subject = SubjectName(common_name=name, organisation=organisation or name)
    with as_usage():
        subject.to_name()
    loaded = load_private_key(key, read_passphrase(file=passphrase_file))
    start = _now()
    certificate = make_root(
        key=loaded,
        algorithm=default_algorithm(loaded.suite),
        subject=subject,
        not_before=start,
        not_after=start + timedelta(days=365 * years),
    )
    write_new(out, to_pem(certificate))
    typer.echo(str(out))


@app.command("issue")
def issue(
    profile: Annotated[ProfileName, typer.Option(help="用途。What it is for.")],
    issuer_key: IssuerKey,
    issuer_cert: IssuerCert,
    public_key: Annotated[
        Path, typer.Option(help="主体公钥（PEM，见 eseal key public）。The subject's public key.")
    ],
    name: Name,
    out: Out,
    organisation: Organisation = None,
    code: Annotated[
        str,
        typer.Option(
            help="统一社会信用代码，校验位须对；部门必填，个人证书不填。"
            "The organisation's USCC, its check characters right; departments need it, people have"
            " none."
        ),
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=7300, help="有效天数。Days of validity.")] = 1095,
    crl_url: Annotated[
        str | None, typer.Option(help="CRL 发布地址。Where the CRL will be published.")
    ] = None,
    ocsp_url: Annotated[
        str | None, typer.Option(help="OCSP 应答地址。Where an OCSP responder answers.")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """签发证书，文件附上证书链（不含根）。Issue a certificate; the file has its chain."""
    from eseal.certificate_making import SubjectName, make_certificate
    from eseal.certificates import to_pem
    from eseal.fetching import check_url
    from eseal.profiles import ISSUING_CA, OCSP_SIGNING, SIGNING, TIMESTAMPING

    subject = SubjectName(
        common_name=name, organisation=organisation or name, organisation_code=code
    )
    with as_usage():
        subject.to_name()
        for url in filter(None, (crl_url, ocsp_url)):
            check_url(url)
    issuer = open_signer(issuer_key, issuer_cert, passphrase_file)
    start = _now()
    match profile:
        case ProfileName.CA:
            chosen = ISSUING_CA
        case ProfileName.SIGNING:
            chosen = SIGNING
        case ProfileName.TIMESTAMPING:
            chosen = TIMESTAMPING
        case ProfileName.OCSP:
            chosen = OCSP_SIGNING
    certificate = make_certificate(
        profile=chosen,
        issuer=issuer,
        subject=subject,
        public_key=_public_key(public_key),
        not_before=start,
        not_after=start + timedelta(days=days),
        crl_url=crl_url,
        ocsp_url=ocsp_url,
    )
    above = (issuer.certificate, *issuer.chain)
    chain = [each for each in above if each.self_signed == "no"]
    write_new(out, to_pem(certificate, *chain))
    typer.echo(f"{out}  {certificate.serial_number:x}")


@app.command("crl")
def crl(
    issuer_key: IssuerKey,
    issuer_cert: IssuerCert,
    number: Annotated[int, typer.Option(min=0, help="序号，须递增。CRL number, ever higher.")],
    out: Out,
    days: Annotated[int, typer.Option(min=1, max=400, help="有效天数。Days until the next.")] = 7,
    revoked: RevokedSerials = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """签发一份吊销列表，内容全由参数给定；逐期发布用 eseal crl publish。Sign one list, by hand."""
    from eseal.cli.revoked import parse_revoked
    from eseal.crl import make_crl

    start = _now()
    data = make_crl(
        open_signer(issuer_key, issuer_cert, passphrase_file),
        number=number,
        this_update=start,
        next_update=start + timedelta(days=days),
        revoked=[parse_revoked(text).entry(start) for text in revoked or []],
    )
    write_new(out, data)
    typer.echo(str(out))


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="证书文件，PEM 或 DER。A certificate file.")],
) -> None:
    """查看证书。Show the certificates in a file."""
    from eseal.cli.times import china_time

    for certificate in read_certificate_file(file):
        usage = certificate.key_usage_value
        rows = {
            "主体 subject": certificate.subject.human_friendly,
            "签发者 issuer": certificate.issuer.human_friendly,
            "序列号 serial": f"{certificate.serial_number:x}",
            "有效期 validity": f"{china_time(certificate.not_valid_before)} … "
            f"{china_time(certificate.not_valid_after)}",
            "算法 algorithm": str(certificate["signature_algorithm"]["algorithm"].native),
            "用途 key usage": ", ".join(sorted(usage.native)) if usage is not None else "—",
            "SHA-256": certificate.sha256.hex(),
        }
        lines = [f"{label:<16} {one_line(value)}" for label, value in rows.items()]
        typer.echo("\n".join(lines) + "\n")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _public_key(path: Path) -> "PublicKeyInfo":
    from asn1crypto import pem
    from asn1crypto.keys import PublicKeyInfo

    data = read_file(path)
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        key = PublicKeyInfo.load(der, strict=True)
        key.native  # noqa: B018 - parses every field now
    except (ValueError, TypeError, KeyError):
        give_up(f"{path} 不是公钥（PEM）", f"{path} is no public key; see eseal key public")
    return key
