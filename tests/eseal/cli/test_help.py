"""`--help` of every command: in both languages, and at once, without what the work itself needs."""

import subprocess
import sys

import pytest

COMMANDS = ("seal", "seal draw", "seal make", "stamp", "verify", "show")

_TELL = """
import sys
from eseal.cli.main import main
sys.argv = ["eseal", *sys.argv[1:], "--help"]
try:
    main()
finally:
    heavy = {"pyhanko", "asn1crypto", "cryptography", "PIL", "rich", "fontTools", "ctypes.util"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_bilingual_and_quick(command: str) -> None:
    """Chinese and English stand in it, and nothing heavy was loaded to say so."""
    told = subprocess.run(
        [sys.executable, "-c", _TELL, *command.split()], check=True, capture_output=True, text=True
    )
    assert told.stderr.strip() == "[]"
    assert any("\u4e00" <= each <= "\u9fff" for each in told.stdout)
    assert "Usage:" in told.stdout
    assert "。" in told.stdout
