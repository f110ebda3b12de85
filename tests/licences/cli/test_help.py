"""`--help` of the commands: in both languages, without what the work needs."""

import pytest

from tests.command import assert_helps

COMMANDS = (
    "seal", "seal use", "seal uses", "seal list", "doctor", "init", "verify", "report verify",
    "authorities sign", "trust export", "trust show", "rebuild", "selftest", "pack", "publish",
    "suspend", "history", "replace", "find",
)  # fmt: skip
HEAVY = {"pyhanko", "asn1crypto", "cryptography", "PIL", "rich", "sqlmodel", "typst"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_bilingual_and_quick(command: str) -> None:
    """Chinese and English stand in it, and nothing heavy was loaded to say so."""
    assert_helps("licences", command, heavy=HEAVY)
