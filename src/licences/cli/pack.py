"""`licences pack`: a licence with all that it takes to judge it later, in one file."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import PassphraseFile, demand_new, open_signer, write_new
from eseal.cli.voice import give_up
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.trust_options import (
    BundleDigestOption,
    BundleSignerOption,
    find_statuses,
    find_trust,
    read_pins,
)
from licences.publications import PUBLIC

if TYPE_CHECKING:
    from datetime import datetime

    from eseal.signers import Signer
    from licences.bundle_pins import BundlePins
    from licences.model import Format
    from licences.pack_making import Packed

_IDENTIFIER = "1.2.156.3005.2."
_NO_PACKER = (
    "登记簿中没有这份文件，须指明签包者：--key 与 --cert",
    "it is no file of the register; say who packs it: --key and --cert",
)
_NOT_BELIEVED = (
    "--trust、--status、--bundle-signer、--bundle-sha256 只用于手中的文件，须以 --key 与 --cert "
    "指明签包者；登记簿中的证照用主目录的信任",
    "--trust, --status, --bundle-signer and --bundle-sha256 are for a file in hand, with --key "
    "and --cert of who packs it; a licence of the register is packed with its home's trust",
)


class FormatName(StrEnum):
    """Which of a licence's documents."""

    PDF = "pdf"
    JSON = "json"


def pack(
    licence: Annotated[
        str,
        typer.Argument(
            metavar="IDENTIFIER|FILE",
            help="登记簿中的证照标识，或手中的证照文件（PDF、JSON）。"
            "Identifier of a licence of the register, or a licence's file.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.asice", help="新文件。A new file.")],
    form: Annotated[
        FormatName | None,
        typer.Option(
            "--format",
            case_sensitive=False,
            help="登记簿中的哪一种文件；默认 PDF。Which of its documents; by default the PDF.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="签包者的私钥文件；登记簿中的证照默认由颁发部门签。"
            "Key file of who packs; by default the issuing department, if it is in the register."
        ),
    ] = None,
    cert: Annotated[
        Path | None,
        typer.Option(help="其证书，签发者的证书附于其后。Its certificate, the issuers' behind it."),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="从中取证书链与吊销数据：文件或文件夹，可重复，或一个信任包；默认主目录的 trust/。"
            "Where chains and revocation data come from, may be repeated; by default the home's "
            "trust/.",
        ),
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="另加的状态列表与状态证明，可重复；如同 verify。"
            "More status lists and histories, may be repeated; as for verify.",
        ),
    ] = None,
    bundle_signer: BundleSignerOption = None,
    bundle_sha256: BundleDigestOption = None,
    passphrase_file: PassphraseFile = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """审计包：证照与日后验证所需的一切。Pack a licence with all that judging it later takes.

    日后 years later: licences verify FILE.asice --trust TRUST --at TIME，TRUST 是根与制章者证书
    roots and seal makers' certificates.

    退出码 Exit codes: 0 已写出 written; 1 未做 refused; 2 用法有误 usage.
    """
    from eseal.moments import now
    from licences.home import open_home
    from licences.model import Format
    from licences.pack_office import pack_issued

    demand_new(out)
    is_file = not licence.startswith(_IDENTIFIER)
    if is_file and not Path(licence).is_file():
        give_up(
            f"无法读取 {licence}：既不是文件，也不是证照标识",
            f"cannot read {licence}: neither a file nor the identifier of a licence",
        )
    if (key is None) is not (cert is None):
        give_up("--key 与 --cert 须同时给出", "give --key and --cert together")
    believes = trust or status or bundle_signer or bundle_sha256
    if believes and not (is_file and key):
        give_up(*_NOT_BELIEVED)
    if is_file and form is not None:
        give_up("--format 只用于证照标识", "--format is for an identifier; a file is what it is")
    if passphrase_file and key is None:
        give_up("--passphrase-file 须与 --key 同用", "--passphrase-file goes with --key")
    signer = open_signer(key, cert, passphrase_file) if key and cert else None
    asked = None if form is None else Format(form.value)
    if is_file and signer is None:
        licence, asked = _registered(Path(licence), home, at=now())
        is_file = False
    if is_file and signer is not None:
        pins = read_pins(bundle_signer, bundle_sha256)
        believed, paths = find_trust(trust, home), find_statuses(status, trust, home)
        packed = _pack_file(Path(licence), signer, (believed, pins), (home, paths), at=now())
    else:
        opened = open_home(home)
        published = opened.path / PUBLIC
        packed = pack_issued(
            opened, licence, at=now(), form=asked, signer=signer, published=published
        )
    write_new(out, packed.data)
    typer.echo(str(out))
    _say(packed)


def _registered(file: Path, home: Path, *, at: "datetime") -> "tuple[str, Format]":
    """Say which licence of the register a file is, whose department then signs the pack."""
    from eseal.cli.options import read_file
    from licences.home import open_home
    from licences.pack_office import issued_document
    from licences.settings import FILE_NAME
    from licences.verification import MAX_INPUT_BYTES

    data = read_file(file, MAX_INPUT_BYTES)
    has_home = (home / FILE_NAME).is_file()
    found = issued_document(open_home(home), data, at=at) if has_home else None
    if found is None:
        give_up(*_NO_PACKER)
    return found


def _pack_file(
    file: Path,
    signer: "Signer",
    trust: "tuple[tuple[Path, ...], BundlePins]",
    beside: tuple[Path, tuple[Path, ...]],
    *,
    at: "datetime",
) -> "Packed":
    """Pack a file by what is at hand."""
    from eseal.cli.options import read_file
    from licences.catalogue import own_types
    from licences.pack_making import make_pack
    from licences.trust_source import load_trust_source
    from licences.verification import MAX_INPUT_BYTES, Verifier

    (believed, pins), (home, paths) = trust, beside
    source = load_trust_source(*believed, pins=pins, at=at)
    statuses = source.statuses(*paths)
    types = own_types(home) if source.bundle is None else ()
    verifier = Verifier(source.store, source.catalogue(found=types), at=at, statuses=statuses)
    data = read_file(file, MAX_INPUT_BYTES)
    return make_pack(data, verifier=verifier, statuses=statuses, signer=signer, at=at)


def _say(packed: "Packed") -> None:
    """Say what the pack is judged to be now, for people."""
    from eseal.cli.findings import VERDICTS

    verdict = packed.report.verdict
    sign, _, zh, _ = VERDICTS[verdict.indication]
    reason = verdict.deciding.reason if verdict.deciding else None
    why = f" {reason}：{reason.zh} {reason.en}" if reason else ""
    typer.echo(f"现在的结论 verdict now: {sign} {zh} {verdict.indication}{why}", err=True)
