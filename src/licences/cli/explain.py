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
            help="原因代码，如 DIGEST_MISMATCH；不填则列出全部。A reason code; none lists all.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False,
) -> None:
    """解释原因代码：含义与处理办法。Say what a reason code means and what to do."""
    from licences.explanations import all_reasons, near, reason_of

    if code is None:
        reasons = all_reasons()
        if as_json:
            _print_json([_as_dict(reason) for reason in reasons])
            return
        for reason in reasons:
            typer.echo(f"{reason.value:<28} {reason.zh}  {reason.en}")
        return
    found = reason_of(code)
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
