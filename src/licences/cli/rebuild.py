"""`licences rebuild`: compare where licences stand with their journals, and mend the register."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, one_line, stdout
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.life_words import STANDINGS, unjudged_text

if TYPE_CHECKING:
    from eseal.report import Finding
    from licences.projections import Projection
    from licences.rebuilding import Compared

_OUTCOMES = {
    "differs": ("red", "✗", "不符"),
    "mended": ("green", "✓", "已修复"),
    "failed": ("red", "✗", "未修复"),
}
_STATES = {"intent": "意向", "issued": "已签发", "failed": "未签发"}
_SHOWN_BYTES = 6
"""So much of a digest tells two apart."""


def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="只比较，不作改动。Only compare; change nothing.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """按登记记录重建证照状态。Make licences' states from their journals again.

    逐份比较，修复与记录不符的，列出每处；记录不完整的不动。Each licence is compared, what
    differs is mended and told; one with a broken journal is left as it is.

    主目录 public/ 中公布的状态，登记记录不能说明的，也列出。What is published in the home's public/
    and no journal accounts for is told as well.

    退出码 Exit codes: 0 全部相符或已修复 all agree or are mended; 1 有不符（--check）、记录
    不完整或不能说明所公布的 some differ (with --check), or a journal is broken, or does not
    account for what is published.
    """
    from eseal.moments import now
    from licences.home import open_home
    from licences.life_signers import LifeSigners
    from licences.projections import Projections
    from licences.publication_diagnosis import doubts_of, lost_of, survey_published
    from licences.rebuilding import rebuild as compare_all

    opened = open_home(home)
    register, signers = opened.register(), LifeSigners(opened.trust_store, now=now())
    told: Counter[str] = Counter()
    doubts: list[Finding] = []
    try:
        for each in compare_all(Projections(register.engine), signers, check=check):
            told[each.outcome.value] += 1
            _say(each)
            if each.doubt is not None:
                doubts.append(each.doubt)
        survey = survey_published(opened, register, now())
    finally:
        register.close()
    mended, differ, failed = (told[each] for each in ("mended", "differs", "failed"))
    typer.echo(
        f"{told.total()} 份证照 licences：{told['agrees']} 相符 agree，{mended} 已修复 mended，"
        f"{differ} 不符 differ，{failed} 未修复 not mended",
        err=True,
    )
    if doubts:
        typer.echo(f"{len(doubts)} 份 licences：{unjudged_text(doubts[0])}", err=True)
    unaccounted = (*doubts_of(survey), *lost_of(survey))
    for sentence in unaccounted:
        typer.echo(one_line(f"与已公布的不符 other than published：{sentence}"), err=True)
    if mended:
        typer.echo("状态有改动，请运行 licences publish；publish anew what has changed", err=True)
    if differ or failed or unaccounted:
        raise typer.Exit(Exit.FAILED)


def _say(each: "Compared") -> None:
    """Tell a licence whose row and journal differ, or whose journal says nothing."""
    from eseal.cli.page import in_line
    from eseal.cli.times import in_china

    if each.outcome.value not in _OUTCOMES:
        return
    colour, sign, word = _OUTCOMES[each.outcome.value]
    console = stdout()
    said = f"[{colour}]{sign} {word} {each.outcome}[/]  {in_line(each.identifier)}"
    console.print(said, soft_wrap=True)
    if each.row is not None:
        console.print(f"    登记为 row      {_text(each.row)}", soft_wrap=True)
    if each.journal is not None:
        console.print(f"    记录为 journal  {_text(each.journal)}", soft_wrap=True)
    if each.error is not None:
        reason = each.error.reason
        console.print(f"    {reason} {reason.zh} {reason.en}", soft_wrap=True)
        console.print(f"    [dim]{in_line(in_china(each.error.told))}[/]", soft_wrap=True)
        console.print(f"    → {reason.remedy_zh}\n    → {reason.remedy_en}", soft_wrap=True)


def _text(projection: "Projection") -> str:
    """Say what a row says; it may be anything."""
    from eseal.cli.page import in_line

    state, standing = projection.state, projection.standing
    words = (_STATES.get(state, ""), state, STANDINGS.get(standing, ""), standing)
    head = projection.head[:_SHOWN_BYTES].hex()
    said = " ".join(each for each in words if each)
    return in_line(f"{said}  {projection.events} 条 events  …{head}")
