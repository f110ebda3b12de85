"""Check characters: right on published examples, and no single wrong character slips through."""

from hypothesis import given, settings
from hypothesis import strategies as st

from licences.check_characters import citizen_check, mod_37_36

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_mod_37_36_of_a_published_example() -> None:
    """The example of the Global Release Identifier, which has the same check, comes out right."""
    assert mod_37_36("A12425GABC1234002") == "M"


def test_citizen_check_of_a_published_example() -> None:
    """ORCID's example comes out right: both are ISO 7064 MOD 11-2, and zeros in front are free."""
    assert citizen_check("00" + "000000021825009") == "7"


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(ALPHANUMERIC, min_size=1, max_size=80), place=st.integers(0), shift=st.integers(1)
)
def test_mod_37_36_catches_each_wrong_character(text: str, place: int, shift: int) -> None:
    """Another character anywhere gives another check character."""
    place %= len(text)
    other = ALPHANUMERIC[(ALPHANUMERIC.index(text[place]) + 1 + shift % 35) % 36]
    changed = text[:place] + other + text[place + 1 :]
    assert mod_37_36(changed) != mod_37_36(text)


@settings(max_examples=60, deadline=None)
@given(text=st.text("0123456789", min_size=17, max_size=17), data=st.data())
def test_citizen_check_catches_each_wrong_digit(text: str, data: st.DataObject) -> None:
    """Another digit anywhere in a citizen number gives another check character."""
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from("0123456789").filter(lambda each: each != text[place]))
    assert citizen_check(text[:place] + other + text[place + 1 :]) != citizen_check(text)


@settings(max_examples=60, deadline=None)
@given(text=st.text("0123456789", min_size=17, max_size=17), place=st.integers(0, 15))
def test_citizen_check_catches_swapped_neighbours(text: str, place: int) -> None:
    """Two neighbouring digits swapped give another check character."""
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert swapped == text or citizen_check(swapped) != citizen_check(text)
