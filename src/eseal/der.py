"""DER as asn1crypto reads it: late, field by field, and with many kinds of exception.

A parser of this package wraps every access to foreign bytes, not only the first, in
`except PARSE_ERRORS` and raises one of `eseal.errors` from it.
"""

from typing import Final

PARSE_ERRORS: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
)
"""What asn1crypto was seen to raise on bytes that are not the structure asked for."""
