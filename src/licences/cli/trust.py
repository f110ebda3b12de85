"""`licences trust`: the trust bundle that `verify --trust` takes on a machine without any route."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import (
    PassphraseFile,
    demand_new,
    open_signer,
    read_file,
    read_span,
    write_new,
)
from eseal.cli.time_options import AtOption, moment_or_now
from eseal.moments import span_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.publications import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from eseal.cli.rows import Rows
    from licences.bundle_contents import Described
    from licences.trust_bundle import TrustBundle

_KINDS = {
    "root": "根证书",
    "ca": "CA 证书",
    "maker": "制章者",
    "crl": "吊销列表",
    "ocsp": "OCSP 应答",
    "status": "证照状态",
    "authorities": "权责清单",
    "seals": "印章登记",
    "type": "证照类型",
}

app = typer.Typer(
    help="信任包：离线验证所需的一切，一个签名文件。"
    "The trust bundle: all that verifying offline needs, in one signed file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def trust() -> None:
    """信任包。The trust bundle."""


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(metavar="FILE.zip", help="新文件。A new file.")],
    key: Annotated[Path, typer.Option(help="发布机构的私钥文件。The publisher's key file.")],
    cert: Annotated[
        Path,
        typer.Option(
            help="其证书，签发者的证书附于其后；须载明机构代码。"
            "Its certificate, those of the issuers behind it; it has to name an organisation."
        ),
    ],
    valid_for: Annotated[
        str,
        typer.Option(
            metavar="SPAN",
            help="用多久，如 30d；过后它什么也不说。"
            "How long it is used; after that it says nothing.",
        ),
    ] = "30d",
    authorities: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="签名的发证权责清单，一并装入。Signed authority register that goes in.",
        ),
    ] = None,
    authorities_by: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="要求：清单须由该机构签名。Ask that the register is this organisation's.",
        ),
    ] = None,
    max_status_age: Annotated[
        str | None,
        typer.Option(
            metavar="SPAN",
            help="要求：状态至多多旧，如 24h。Ask that no status is older, such as 24h.",
        ),
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="另外装入的状态列表与状态证明，可重复；主目录的 public/ 总会装入。"
            "More status lists and histories that go in, may be repeated; those of the home's "
            "public/ always do.",
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """把主目录的信任材料、状态列表、印章登记、类型做成一个签名的信任包。Make a bundle of a home.

    退出码 Exit codes: 0 已写出 written; 1 未做 refused; 2 用法有误 usage.
    """
    from eseal.moments import now
    from licences.authority_register import MAX_REGISTER_BYTES
    from licences.bundle_export import ExportTerms, export_bundle
    from licences.home import open_home
    from licences.trust_bundle import BundlePolicy, read_bundle

    demand_new(out)
    opened, at = open_home(home), now()
    age = None if max_status_age is None else read_span(max_status_age)
    published = (opened.path / PUBLIC,) if (opened.path / PUBLIC).is_dir() else ()
    terms = ExportTerms(
        lifetime=read_span(valid_for),
        policy=BundlePolicy(max_status_age=age, authorities_by=authorities_by),
        authorities=None if authorities is None else read_file(authorities, MAX_REGISTER_BYTES),
        statuses=(*published, *(status or ())),
    )
    exported = export_bundle(opened, open_signer(key, cert, passphrase_file), terms, at=at)
    write_new(out, exported.data)
    typer.echo(str(out))
    _warn(read_bundle(exported.data))
    if exported.doubts:
        _tell(exported.doubts)


@app.command("show")
def show(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE.zip", help="信任包。The bundle.")],
    at: AtOption = None,
) -> None:
    """列出信任包中有什么、多旧、谁签的；不表示可信。List what is in it, how old, and whose it is.

    退出码 Exit codes: 0 签名与摘要相符 whole; 1 被改动或不是信任包 altered, or no bundle.
    """
    from licences.bundle_contents import describe_all
    from licences.bundle_pins import check_bundle_signature
    from licences.trust_bundle import MAX_BUNDLE_BYTES, read_bundle

    moment = moment_or_now(at)
    found = read_bundle(read_file(bundle, MAX_BUNDLE_BYTES))
    check_bundle_signature(found)
    _print(found, list(describe_all(found)), moment)


def _warn(bundle: "TrustBundle") -> None:
    """Tell of what ends before the bundle does, or is missing: answers are undetermined then."""
    from eseal.cli.page import safe
    from eseal.cli.times import china_time
    from licences.bundle_contents import describe_all
    from licences.trust_bundle import FileKind

    if not bundle.of(FileKind.STATUS):
        typer.echo(
            "注意 note：其中没有状态列表，凭它每份证照都不能确定（STATUS_UNAVAILABLE）："
            "请先 licences publish，或用 --status 指定，再另做一个 no status list went in: "
            "by this bundle every licence is undetermined; run licences publish, or name some with "
            "--status, and make another one",
            err=True,
        )
    ending = [each for each in describe_all(bundle) if each.until is not None]
    first = min(ending, key=lambda each: each.until or bundle.expires_at, default=None)
    if first is not None and first.until is not None and first.until < bundle.expires_at:
        kind = _KINDS[first.file.kind.value]
        typer.echo(
            f"注意 note：{kind} {safe(first.name)} {china_time(first.until)} 到期，"
            f"早于信任包 ends before the bundle does",
            err=True,
        )


def _tell(doubts: "Sequence[str]") -> None:
    """Tell what the journals do not account for; it did not go in, nor does it keep others out."""
    from eseal.cli.voice import one_line
    from licences.status_changes import few

    said = (
        "登记簿中有签名记录不能说明的或放错地方的，未装入 "
        "the register has what no signed journal says, or what lies in the wrong place"
    )
    typer.echo(one_line(f"注意 note：{said}：{few(doubts)}"), err=True)


def _print(bundle: "TrustBundle", files: "list[Described]", at: "datetime") -> None:
    """Print whether it is whole, what of it has ended, whose it is until when; then its files."""
    from eseal.cli.page import page

    ended = [each for each in files if each.until is not None and at > each.until]
    order = list(_KINDS)
    files.sort(key=lambda each: (each not in ended, order.index(each.file.kind.value)))
    with page() as console:
        console.print("[green]✓[/] 签名与全部摘要相符 signature and all digests hold")
        if at > bundle.expires_at:
            console.print("[red]✗[/] 信任包已过期，不再采信 it has ended and says nothing more")
        if ended:
            said = f"其中 {len(ended)} 项已过期 of its files have ended"
            console.print(f"[yellow]?[/] {said}")
        console.print(_facts(bundle, at))
        console.print(
            "   [dim]是否可信，须经另一渠道核对上述 SHA-256 之一 "
            "whether to believe it: compare one SHA-256 above by another way[/]\n"
        )
        console.print(_listed(files, at))


def _facts(bundle: "TrustBundle", at: "datetime") -> "Rows":
    from eseal.cli.page import in_line
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time

    policy = bundle.policy
    most = "—" if policy.max_status_age is None else span_text(policy.max_status_age)
    facts = Rows(fixed=1)
    for zh, en, value in (
        ("发布者", "publisher", f"{_signer_name(bundle)}  {bundle.issuer}"),
        ("用到", "until", f"{china_time(bundle.expires_at)}  {_left(bundle.expires_at, at)}"),
        ("签于", "made", f"{china_time(bundle.made_at)}  {_age(bundle.made_at, at)}"),
        ("所问时刻", "at", china_time(at)),
        ("签名证书", "signer SHA-256", bundle.statement.certificate.sha256.hex()),
        ("本文件", "file SHA-256", bundle.sha256),
        ("状态至多", "status at most", most),
        ("清单须由", "register by", policy.authorities_by or "—"),
    ):
        facts.add_row(f"   {zh} [dim]{en}[/]", in_line(value.strip()))
    return facts


def _listed(files: "Iterable[Described]", at: "datetime") -> "Rows":
    from eseal.cli.page import in_line
    from eseal.cli.rows import Rows

    listed = Rows(fixed=1)
    for each in files:
        listed.add_row(
            f"   {_KINDS[each.file.kind.value]} [dim]{each.file.kind}[/]",
            in_line(each.name),
            f"[dim]{_age(each.made_at, at)}[/]",
            f"[dim]{_until(each.until, at)}[/]",
        )
    return listed


def _signer_name(bundle: "TrustBundle") -> str:
    from eseal.evidence import common_name

    return common_name(bundle.statement.certificate)


def _age(made: "datetime | None", at: "datetime") -> str:
    from eseal.cli.times import age_words

    return "" if made is None else age_words(made, at)


def _until(ends: "datetime | None", at: "datetime") -> str:
    from eseal.cli.times import china_time

    return "" if ends is None else f"至 until {china_time(ends)}  {_left(ends, at)}".rstrip()


def _left(ends: "datetime", at: "datetime") -> str:
    return "已过期 ended" if at > ends else ""
