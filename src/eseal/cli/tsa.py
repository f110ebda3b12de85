"""`eseal tsa`: a time-stamping authority of one's own, for trying things out."""

from pathlib import Path
from typing import Annotated

import typer

from eseal.cli.options import PassphraseFile, open_signer
from eseal.cli.voice import give_up

app = typer.Typer(
    help="时间戳（RFC 3161）：自设的时间戳服务。Timestamps: an authority of one's own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Keep `serve` a command of its own."""


@app.command("serve")
def serve(
    key: Annotated[Path, typer.Option(help="时间戳私钥文件。The authority's key file.")],
    cert: Annotated[
        Path,
        typer.Option(
            help="时间戳证书（eseal cert issue --profile timestamping），后附签发者证书。"
            "Its certificate, for timestamps alone, with its issuers' behind it."
        ),
    ],
    host: Annotated[str, typer.Option(help="监听地址。The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="端口，0 为任一空闲端口。Port; 0: any free one.")
    ] = 0,
    policy: Annotated[
        str | None, typer.Option(metavar="OID", help="策略 OID。The policy's OID.")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """提供时间戳服务，用于演示与内网；输出网址，Ctrl-C 停止。Serve timestamps until Ctrl-C.

    时间取自本机时钟，不具法律效力。The time is this machine's: it proves nothing in law.
    """
    import secrets

    from eseal import moments
    from eseal.timestamps.authority import LOCAL_POLICY, TimestampAuthority
    from eseal.timestamps.server import make_server

    signer = open_signer(key, cert, passphrase_file)
    authority = TimestampAuthority(signer=signer, policy=_checked(policy) or LOCAL_POLICY)
    try:
        server = make_server(
            authority,
            host=host,
            port=port,
            clock=moments.now,
            serial_numbers=lambda: secrets.randbits(128),
        )
    except OSError as error:
        give_up(f"无法监听 {host}:{port}", f"cannot listen on {host}:{port}: {error.strerror}")
    typer.echo(f"http://{host}:{server.server_port}/")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("已停止 stopped", err=True)


def _checked(policy: str | None) -> str | None:
    """Insist on an object identifier."""
    import re

    if policy is not None and not re.fullmatch(r"[0-2](\.(0|[1-9]\d{0,38})){1,20}", policy):
        give_up(f"{policy} 不是 OID", f"{policy} is no object identifier")
    return policy
