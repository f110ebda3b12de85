"""What the help of a command says of itself, in Chinese and English: headings, defaults, --help.

typer says this in English alone and takes no other words, so that the formatter which writes its
help pages is replaced by one that adds the Chinese; everything else in them is our own text.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, cast

import typer

_HEADINGS: Final = {"Arguments": "参数", "Options": "选项", "Commands": "命令"}
_HELP: Final = "Show this message and exit."
_EXTRA: Final = re.compile(r"\[[^\]]*\]$")
"""What stands behind the help of an option."""

_WORDS: Final = {"default: ": "默认 ", "required": "必填 ", "env var: ": "环境变量 "}
_WORD: Final = re.compile(r"(?<=[\[ ])(?:default: |env var: |required(?=[\];]))")
_CONTEXT: Final = cast("Any", typer.Context.__bases__[0])
"""What typer knows of a command line while it reads it; it has no public name."""

_FORMATTER: Final[Any] = _CONTEXT.formatter_class


def speak_both() -> None:
    """Have the help of every command line of this process speak both languages."""
    _CONTEXT.formatter_class = _Formatter


class _Formatter(_FORMATTER):  # type: ignore[misc]  # typer gives it no public name
    """Writes help pages as typer does."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法 Usage: " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(f"{_HEADINGS.get(heading, '')} {heading}".lstrip())

    def write_dl(self, rows: Sequence[tuple[str, str]], *measures: int, **named: int) -> None:
        super().write_dl([(name, _in_both(text)) for name, text in rows], *measures, **named)


def _in_both(text: str) -> str:
    """Add the Chinese to what typer says of an option."""
    if text == _HELP:
        return f"显示帮助。{text}"
    return _EXTRA.sub(lambda extra: _WORD.sub(_with_chinese, extra[0]), text)


def _with_chinese(word: re.Match[str]) -> str:
    return f"{_WORDS[word[0]]}{word[0]}"
