"""PEM, the text form of certificates and lists: blocks of base64 between two lines.

Text outside the blocks is skipped, as OpenSSL does. What is inside a block is checked by whoever
reads its bytes; nothing is believed because of its label.

Source: RFC 7468, 2 and 3.
"""

from asn1crypto import pem

from eseal.errors import MalformedError
from eseal.reasons import ReasonCode


def is_pem(data: bytes) -> bool:
    """Say whether `data` has a PEM block, as opposed to being DER."""
    return not data.startswith(b"\x30") and bool(pem.detect(data))


def read_pem(data: bytes, fault: ReasonCode) -> tuple[tuple[str, bytes], ...]:
    """Take the armour off: label and bytes of every block, in order.

    Raises:
        MalformedError: with reason `fault`, when there is no whole block.
    """
    try:
        return tuple((label, der) for label, _, der in pem.unarmor(data, multiple=True))
    except ValueError as error:
        raise MalformedError(fault, "PEM 不完整 not a whole PEM block") from error


def write_pem(label: str, der: bytes) -> bytes:
    """Put armour on: one block of lines of 64 characters."""
    armoured: bytes = pem.armor(label, der)
    return armoured
