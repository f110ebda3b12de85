"""Whether a signature covers all of its file but its own value, and what follows if it does not.

Left to others: reading signatures to `structure`, where revisions end to `sections`.

Source: ISO 32000-1, 12.8.1; ETSI EN 319 142-1, 6.3 (both read second-hand).
"""

from collections.abc import Sequence
from typing import Final

from eseal.errors import RefusedError
from eseal.pdf.structure import SignatureDictionary
from eseal.reasons import Reason

_AT: Final = "signature.ByteRange"


def check_coverage(
    data: bytes,
    signature: SignatureDictionary,
    *,
    closed: frozenset[int] = frozenset(),
    ends: Sequence[int] = (),
) -> None:
    """See that the signature covers all of `data` but its own `/Contents`.

    Args:
        data: the file.
        signature: what says what it covers.
        closed: where it may end, too, since what follows there is signed by others.
        ends: where that ends which the file's signatures say they cover, in order.

    Raises:
        RefusedError: something else is left out (BYTES_NOT_COVERED), or bytes follow
            (CHANGED_AFTER_SIGNING).
    """
    first, before, behind, after = signature.byte_range
    if (first, before, behind) != (0, *signature.hole):
        sentence = (
            f"所签为自第 {first} 字节起的 {before} 字节与第 {behind} 字节之后；签名值占第 "
            f"{signature.hole[0]} 至 {signature.hole[1]} 字节，此外不应有略过的 "
            "more is left out of what is signed than the signature's own value"
        )
        raise RefusedError(Reason.BYTES_NOT_COVERED, sentence, at=_AT)
    end = behind + after
    if end > len(data):
        sentence = (
            f"签名自称覆盖到第 {end} 字节，文件只有 {len(data)} 字节 "
            "it says that it covers more bytes than the file has"
        )
        raise RefusedError(Reason.BYTES_NOT_COVERED, sentence, at=_AT)
    if end < len(data) and end not in closed:
        sentence = _what_follows(len(data), [*ends] or [end], closed)
        raise RefusedError(Reason.CHANGED_AFTER_SIGNING, sentence, at=_AT)


def _what_follows(size: int, ends: Sequence[int], closed: frozenset[int]) -> str:
    """Say where there is something that no signature closes."""
    last = ends[-1]
    if last < size:
        whose = "最后一个签名所签的" if len(ends) > 1 else "已签的"
        said = f"{whose} {last} 字节之后还有 {size - last} 字节"
        return f"{said} bytes follow what {'the last signature' if len(ends) > 1 else 'it'} covers"
    after = min(closed, default=size)
    before = max((end for end in ends if end < after), default=0)
    return (
        f"第 {before} 与第 {after} 字节之间有未单独签名的修订 "
        "between these bytes there is a revision without a signature of its own"
    )
