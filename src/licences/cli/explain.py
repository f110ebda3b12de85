"""`licences explain CODE`: what a reason code means and what to do, zh and en."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.voice import Exit, give_up

if TYPE_CHECKING:
    from eseal.reasons import ReasonCode


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="原因代码，如 DIGEST_MISMATCH，或 ETSI 的次级结论，如 TRY_LATER；"
            "不填则列出全部原因。"
            "A reason code, or a sub-indication of ETSI's; none lists all reasons.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
) -> None:
    """解释原因代码：含义与处理办法。Say what a reason code means and what to do."""
    from licences.explanations import all_reasons, near, reason_of, reasons_under

    if code is None:
        reasons = all_reasons()
        if as_json:
            _print_json([_as_dict(reason) for reason in reasons])
            return
        for reason in reasons:
            typer.echo(f"{reason.value:<28} {reason.zh}  {reason.en}")
        return
    found = reason_of(code)
    if found is None and (under := reasons_under(code)):
        _explain_sub_indication(under, as_json=as_json)
        return
    if found is None:
        close = "、".join(near(code))
        zh, en = (f"；相近的有：{close}", f"; near it: {close}") if close else ("", "")
        give_up(
            f"没有代码 {code}{zh}；licences explain 列出全部",
            f"no code {code}{en}; licences explain lists them all",
            Exit.USAGE,
        )
    if as_json:
        _print_json(_as_dict(found))
        return
    typer.echo(f"{found.value}（{found.sub}）" if found.sub != found.value else found.value)
    typer.echo(f"  含义  {found.zh}\n        {found.en}")
    typer.echo(f"  处理  {found.remedy_zh}\n        {found.remedy_en}")


def _explain_sub_indication(under: "tuple[ReasonCode, ...]", *, as_json: bool) -> None:
    """Say what a sub-indication means, and which reasons are counted under it."""
    from licences.explanations import SUB_INDICATIONS

    name = under[0].sub
    zh, en = SUB_INDICATIONS[name]
    if as_json:
        codes = [each.value for each in under]
        _print_json({"sub_indication": name, "zh": zh, "en": en, "codes": codes})
        return
    typer.echo(f"{name}（ETSI EN 319 102-1 的次级结论 sub-indication）")
    typer.echo(f"  含义  {zh}\n        {en}")
    typer.echo("  原因  其下有 reasons of it:")
    for each in under:
        typer.echo(f"        {each.value:<28} {each.zh}  {each.en}")


def _as_dict(reason: "ReasonCode") -> dict[str, str]:
    return {
        "code": reason.value,
        "sub_indication": reason.sub,
        "zh": reason.zh,
        "en": reason.en,
        "remedy_zh": reason.remedy_zh,
        "remedy_en": reason.remedy_en,
    }


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
