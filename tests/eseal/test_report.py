"""Verdicts: worst wins, and nothing checked is never passed."""

import pytest

from eseal.reasons import Reason
from eseal.report import (
    MAX_DETAIL,
    Check,
    Finding,
    Indication,
    Outcome,
    failed,
    judge,
    passed,
    undetermined,
)


def test_all_passed_is_total_passed() -> None:
    """Every check passed gives TOTAL-PASSED without a sub-indication."""
    verdict = judge([passed(Check.READABLE), passed(Check.SIGNATURE)])
    assert verdict.indication is Indication.TOTAL_PASSED
    assert verdict.sub_indication is None


def test_failed_wins_over_undetermined_before_it() -> None:
    """A failed check decides, even behind an undetermined one."""
    verdict = judge(
        [
            undetermined(Check.CERTIFICATE_PATH, Reason.UNKNOWN_ISSUER),
            failed(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
        ]
    )
    assert verdict.indication is Indication.TOTAL_FAILED
    assert verdict.sub_indication == "SIG_CRYPTO_FAILURE"


def test_undetermined_is_never_passed() -> None:
    """One undetermined check makes the whole indeterminate, with its own sub-indication."""
    verdict = judge(
        [passed(Check.SIGNATURE), undetermined(Check.CERTIFICATE_PATH, Reason.NO_REVOCATION_DATA)]
    )
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication == "TRY_LATER"


def test_first_failure_decides() -> None:
    """Of several failed checks the first in order gives the sub-indication."""
    verdict = judge(
        [
            failed(Check.INTEGRITY, Reason.DIGEST_MISMATCH),
            failed(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
        ]
    )
    assert verdict.sub_indication == "HASH_FAILURE"


def test_unreadable_is_told_apart_from_failed() -> None:
    """A failed `readable` check says UNREADABLE, not TOTAL-FAILED."""
    verdict = judge([failed(Check.READABLE, Reason.EMPTY_INPUT)])
    assert verdict.indication is Indication.UNREADABLE


def test_nothing_checked_is_an_error() -> None:
    """No findings at all cannot be judged."""
    with pytest.raises(ValueError, match="nothing was checked"):
        judge([])


def test_a_reason_stands_exactly_with_what_is_not_passed() -> None:
    """A finding cannot fail without a reason, nor pass with one."""
    with pytest.raises(ValueError, match="reason"):
        Finding(check=Check.READABLE, outcome=Outcome.FAILED)
    with pytest.raises(ValueError, match="reason"):
        Finding(check=Check.READABLE, outcome=Outcome.PASSED, reason=Reason.UNSIGNED)


def test_a_detail_is_kept_within_bounds() -> None:
    """What a document says of itself is quoted up to a limit."""
    detail = failed(Check.READABLE, Reason.EMPTY_INPUT, "x" * 5000).detail
    assert len(detail) == MAX_DETAIL + 1
    assert detail.endswith("…")
