"""The organisation's code: right on published examples, and no wrong character slips through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.uscc import USCC_ALPHABET, organisation_check, uscc_check, uscc_fault

CODE = "11100000MB0143028R"


@pytest.mark.parametrize("code", [CODE, "11100000000013338W", "11100000MB03271699"])
def test_codes_of_public_bodies(code: str) -> None:
    """The published codes of ministries have both check characters that we compute."""
    assert (organisation_check(code[8:16]), uscc_check(code[:17])) == (code[16], code[17])
    assert uscc_fault(code) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "18 位数字"),
        (f"{CODE} ", "18 位数字"),
        (CODE.lower(), "18 位数字"),
        ("11100000MB0143028", "18 位数字"),
        (CODE.replace("MB", "IO"), "18 位数字"),
        ("11100000MB0143038R", "第 17 位校验不符"),
        ("11100001MB0143028R", "第 18 位校验不符"),
        (f"{CODE[:-1]}A", "第 18 位校验不符"),
    ],
)
def test_says_what_is_wrong(code: str, said: str) -> None:
    """Another form, or one of the two check characters."""
    assert said in uscc_fault(code)


@settings(max_examples=60, deadline=None)
@given(text=st.text(USCC_ALPHABET, min_size=17, max_size=17), data=st.data())
def test_uscc_check_catches_each_wrong_character(text: str, data: st.DataObject) -> None:
    """Another character anywhere in a code gives another check character."""
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from(USCC_ALPHABET).filter(lambda each: each != text[place]))
    assert uscc_check(text[:place] + other + text[place + 1 :]) != uscc_check(text)
