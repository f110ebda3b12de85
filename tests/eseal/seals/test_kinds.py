"""The number that a seal has for its kind."""

from eseal.pictures.design import SealKind
from eseal.seals.kinds import type_number


def test_kinds_have_the_numbers_of_the_standard() -> None:
    """1 for a unit's seal, 2 for a person's, 3 for all others."""
    numbers = {kind.value: type_number(kind) for kind in SealKind}
    assert (numbers["unit"], numbers["person"], numbers["contract"]) == (1, 2, 3)
    assert set(numbers.values()) == {1, 2, 3}
