"""What is said of a command line that cannot be read: Chinese, English, and where there is more."""

import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest
import typer

from eseal.cli.main import main as eseal
from eseal.cli.voice import Exit, run, say_error
from eseal.errors import RefusedError
from eseal.reasons import Reason
from licences.cli.main import main as licences
from tests.command import Command
from tests.world import NOW

Main = Callable[[], None]


@pytest.mark.parametrize(
    ("main", "line", "zh", "en"),
    [
        (eseal, "show --nope", "没有选项 --nope", "No such option: --nope"),
        (licences, "bulk --dry-ru", "没有选项 --dry-ru；是否指 --dry-run", "(Possible"),
        (licences, "issue", "缺少 'TYPE'", "Missing argument 'TYPE'"),
        (licences, "bulk x -j abc", "'-j' / '--jobs' 的值不对", "'abc' is not a valid"),
        (
            eseal,
            "key new --suite sm3",
            "'--suite' 的值不对，可用：sm2、rsa",
            "is not one of 'sm2', 'rsa'",
        ),
        (licences, "issue x --data", "选项 --data 的写法不对", "requires an argument"),
        (eseal, "nothing", "没有这个命令 nothing", "No such command 'nothing'"),
        (licences, "is'ue", "没有这个命令 is'ue；是否指 issue", "No such command"),
        (licences, "isue", "没有这个命令 isue；是否指 issue", "Did you mean 'issue'"),
        (licences, "doctor a", "命令行的写法不对", "unexpected extra argument"),
    ],
)
def test_says_what_is_wrong_with_a_command_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Main,
    line: str,
    zh: str,
    en: str,
) -> None:
    """Exit 2; Chinese first; nothing on stdout; how it is meant, and who tells more."""
    outcome = Command(main, monkeypatch, capsys)(*line.split())
    assert (outcome.code, outcome.out) == (2, "")
    first, second, *rest = outcome.err.splitlines()
    assert first.startswith("错误：")
    assert zh in first
    assert second.startswith("error: ")
    assert en in second
    assert rest == [] or (rest[0].startswith("用法 usage: ") and rest[1].endswith("--help"))


@pytest.mark.parametrize("main", [eseal, licences])
def test_a_file_whose_name_begins_as_an_option_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    main: Main,
) -> None:
    """How to write it; of an option that does not exist, and is no file, nothing of that."""
    monkeypatch.chdir(tmp_path)
    command = Command(main, monkeypatch, capsys)
    (tmp_path / "-dash.pdf").touch()
    assert "./-dash.pdf" in command("verify", "-dash.pdf").err
    assert "./" not in command("verify", "--dash.pdf").err
    assert "./" not in command("verify", "-" + "a" * 300).err


@pytest.mark.parametrize("option", ["--trust", "--bundle-signer", "--home"])
def test_an_options_path_that_cannot_be_one_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    """Too long for any file: exit 2, as nothing was verified, and no traceback."""
    outcome = Command(licences, monkeypatch, capsys)("verify", "x", option, "a" * 300)
    assert (outcome.code, outcome.out) == (2, "")
    assert "错误" in outcome.err
    assert "error" in outcome.err


def test_an_error_tells_times_as_clocks_in_china_do(capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence has them in UTC, as machines do; people are told with the zone."""
    say_error(RefusedError(Reason.SIGNED_LATER, f"签于 signed {NOW}", at="somewhere"))
    said = capsys.readouterr().err
    assert "签于 signed 2026-11-22 12:00:00 +08:00（somewhere）" in said
    assert "+00:00" not in said


@pytest.mark.parametrize("main", [eseal, licences])
def test_without_arguments_helps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], main: Main
) -> None:
    """The help stands on stderr, for nothing was done."""
    outcome = Command(main, monkeypatch, capsys)()
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage:" in outcome.err


@pytest.mark.parametrize(
    ("main", "line", "said"),
    [
        (eseal, "", ["用法 Usage:", "选项 Options:", "命令 Commands:"]),
        (eseal, "stamp", ["参数 Arguments:", "[必填 required]", "显示帮助。Show this message"]),
        (eseal, "seal draw", ["[默认 default: 300; 150<=x<=600]"]),
        (licences, "seal renew", ["[必填 required]"]),
        (licences, "seal uses", ["环境变量 env var: LICENCES_HOME", "默认 default: var"]),
    ],
)
def test_the_help_speaks_both_languages(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Main,
    line: str,
    said: list[str],
) -> None:
    """Headings, defaults and what is required, of both command lines; Chinese first."""
    outcome = Command(main, monkeypatch, capsys)(*line.split(), "--help")
    assert outcome.code == 0
    told = " ".join(outcome.out.split())
    assert [each for each in said if each not in told] == []


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (typer.Exit(3), 3, ""),
        (typer.Abort(), 1, ""),
        (KeyboardInterrupt(), 130, "已中断。Interrupted.\n"),
        (typer.Exit(Exit.INTERRUPTED), 130, ""),
    ],
)
def test_ends_as_the_command_says(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    code: int,
    said: str,
) -> None:
    """An exit keeps its code; who interrupts or closes the input gets no traceback."""

    def fail() -> None:
        raise raised

    outcome = Command(lambda: run(app_of(fail)), monkeypatch, capsys)()
    assert (outcome.code, outcome.out, outcome.err) == (code, "", said)


def app_of(command: Callable[[], None]) -> typer.Typer:
    """A command line of one command."""
    app = typer.Typer()
    app.command()(command)
    return app


class Unwritable(io.RawIOBase):
    """A file that fails in one way whenever it is written to."""

    def __init__(self, reason: int) -> None:
        self._reason = reason

    def writable(self) -> bool:
        """Yes, as a full disk is."""
        return True

    def write(self, _data: object, /) -> int:
        """Fail."""
        raise OSError(self._reason, os.strerror(self._reason))


def echoed() -> None:
    """What most commands do."""
    typer.echo("a result")


def printed() -> None:
    """What leaves it to the end to write."""
    sys.stdout.write("a result")


def failed() -> None:
    """A command that has its own exit code."""
    sys.stdout.write("a result")
    raise typer.Exit(1)


@pytest.mark.parametrize("command", [echoed, printed, failed])
@pytest.mark.parametrize(
    ("reason", "code"), [(errno.ENOSPC, 2), (errno.EIO, 2), (errno.EPIPE, 141), (None, 2)]
)
def test_output_that_cannot_be_written_is_no_refusal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: Callable[[], None],
    reason: int | None,
    code: int,
) -> None:
    """A full disk and a closed output are told, and are no verdict; a closed pipe ends quietly."""
    stream = None if reason is None else io.TextIOWrapper(cast("BinaryIO", Unwritable(reason)))
    monkeypatch.setattr(sys, "stdout", stream)
    outcome = Command(lambda: run(app_of(command)), monkeypatch, capsys)()
    assert outcome.code == code
    assert sys.stdout is stream
    if code == 141:
        assert outcome.err == ""
        return
    zh, en = outcome.err.splitlines()
    assert zh.startswith("错误：输出无法写入（")
    assert en.startswith("error: the output cannot be written (")


def test_errors_that_cannot_be_written_are_no_refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing can be said, the exit code says it."""
    unwritable = io.TextIOWrapper(cast("BinaryIO", Unwritable(errno.ENOSPC)))
    monkeypatch.setattr(sys, "stderr", unwritable)
    assert Command(eseal, monkeypatch, capsys)("nothing").code == 2
