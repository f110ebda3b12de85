"""Values of the register: frozen, and the same content has the same digest."""

import dataclasses

import pytest

from eseal.algorithms import Suite
from eseal.jose.strict_json import Scalar
from licences.model import Format, IssueRequest, NaturalKey

REQUEST = IssueRequest(
    type_slug="t", department="d", data={"a": "1", "b": 2}, formats=(Format.PDF, Format.JSON)
)


def test_the_order_of_data_and_formats_does_not_count() -> None:
    """The same fields and formats in another order are the same request."""
    other = dataclasses.replace(
        REQUEST, data={"b": 2, "a": "1"}, formats=(Format.JSON, Format.PDF, Format.JSON)
    )
    assert other == REQUEST
    assert other.digest("T") == REQUEST.digest("T")


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(REQUEST, data={"a": "1", "b": 3}),
        dataclasses.replace(REQUEST, data={"a": "1"}),
        dataclasses.replace(REQUEST, department="e"),
        dataclasses.replace(REQUEST, suite=Suite.RSA),
        dataclasses.replace(REQUEST, formats=(Format.JSON,)),
    ],
)
def test_anything_else_is_another_request(other: IssueRequest) -> None:
    """Whatever else differs, digests differ; so they do for another type."""
    assert other.digest("T") != REQUEST.digest("T")
    assert REQUEST.digest("U") != REQUEST.digest("T")


def test_data_are_a_copy_that_nobody_can_change() -> None:
    """Changing what a request was made from does not change the request."""
    data: dict[str, Scalar] = {"a": "1"}
    request = dataclasses.replace(REQUEST, data=data)
    data["a"] = "2"
    assert request.data == {"a": "1"}
    with pytest.raises(TypeError):
        request.data["a"] = "3"  # type: ignore[index]


def test_a_request_names_a_format() -> None:
    """There is no request for nothing."""
    with pytest.raises(ValueError, match="format"):
        dataclasses.replace(REQUEST, formats=())


def test_parts_of_a_natural_key_do_not_run_together() -> None:
    """Two keys whose parts join to the same text are still two keys."""
    one = NaturalKey(type_code="T1", department="D", number="2")
    two = NaturalKey(type_code="T", department="1D", number="2")
    assert one.digest != two.digest
    assert len(one.digest) == 32
