"""Running the command lines in this process: arguments in; exit code, stdout and stderr out."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Self

import pytest
import typer.main

from eseal.errors import EvidenceError

_get_command = cache(typer.main.get_command)
"""Commands are made of functions' signatures once a process, as by the console script."""


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Command:
    """A command line, run as its console script runs it."""

    def __init__(
        self,
        main: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self._main = main
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def with_stdin(self, data: bytes) -> Self:
        """Give the next run these bytes on standard input."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return self

    def on_a_terminal(self) -> Self:
        """Have standard error be a terminal."""
        self._monkeypatch.setattr(sys.stderr.buffer, "isatty", lambda: True)
        return self

    def __call__(self, *arguments: object) -> Outcome:
        """Run it with `arguments`."""
        self._monkeypatch.setattr(sys, "argv", ["command", *map(str, arguments)])
        self._monkeypatch.setattr(typer.main, "get_command", _get_command)
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            self._main()
        captured = self._capsys.readouterr()
        code = stopped.value.code
        return Outcome(code if isinstance(code, int) else 0, captured.out, captured.err)


def speaks_chinese_first(error: EvidenceError) -> bool:
    """Is the first word of what an error says Chinese, and is there English beside it?

    Numbers may stand before it.
    """
    words = re.findall("[\u4e00-\u9fff]+|[A-Za-z]{2,}", error.sentence)
    return len(words) > 1 and "\u4e00" <= words[0][0] <= "\u9fff" and error.sentence.isprintable()


_HELP = """
import sys
from {program}.cli.main import main
sys.argv = [{program!r}, *sys.argv[1:], "--help"]
try:
    main()
finally:
    print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)
"""


def assert_helps(program: str, command: str, *, heavy: set[str]) -> None:
    """`--help` of a command says Chinese and English, and loads nothing heavy to say so."""
    source = _HELP.format(program=program, heavy=heavy)
    told = subprocess.run(
        [sys.executable, "-c", source, *command.split()], check=True, capture_output=True, text=True
    )
    assert told.stderr.strip() == "[]"
    assert any("\u4e00" <= each <= "\u9fff" for each in told.stdout)
    assert "Usage:" in told.stdout
    assert "。" in told.stdout
