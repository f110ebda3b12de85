"""`--help` of every command: in both languages, and at once, without what the work itself needs."""

import pytest

from tests.command import assert_helps

COMMANDS = (
    *("seal", "seal draw", "seal make", "stamp", "verify", "show"),
    *("crl", "crl publish", "trust", "trust refresh", "tsa serve"),
)
HEAVY = {"pyhanko", "asn1crypto", "cryptography", "PIL", "rich", "fontTools", "ctypes.util"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_bilingual_and_quick(command: str) -> None:
    """Chinese and English stand in it, and nothing heavy was loaded to say so."""
    assert_helps("eseal", command, heavy=HEAVY)
