"""`eseal verify`: judge the signatures and seals of PDFs, and seals by themselves, offline."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.time_options import AtOption, asked_and_now
from eseal.cli.voice import Exit, say_error
from eseal.plain_text import json_text

if TYPE_CHECKING:
    from eseal.documents import DocumentReport
    from eseal.report import Indication


class Format(StrEnum):
    """How results are written to stdout."""

    TABLE = "table"
    NDJSON = "ndjson"


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="PDF 或印章文件（.esl）；文件夹写作 FOLDER/*.pdf。PDFs or seals, no folders.",
        ),
    ],
    trust: Annotated[
        list[Path],
        typer.Option(
            metavar="PATH",
            help="信任的根证书、制章者证书与 CRL：文件或文件夹，可重复，合在一起用。"
            "Roots, seal makers' certificates and CRLs: files or folders, may be repeated and "
            "count together.",
        ),
    ],
    at: AtOption = None,
    output: Annotated[
        Format,
        typer.Option("--format", case_sensitive=False, help="输出格式。Form of the results."),
    ] = Format.TABLE,
) -> None:
    """验证 PDF 上的签名与印章，或印章本身。Verify signatures and seals, offline.

    退出码 Exit codes: 0 全部通过 all passed; 1 有不通过 one failed; 2 什么也没有验 nothing was
    checked; 3 不能确定 undetermined; 4 不可读 unreadable.
    """
    from eseal.chain import PathJudge
    from eseal.documents import judge_document
    from eseal.errors import EvidenceError
    from eseal.trust import load_trust

    moment, _ = asked_and_now(at)
    try:
        judge = PathJudge(load_trust(*trust), at=moment)
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
    found: list[Indication] = []
    for file in files:
        data, unread = _read(file)
        report = judge_document(str(file), data, judge=judge, unread=unread)
        _write(report, output)
        found.append(report.verdict.indication)
    if output is Format.TABLE and len(found) > 1:
        from eseal.cli.findings import print_totals

        print_totals(found)
    raise typer.Exit(min(map(_code, found), key=_PRECEDENCE.index))


_PRECEDENCE = (Exit.USAGE, Exit.FAILED, Exit.UNDETERMINED, Exit.UNREADABLE, Exit.OK)


def _read(file: Path) -> tuple[bytes | None, str]:
    """Read a file, or say why it cannot be read."""
    from eseal.pdf.structure import MAX_PDF_BYTES
    from eseal.regular_files import read_regular

    try:
        return read_regular(file, MAX_PDF_BYTES), ""
    except IsADirectoryError:
        return None, f"这是文件夹，请写明其中的文件 a folder, name the files in it: {file}/*.pdf"
    except OSError as error:
        return None, f"无法读取 cannot be read: {error.strerror or error}"


def _code(indication: "Indication") -> Exit:
    from eseal.report import Indication

    match indication:
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

            text = json_text(document_data(report), compact=True)
            typer.echo(text)
        case Format.TABLE:
            from eseal.cli.findings import print_document

            print_document(report)
