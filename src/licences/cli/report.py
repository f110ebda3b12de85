"""`licences report`: signed verification reports, judged and shown."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.time_options import AtOption, moment_or_now
from eseal.cli.voice import Exit
from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.trust_options import (
    BundleDigestOption,
    BundleSignerOption,
    TrustOption,
    find_trust,
    read_pins,
    read_signers,
)
from licences.cli.verify_output import exit_code

if TYPE_CHECKING:
    from datetime import datetime

    from eseal.jose.statements import StatementEvidence
    from licences.signed_report import SignedReport

EXIT_CODES = """
    \b
    退出码 Exit codes: 报告自身与其中结论的最差者 the worst of the report and its verdicts
      0  全部通过 all TOTAL-PASSED
      1  有不通过，或报告的签名不正确 one TOTAL-FAILED, or the report badly signed
      2  用法有误，或信任材料不可读 usage, or trust material unreadable
      3  无不通过，但有不确定 none failed, one INDETERMINATE, or the report itself
      4  不是签名报告，或其中有不可读的文件 no signed report, or an unreadable input in it
"""

app = typer.Typer(
    help="签名的验证报告。Signed verification reports.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How a report is shown."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def report() -> None:
    """签名的验证报告。Signed verification reports."""


@app.command("verify")
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="licences verify --report … --sign-key … 写出的文件。"
            "What licences verify --report … --sign-key … wrote.",
        ),
    ],
    trust: TrustOption = None,
    at: AtOption = None,
    signer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|SHA256",
            help="报告须由谁签署：证书文件，或经另一渠道核对的 SHA-256；可重复。"
            "不填则只列出是谁签的。Who has to have signed: the certificate, or its SHA-256 as "
            "learned by another way; may be repeated. Without it who signed is only told.",
        ),
    ] = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            case_sensitive=False,
            help="输出格式；json 为其中的各份报告，仅在签名有效时给出。"
            "Form: json gives the reports in it, and only if it is believed.",
        ),
    ] = Format.TABLE,
    bundle_signer: BundleSignerOption = None,
    bundle_sha256: BundleDigestOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """验报告的签名与证书，列出其中的结论。Judge a report's signature; show its verdicts."""
    from eseal.chain import PathJudge
    from eseal.cli.options import read_file
    from eseal.cli.voice import say_error
    from eseal.errors import EvidenceError, MalformedError
    from licences.signed_report import MAX_REPORT_BYTES, judge_report, read_report
    from licences.trust_source import load_trust_source

    moment = moment_or_now(at)
    try:
        pins = read_pins(bundle_signer, bundle_sha256)
        signers = read_signers(signer)
        source = load_trust_source(*find_trust(trust, home), pins=pins, at=moment)
        judge = PathJudge(source.store, at=moment)
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
    try:
        signed = read_report(read_file(file, MAX_REPORT_BYTES))
    except EvidenceError as error:
        say_error(error)
        malformed = isinstance(error, MalformedError)
        raise typer.Exit(Exit.UNREADABLE if malformed else Exit.FAILED) from error
    evidence = judge_report(signed, judge=judge, signers=signers)
    _WRITERS[output](str(file), signed, evidence, moment)
    verdicts = {evidence.verdict.indication.value}
    raise typer.Exit(exit_code(verdicts | {str(each["indication"]) for each in signed.reports}))


verify.__doc__ = f"{verify.__doc__}\n{EXIT_CODES}"


def _write_table(
    name: str, signed: "SignedReport", evidence: "StatementEvidence", at: "datetime"
) -> None:
    from licences.cli.report_page import print_signed_report

    print_signed_report(name, signed, evidence, at=at)


def _write_json(
    _name: str, signed: "SignedReport", evidence: "StatementEvidence", _at: "datetime"
) -> None:
    from eseal.cli.voice import say_error
    from eseal.errors import EvidenceError

    try:
        evidence.demand()
    except EvidenceError as error:
        say_error(error)
    else:
        _say_signer(signed)
        _say_passed_over(signed)
        typer.echo(json_text(signed.reports, indent=2))


def _say_signer(signed: "SignedReport") -> None:
    """Say on stderr who signed: the JSON is the reports alone."""
    from eseal.cli.voice import one_line
    from licences.cli.report_page import signer_words

    said = "  ".join(signer_words(signed.statement.certificate))
    typer.echo(f"签署者 signed by {one_line(said)}", err=True)


def _say_passed_over(signed: "SignedReport") -> None:
    """Say on stderr what of the folders has no report, by kind."""
    from licences.cli.passed_over import count_words

    counts = {kind: each.count for kind, each in signed.passed_over.items()}
    for said in count_words(counts) if counts else ():
        typer.echo(said, err=True)


_WRITERS = {Format.TABLE: _write_table, Format.JSON: _write_json}
