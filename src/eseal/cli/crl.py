"""`eseal crl`: publish a CA's revocation list, each one following from the one before."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import PassphraseFile, RevokedSerials, open_signer, read_file, read_span

if TYPE_CHECKING:
    from datetime import datetime

    from eseal.cli.revoked import Revoked

app = typer.Typer(
    help="发布吊销列表。Publish revocation lists.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("publish")
def publish(
    ca_key: Annotated[Path, typer.Option(help="CA 私钥。The CA's key file.")],
    ca_cert: Annotated[Path, typer.Option(help="CA 证书。The CA's certificate.")],
    folder: Annotated[Path, typer.Option("--dir", help="发布目录。The folder that is published.")],
    name: Annotated[
        str | None,
        typer.Option(help="文件名；默认为证书文件名加 .crl。File name; the certificate's .crl."),
    ] = None,
    revoked_file: Annotated[
        Path | None,
        typer.Option(
            "--revoked", help="吊销清单，每行一个，写法同 --revoke。What is revoked, one a line."
        ),
    ] = None,
    revoked: RevokedSerials = None,
    valid_for: Annotated[
        str, typer.Option(metavar="SPAN", help="有效期，如 7d、12h。How long a list holds.")
    ] = "7d",
    begin: Annotated[
        int | None,
        typer.Option(
            min=0, help="目录中尚无列表时，从此编号开始。Begin with this number where none is."
        ),
    ] = None,
    replace_later: Annotated[
        bool,
        typer.Option(
            "--replace-later",
            help="时钟曾走快：接着晚于现在的列表，照现在的时间发布。"
            "Go on from a list that was made while the clock was ahead, as of now.",
        ),
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """发布吊销列表。Publish a list that follows from the one before.

    有新吊销，或有效期过半，才签新的；编号递增，旧条目不丢。A new one is signed only for a new
    entry, or after half its life; numbers rise, and no entry is lost.
    """
    from eseal.cli.page import safe
    from eseal.cli.revoked import say_undetermined
    from eseal.cli.times import china_time
    from eseal.crl_publishing import demand_sensible, publish_crl
    from eseal.moments import now

    at, span = now(), read_span(valid_for)
    issuer = open_signer(ca_key, ca_cert, passphrase_file)
    path = folder / (name or f"{ca_cert.stem}.crl")
    wanted = _wanted(revoked_file, revoked or [])
    known = _published(path)
    entries = [one.entry(known.get(one.serial, at)) for one in wanted]
    fresh = [one for one in entries if one.serial not in known]
    demand_sensible(fresh, issuer, at=at)
    done = publish_crl(
        issuer,
        path,
        entries,
        at=at,
        valid_for=span,
        first_number=begin,
        replace_later=replace_later,
    )
    say_undetermined(fresh)
    sign, said = ("✓", "已发布 published") if done.changed else ("=", "未变 unchanged")
    typer.echo(
        f"{sign} {said}  {safe(str(path))}  编号 number {done.number}  "
        f"吊销 revoked {done.entries}  有效至 until {china_time(done.next_update)}"
    )


def _wanted(file: Path | None, given: list[str]) -> "list[Revoked]":
    from eseal.cli.revoked import parse_revoked, parse_revoked_lines

    listed = [] if file is None else parse_revoked_lines(read_file(file, limit=16 << 20))
    return [*listed, *(parse_revoked(text) for text in given)]


def _published(path: Path) -> "dict[int, datetime]":
    """What is published already; a serial without a time is meant as revoked when it was."""
    from eseal.crl import MAX_CRL_BYTES, read_crl
    from eseal.crl_publishing import read_entries

    if not path.exists():
        return {}
    return {one.serial: one.at for one in read_entries(read_crl(read_file(path, MAX_CRL_BYTES)))}
