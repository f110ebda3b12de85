"""`eseal verify`: judge the signatures and seals of PDFs, and seals by themselves, offline."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.time_options import AtOption, moment_or_now
from eseal.cli.voice import Exit

if TYPE_CHECKING:
    from eseal.documents import DocumentReport


class Format(StrEnum):
    """How results are written to stdout."""

    TABLE = "table"
    NDJSON = "ndjson"


def verify(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="PDF 或印章文件（.esl）。PDFs or seals.")
    ],
    trust: Annotated[
        Path,
        typer.Option(
            help="信任的根证书、制章者证书与 CRL：文件或文件夹。"
            "Roots, seal makers' certificates and CRLs: a file or a folder."
        ),
    ],
    at: AtOption = None,
    output: Annotated[
        Format, typer.Option("--format", help="输出格式。Form of the results.")
    ] = Format.TABLE,
) -> None:
    """验证 PDF 上的签名与印章，或印章本身。Verify signatures and seals, offline.

    退出码 Exit codes: 0 全部通过 all passed; 1 有不通过 one failed; 2 什么也没有验 nothing was
    checked; 3 不能确定 undetermined; 4 不可读 unreadable.
    """
    from eseal.chain import PathJudge
    from eseal.documents import judge_document
    from eseal.trust import load_trust

    judge = PathJudge(load_trust(trust), at=moment_or_now(at))
    worst = Exit.OK
    for file in files:
        report = judge_document(str(file), _read(file), judge=judge)
        _write(report, output)
        worst = min(worst, _code(report), key=_PRECEDENCE.index)
    raise typer.Exit(worst)


_PRECEDENCE = (Exit.USAGE, Exit.FAILED, Exit.UNDETERMINED, Exit.UNREADABLE, Exit.OK)


def _read(file: Path) -> bytes | None:
    from eseal.pdf.structure import MAX_PDF_BYTES

    try:
        with file.open("rb") as stream:
            return stream.read(MAX_PDF_BYTES + 1)
    except OSError:
        return None


def _code(report: "DocumentReport") -> Exit:
    from eseal.report import Indication

    match report.verdict.indication:
        case Indication.TOTAL_PASSED:
            return Exit.OK
        case Indication.TOTAL_FAILED:
            return Exit.FAILED
        case Indication.INDETERMINATE:
            return Exit.UNDETERMINED
        case Indication.UNREADABLE:
            return Exit.UNREADABLE


def _write(report: "DocumentReport", output: Format) -> None:
    match output:
        case Format.NDJSON:
            from eseal.documents import document_data

            text = json.dumps(document_data(report), ensure_ascii=False, separators=(",", ":"))
            typer.echo(text)
        case Format.TABLE:
            from eseal.cli.findings import print_document

            print_document(report)
