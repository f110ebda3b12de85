"""Files that commands read and write: nothing is waited for, and what cannot be is told at once."""

import os
from pathlib import Path

import pytest
import typer

from eseal.certificates import to_pem
from eseal.cli.options import demand_new, open_signer, read_file
from eseal.cli.voice import Exit
from eseal.errors import RefusedError
from eseal.reasons import Reason
from tests.eseal.cli.desk import PASSPHRASE, Desk
from tests.world import Authority


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


def test_files_that_do_not_belong_together_are_named(
    desk: Desk, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KEY_CERTIFICATE_MISMATCH: which key and which certificate."""
    monkeypatch.setenv("ESEAL_PASSPHRASE", PASSPHRASE)
    other = desk.write("other.pem", to_pem(authority.ca.certificate))
    with pytest.raises(RefusedError) as refused:
        open_signer(desk.key, other, None)
    assert refused.value.reason is Reason.KEY_CERTIFICATE_MISMATCH
    assert refused.value.at == f"{desk.key}, {other}"


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody writes to it: it is no regular file, and that is said."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(typer.Exit):
        read_file(tmp_path / "pipe")
    assert "不是普通文件 not a regular file" in capsys.readouterr().err
