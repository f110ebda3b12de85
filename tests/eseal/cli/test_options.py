"""Files that commands read and write: nothing is waited for, and what cannot be is told at once."""

import os
from pathlib import Path

import pytest
import typer

from eseal.cli.options import demand_new, read_file
from eseal.cli.voice import Exit


@pytest.mark.parametrize("name", ["a" * 300, "file/x", "missing/x", "link", "file"])
def test_what_cannot_be_made_is_told_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A name that is too long, below a file or no folder; one that is taken, by a link as well."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(typer.Exit) as stopped:
        demand_new(tmp_path / name)
    assert stopped.value.exit_code == Exit.USAGE
    assert capsys.readouterr().err.startswith("错误：")
    demand_new(tmp_path / "new")


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody writes to it: it is no regular file, and that is said."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(typer.Exit):
        read_file(tmp_path / "pipe")
    assert "不是普通文件 not a regular file" in capsys.readouterr().err
