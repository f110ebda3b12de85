"""How the command lines of this house speak; `licences` speaks the same way.

Rules: results on stdout and nothing else there; progress, hints and errors on stderr; Chinese
first, English beside it; an error says its code, where, and what to do; no traceback for anything
that a person can cause, a full disk behind `> FILE` among it; NO_COLOR is honoured (rich does) and
colour is never the only sign.
"""

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import typer

from eseal.cli.headings import speak_both
from eseal.cli.streams import UnwrittenError, told_apart
from eseal.plain_text import printable
from eseal.regular_files import is_regular

if TYPE_CHECKING:
    from rich.console import Console

    from eseal.errors import EvidenceError
    from eseal.reasons import ReasonCode


class Exit(IntEnum):
    """Exit codes; those of `verify` are the contract that scripts rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNDETERMINED = 3
    UNREADABLE = 4
    INTERRUPTED = 130
    PIPE_CLOSED = 141


def one_line(text: str) -> str:
    """Make such a text harmless where it stands in a line: it cannot begin another one."""
    return printable(text.replace("\n", "\ufffd").replace("\t", " "))


def stderr() -> "Console":
    """Give a console on stderr, for people."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def stdout() -> "Console":
    """Give a console on stdout, for results."""
    from rich.console import Console

    return Console(highlight=False)


def say_error(error: "EvidenceError") -> None:
    """Print an error as code, titles, detail and remedy; its times are China's."""
    from eseal.cli.times import in_china

    reason = error.reason
    zh, en = error.advice or (reason.remedy_zh, reason.remedy_en)
    lines = [
        f"错误 {reason}：{reason.zh}",
        f"error {reason}: {reason.en}",
        f"  {in_china(error.sentence)}" + (f"（{error.at}）" if error.at else ""),
        f"  → {zh}",
        f"  → {en}",
    ]
    sys.stderr.write("\n".join(map(one_line, lines)) + "\n")


def give_up(zh: str, en: str, code: Exit = Exit.USAGE) -> NoReturn:
    """Say why in one line in each language and leave with `code`."""
    sys.stderr.write(f"错误：{one_line(zh)}\nerror: {one_line(en)}\n")
    raise typer.Exit(code)


@contextmanager
def as_usage(*reasons: "ReasonCode") -> Iterator[None]:
    """End as wrong usage what a block refuses for one of these reasons; for any if none is named.

    It stands around what an option or an argument says by itself; what is refused for what is
    there, a seal or a certificate, ends with 1.
    """
    from eseal.errors import EvidenceError

    try:
        yield
    except EvidenceError as error:
        if reasons and error.reason not in reasons:
            raise
        say_error(error)
        raise typer.Exit(Exit.USAGE) from error


_USAGE_ERROR: Final = cast("type[Exception]", typer.BadParameter.__bases__[0])
"""What typer raises for a command line that it cannot read; it gives this class no public name."""

_NO_COMMAND: Final = re.compile(
    r"No such command (?P<quote>['\"])(?P<typed>.*)(?P=quote)\.?(?P<near> Did you mean .*)?$",
    re.DOTALL,
)
_NAMED: Final = re.compile(r"'([^']*)'")
_NO_PATH: Final = frozenset({errno.ENAMETOOLONG, errno.EACCES})
"""What is said of paths on a command line that are too long, or in a folder that is closed."""


def run(app: typer.Typer) -> None:
    """Run `app`; refusals end with 1, wrong usage and output that cannot be written with 2."""
    speak_both()
    with told_apart():
        try:
            code = _code_of(app)
            sys.stdout.flush()
        except UnwrittenError as error:
            code = _say_unwritten(error)
    sys.exit(code)


def _code_of(app: typer.Typer) -> int:
    """Run it, and say why it ended if it did not by itself."""
    from eseal.errors import EvidenceError

    try:
        code = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        _say_usage(error)
        return Exit.USAGE
    except typer.Abort:
        return Exit.FAILED
    except EvidenceError as error:
        say_error(error)
        return Exit.FAILED
    except OSError as error:
        if error.errno not in _NO_PATH or not error.filename:
            raise
        zh, en = f"无法访问 {error.filename}", f"cannot look at {error.filename}: {error.strerror}"
        sys.stderr.write(f"错误：{one_line(zh)}\nerror: {one_line(en)}\n")
        return Exit.USAGE
    if code == Exit.INTERRUPTED and not isinstance(code, Exit):  # no command ended with it itself
        sys.stderr.write("已中断。Interrupted.\n")
    return code if isinstance(code, int) else Exit.OK


def _say_unwritten(error: UnwrittenError) -> Exit:
    """Say that the output could not be written; of a pipe that its reader closed, nothing."""
    if error.is_closed_pipe:
        return Exit.PIPE_CLOSED
    with suppress(UnwrittenError):
        sys.stderr.write(
            f"错误：输出无法写入（{error}）；可写之后再运行一次，已办的不会重复\n"
            f"error: the output cannot be written ({error}); once it can be, run it again: nothing "
            "is done twice\n"
        )
        sys.stderr.flush()
    return Exit.USAGE


def _say_usage(error: Any) -> None:
    """Say what is wrong with a command line, how it is meant, and where there is more."""
    context = error.ctx
    if context is not None and type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(context.get_help() + "\n")
        return
    lines = [f"错误：{_usage_zh(error)}", f"error: {one_line(error.format_message())}"]
    if context is not None:
        usage = context.get_usage().partition(": ")[2]
        lines += [f"用法 usage: {usage}", f"  → {context.command_path} --help"]
    lines += [
        f"  → 以 - 开头的文件名写作 a file whose name begins with - is written: ./{name}"
        for name in sys.argv[1:]
        if type(error).__name__ == "NoSuchOption"
        and name.startswith("-")
        and is_regular(Path(name))
    ]
    sys.stderr.write(printable("\n".join(lines)) + "\n")


def _usage_zh(error: Any) -> str:
    name, parameter = getattr(error, "option_name", ""), getattr(error, "param", None)
    if parameter is not None:
        name = parameter.get_error_hint(error.ctx)
    match type(error).__name__:
        case "NoSuchOption":
            near = "、".join(sorted(error.possibilities or ()))
            return f"没有选项 {name}" + (f"；是否指 {near}" if near else "")
        case "MissingParameter":
            return f"缺少 {name}"
        case "BadParameter" if name:
            choices = "、".join(getattr(parameter and parameter.type, "choices", ()))
            return f"{name} 的值不对" + (f"，可用：{choices}" if choices else "")
        case "BadOptionUsage":
            return f"选项 {name} 的写法不对"
        case _ if (said := _NO_COMMAND.match(error.message)) is not None:
            meant = "、".join(_NAMED.findall(said["near"] or ""))
            return f"没有这个命令 {one_line(said['typed'])}" + (
                f"；是否指 {meant}" if meant else ""
            )
        case _:
            return "命令行的写法不对"
