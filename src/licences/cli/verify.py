"""`licences verify`: judge files offline, one line each, with exit codes that tell why."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from eseal.cli.options import PassphraseFile, read_span
from eseal.cli.time_options import AtOption, asked_and_now
from eseal.cli.voice import Exit, give_up
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.passed_over import say_passed_over
from licences.cli.report_file import (
    PassedOverOption,
    ReportOption,
    ReportPlan,
    SignCertOption,
    SignKeyOption,
    plan_report,
)
from licences.cli.trust_options import (
    BundleDigestOption,
    BundleSignerOption,
    TrustOption,
    find_statuses,
    find_trust,
    read_pins,
)
from licences.cli.verify_output import Format, Worst, with_progress, write

EXIT_CODES = """
    \b
    退出码 Exit codes:
      0  全部通过 every input TOTAL-PASSED
      1  至少一个不通过 at least one TOTAL-FAILED
      2  用法有误，或信任材料不可读：什么也没有验；或结果无法写出
         usage, or trust material unreadable: nothing was checked; or output that cannot be written
      3  无不通过，但有不确定 none failed, at least one INDETERMINATE
      4  有文件不存在、不可读或不是证照 an input is not there, unreadable or no licence
    优先次序 Precedence: 2 > 1 > 3 > 4
"""


def verify(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|DIR|GLOB|-...",
            help="文件、文件夹、通配符，或 - 表示标准输入。Files, folders, patterns, - for stdin.",
        ),
    ],
    trust: TrustOption = None,
    at: AtOption = None,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", min=1, max=64, help="进程数。Processes.")
    ] = 1,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            case_sensitive=False,
            help="输出格式：ndjson 与 csv 每验完一份即出一行，json 为一个数组。"
            "Form of the results: NDJSON and CSV have a line as soon as a file is judged, JSON is "
            "one array.",
        ),
    ] = Format.TABLE,
    types: Annotated[
        Path | None,
        typer.Option(
            help="自有证照类型的文件夹，谁可颁发以它为准；默认用主目录的 types/。"
            "Folder of own licence types, which decides who may issue them; by default the home's "
            "types/."
        ),
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="另加的状态列表与状态证明：文件或文件夹，可重复；信任材料中的 status/，"
            "或主目录的 public/，总是一并使用，以最新者为准。More status lists and histories: "
            "files or folders, may be repeated; status/ in the trust material, or the home's "
            "public/, always counts as well, and what was made last decides.",
        ),
    ] = None,
    max_status_age: Annotated[
        str | None,
        typer.Option(
            metavar="SPAN",
            help="状态列表至多多旧，如 24h、7d；默认以列表自己的期限为准。"
            "How old a status list may be, such as 24h or 7d; by default as old as it says.",
        ),
    ] = None,
    authorities: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="发证权责清单（签名的）：谁可以颁发什么由它说；不填则由证照类型说。"
            "Signed authority register, which says who may issue what; else the types say it.",
        ),
    ] = None,
    authorities_by: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="清单须由该统一社会信用代码的机构签名。"
            "Code of the organisation that has to have signed the register.",
        ),
    ] = None,
    bundle_signer: BundleSignerOption = None,
    bundle_sha256: BundleDigestOption = None,
    report: ReportOption = None,
    sign_key: SignKeyOption = None,
    sign_cert: SignCertOption = None,
    passed_over: PassedOverOption = None,
    passphrase_file: PassphraseFile = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """验证证照与审计包（离线，只凭文件）。Verify licences and packs, offline, on files alone."""
    from eseal.cli.voice import say_error
    from eseal.errors import EvidenceError

    with _uncollected():
        from licences.batch import Question, verify_inputs
        from licences.catalogue import demand_types, own_types
        from licences.inputs import expand
        from licences.passed_over import Entries
        from licences.trust_source import is_bundle

    moment, now = asked_and_now(at)
    skipped = Entries()
    try:
        pins = read_pins(bundle_signer, bundle_sha256)
        names = list(expand(inputs, skipped))
        if types is not None:
            demand_types(types)
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
    plan = plan_report(report, sign_key, sign_cert, passphrase_file, passed_over)
    if not names:
        say_passed_over(skipped)
        ReportPlan(path=None, passed_over=passed_over).write(skipped)
        give_up("没有可验证的文件", "there is nothing to verify: the folder has no files")
    believed = find_trust(trust, home)
    own = (
        () if any(map(is_bundle, believed)) else own_types(home)
    )  # a bundle brings the types along
    folders = own if types is None else (types,)
    are_named = types is not None or home != DEFAULT_HOME
    question = Question(
        trust=believed,
        types=folders if are_named else (),
        found_types=() if are_named else folders,
        at=moment,
        authorities=authorities,
        authorities_by=authorities_by,
        now=now,
        statuses=find_statuses(status, trust, home),
        max_status_age=None if max_status_age is None else read_span(max_status_age),
        pins=pins,
    )
    try:
        reports = verify_inputs(names, question, jobs=jobs)
    except EvidenceError as error:
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error
    seen = Worst()
    with _interrupted(seen, len(names)):
        write(output, seen.watch(plan.watch(with_progress(reports, len(names)))))
    say_passed_over(skipped)
    plan.write(skipped)
    raise typer.Exit(seen.code)


verify.__doc__ = f"{verify.__doc__}\n{EXIT_CODES}"


@contextmanager
def _interrupted(seen: Worst, total: int) -> Iterator[None]:
    """Say how many were judged when it is interrupted."""
    try:
        yield
    except KeyboardInterrupt as error:
        zh, en = f"{total} 份中已验 {seen.count} 份", f"{seen.count} of {total} were judged"
        sys.stderr.write(f"已中断：{zh}。Interrupted: {en}.\n")
        raise typer.Exit(Exit.INTERRUPTED) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector rest while modules are loaded: they make much and drop nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
