"""`eseal key`: make, show and import private keys; they are stored encrypted, mode 0600."""

from pathlib import Path
from typing import Annotated

import typer

from eseal.cli.options import PassphraseFile, SuiteName, write_new
from eseal.cli.voice import as_usage, give_up

app = typer.Typer(
    help="私钥：生成、查看、导入。Private keys: make, show, import.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("new")
def new(
    out: Annotated[Path, typer.Option(help="私钥文件（不得已存在）。The key file to create.")],
    suite: Annotated[
        SuiteName, typer.Option(case_sensitive=False, help="算法。Algorithm suite.")
    ] = SuiteName.SM2,
    bits: Annotated[
        int, typer.Option(min=2048, max=8192, help="RSA 位数。Length of an RSA key.")
    ] = 3072,
    passphrase_file: PassphraseFile = None,
) -> None:
    """生成私钥，加密存盘，输出公钥。Make a key, store it encrypted, print the public key."""
    from eseal.keys import Suite, generate_private_key
    from eseal.passphrases import read_passphrase
    from eseal.pkcs8 import save_private_key
    from eseal.reasons import Reason

    passphrase = read_passphrase(file=passphrase_file)
    key = generate_private_key(Suite(suite.value), rsa_bits=bits)
    with as_usage(Reason.KEY_FILE_EXISTS):
        save_private_key(key, out, passphrase)
    typer.echo(_public_pem(key.public_key.dump()), nl=False)


@app.command("public")
def public(
    key_file: Annotated[Path, typer.Argument(metavar="KEY", help="私钥文件。The key file.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """输出公钥（PEM）。Print the public key as PEM."""
    from eseal.passphrases import read_passphrase
    from eseal.pkcs8 import load_private_key

    key = load_private_key(key_file, read_passphrase(file=passphrase_file))
    typer.echo(_public_pem(key.public_key.dump()), nl=False)


@app.command("import")
def import_(
    pkcs12: Annotated[Path, typer.Argument(metavar="FILE.p12", help="PKCS#12（RSA）。")],
    out_key: Annotated[Path, typer.Option(help="私钥文件（新建）。The key file to create.")],
    out_certificate: Annotated[
        Path, typer.Option(help="证书链文件（新建）。The file for the certificate and its chain.")
    ],
    pkcs12_passphrase_file: Annotated[
        Path | None,
        typer.Option(help="PKCS#12 的口令文件。File with the passphrase of the PKCS#12."),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """导入 PKCS#12：拆成加密私钥与证书链。Import a PKCS#12 as encrypted key and certificates."""
    from eseal.certificates import to_pem
    from eseal.keys import RsaPrivateKey
    from eseal.passphrases import read_passphrase
    from eseal.pkcs8 import save_private_key
    from eseal.pkcs12 import load_pkcs12
    from eseal.reasons import Reason

    signer = load_pkcs12(
        pkcs12, read_passphrase(file=pkcs12_passphrase_file, env="ESEAL_PKCS12_PASSPHRASE")
    )
    if not isinstance(signer.key, RsaPrivateKey):  # pragma: no cover - load_pkcs12 reads no other
        give_up("PKCS#12 中不是 RSA 密钥", "the key in the PKCS#12 is not RSA")
    write_new(out_certificate, to_pem(signer.certificate, *signer.chain))
    with as_usage(Reason.KEY_FILE_EXISTS):
        save_private_key(signer.key, out_key, read_passphrase(file=passphrase_file))
    typer.echo(f"{out_key}\n{out_certificate}")


def _public_pem(der: bytes) -> str:
    from asn1crypto import pem

    return bytes(pem.armor("PUBLIC KEY", der)).decode("ascii")
