"""Characters that nobody sees are found, each of them; the quick look passes none of them."""

import unicodedata

import pytest

from eseal.unseen import find_unseen, is_plain

FILLERS = "\u034f\u115f\u3164\ufe0f\uffa0\U000e0100"


def test_finds_what_nobody_sees() -> None:
    """Controls but the line feed, format characters, halves and fillers; nothing that is seen."""
    seen = "".join(map(chr, (*range(0x20, 0x7F), *range(0x4E00, 0xA000)))) + "\n·Ａé㊀"
    assert find_unseen(seen) is None
    assert [find_unseen(f"示{each}例") for each in FILLERS] == list(FILLERS)
    for code in range(0x20000):
        if unicodedata.category(chr(code)) in {"Cc", "Cs"} and chr(code) != "\n":
            assert find_unseen(chr(code)) == chr(code), hex(code)


@pytest.mark.unmeasured
def test_the_quick_look_passes_nothing_unseen() -> None:
    """What is plain has no character that is found, of all that there are."""
    plain = "".join(each for each in map(chr, range(0x110000)) if is_plain(each))
    assert find_unseen(plain) is None
    assert "\n" not in plain
    assert is_plain("示例市某某科技有限公司 (Sample)")
