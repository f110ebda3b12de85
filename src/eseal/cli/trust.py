"""`eseal trust`: keep the revocation data of a trust folder fresh."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.options import read_certificate_file
from eseal.cli.voice import Exit, give_up

if TYPE_CHECKING:
    from eseal.refreshing import Refreshed

app = typer.Typer(help="信任文件夹。Trust folders.", no_args_is_help=True, rich_markup_mode=None)


@app.command("refresh")
def refresh(
    folder: Annotated[Path, typer.Argument(help="信任文件夹。A trust folder.")],
    certificates: Annotated[
        list[Path] | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="另需其吊销数据的证书（可带证书链），可多次。"
            "Certificates, perhaps with their chain, whose revocation data are wanted as well.",
        ),
    ] = None,
) -> None:
    """联网更新吊销列表与 OCSP 应答。Fetch lists and OCSP answers, as the certificates name them.

    只采用验证通过且不更旧的。Only what holds and is not older than what is there is taken.

    退出码 Exit codes: 0 全部为最新 all is up to date; 1 有回答不可采信或未能写入 an answer was
    refused, or could not be written; 2 没有可更新的 nothing to refresh; 3 有的未能取得 something
    could not be fetched.
    """
    from eseal.moments import now
    from eseal.refreshing import refresh_trust

    given = [one for file in certificates or [] for one in read_certificate_file(file)]
    if not folder.is_dir():
        give_up(f"{folder} 不是文件夹", f"{folder} is no folder")
    lines = refresh_trust(folder, given, at=now())
    for line in lines:
        _say(line)
    if not lines:
        give_up(
            "没有可更新的：其中没有根以外的证书，可用 --certificate 指明",
            "nothing to refresh: no certificate in it but roots; name some with --certificate",
        )
    raise typer.Exit(_code(lines))


def _say(line: "Refreshed") -> None:
    from eseal.cli.page import in_line
    from eseal.cli.times import china_time, in_china
    from eseal.refreshing import Change

    signs = {
        Change.ADDED: ("+", "新增"),
        Change.UPDATED: ("✓", "已更新"),
        Change.UNCHANGED: ("=", "未变"),
        Change.NOT_REFRESHED: ("✗" if _is_refused(line) else "?", "未更新"),
    }
    sign, zh = signs[line.change]
    said = [f"{sign} {zh} {line.change}", line.file, line.about, line.url]
    if line.number is not None:
        said.append(f"编号 number {line.number}")
    if line.until is not None:
        said.append(f"有效至 until {china_time(line.until)}")
    if line.reason is not None:
        said += [f"{line.reason}：{line.reason.zh} {line.reason.en}", in_china(line.detail)]
    typer.echo(in_line("  ".join(filter(None, said))))


def _is_refused(line: "Refreshed") -> bool:
    """Whether something came that was not believed or not kept, as opposed to nothing."""
    from eseal.reasons import Reason

    return line.reason in {
        Reason.CRL_MALFORMED,
        Reason.OCSP_MALFORMED,
        Reason.NO_REVOCATION_DATA,
        Reason.REVOCATION_DATA_OLDER,
        Reason.FILE_NOT_SAVED,
        Reason.PATH_INVALID,
        Reason.ALGORITHM_REFUSED,
    }


def _code(lines: "Sequence[Refreshed]") -> Exit:
    if any(_is_refused(line) for line in lines):
        return Exit.FAILED
    if any(line.reason is not None for line in lines):
        return Exit.UNDETERMINED
    return Exit.OK
