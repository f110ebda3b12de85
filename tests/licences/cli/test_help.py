"""`--help` of the commands on seals: in both languages, without what the work needs."""

import subprocess
import sys

import pytest

COMMANDS = ("seal", "seal use", "seal uses", "seal list", "doctor", "init")

_TELL = """
import sys
from licences.cli.main import main
sys.argv = ["licences", *sys.argv[1:], "--help"]
try:
    main()
finally:
    heavy = {"pyhanko", "asn1crypto", "cryptography", "PIL", "rich", "sqlmodel", "typst"}
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
