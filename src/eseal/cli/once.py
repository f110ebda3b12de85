"""An option that takes one value is given once: of two values the first would be lost in silence.

typer takes the last; every command of this house refuses instead. Options that may be repeated say
so, and flags may be repeated without harm.
"""

from collections.abc import Callable
from typing import Any, Final, cast

from typer.core import TyperCommand

from eseal.cli.voice import give_up

_PARSE: Final[Callable[..., list[str]]] = TyperCommand.parse_args


def refuse_repeated() -> None:
    """Have every command of this process refuse options that are given twice."""
    TyperCommand.parse_args = cast("Any", _parse_args)  # type: ignore[method-assign]


def _parse_args(command: Any, context: Any, args: list[str]) -> list[str]:
    parsed = _PARSE(command, context, list(args))
    _, _, given = command.make_parser(context).parse_args(args=list(args))
    for option in command.params:
        takes_one = option.param_type_name == "option" and not option.multiple
        if takes_one and not option.is_flag and given.count(option) > 1:
            name = option.opts[0]
            give_up(f"{name} 只能给出一次", f"{name} can be given once only")
    return parsed
