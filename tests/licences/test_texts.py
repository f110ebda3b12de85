"""What people write into records: bounded, printable, and there where it has to be."""

import pytest

from eseal.errors import RefusedError
from licences.model import Replacement
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.texts import MAX_TEXT, check_text
from tests.command import speaks_chinese_first


@pytest.mark.parametrize("text", ["张样例", "a", "字" * MAX_TEXT, "a b，c"])
def test_takes_a_line_of_text(text: str) -> None:
    """It is given back as it is."""
    assert check_text(text, "reason") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("字" * (MAX_TEXT + 1), "201 characters"),
        ("两\n行", "U+000A"),
        ("a\x1b[31m", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("a\u2028b", "U+2028"),
    ],
)
def test_refuses_other_texts(text: str, said: str) -> None:
    """TEXT_REFUSED: the error names the text, and says what is wrong with it."""
    with pytest.raises(RefusedError) as caught:
        check_text(text, "matter")
    assert (caught.value.reason, caught.value.at) == (LicenceReason.TEXT_REFUSED, "matter")
    assert speaks_chinese_first(caught.value)
    assert said in caught.value.sentence


def test_what_need_not_be_said_may_be_empty() -> None:
    """A basis need not be given, nor a reason where a seal is dealt with; bad ones are refused."""
    assert check_text("", "basis", required=False) == ""
    Grounds()
    for reason, basis in (("两\n行", ""), ("", "长" * 201)):
        with pytest.raises(RefusedError) as caught:
            Grounds(reason=reason, basis=basis)
        assert caught.value.reason is LicenceReason.TEXT_REFUSED


@pytest.mark.parametrize(
    ("operator", "reason", "basis", "at"),
    [("", "样本", "", "actor"), ("张样例", " ", "", "reason"), ("张样例", "样本", "a\nb", "basis")],
)
def test_a_replacement_is_by_somebody_for_a_reason(
    operator: str, reason: str, basis: str, at: str
) -> None:
    """TEXT_REFUSED before anything is journaled or signed."""
    with pytest.raises(RefusedError) as caught:
        Replacement(identifier="1.2.156", operator=operator, reason=reason, basis=basis)
    assert (caught.value.reason, caught.value.at) == (LicenceReason.TEXT_REFUSED, at)
