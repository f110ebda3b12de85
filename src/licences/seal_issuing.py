"""The seals that licences are issued with: active by the register, and by a history that holds.

Rule kept: what refuses a seal to its keeper refuses it to issuing, too. A history is read when its
seal is first asked for and whenever the register shows it otherwise, not with every licence: what
was recorded and signed does not change, and a use is journaled only while the seal is active. It is
read by the seal's own key, and counts, whatever the row says. A seal whose number does not lead to
it, so that nobody could revoke it, issues nothing.
"""

from datetime import datetime
from typing import Final

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from licences.reasons import LicenceReason
from licences.seal_clerk import SealClerk
from licences.seal_life import ENDED
from licences.seal_model import SealRecord
from licences.seal_terms import state_words

_MOST_LOOKED_AT: Final = 100
"""Seals of an owner among which one to issue with is looked for, to be named."""


class IssuingSeals:
    """The issuing seals of one home; threads may share it."""

    def __init__(self, clerk: SealClerk) -> None:
        """Make ready; the clerk keeps the register."""
        self._clerk = clerk
        self._held: dict[tuple[str, Suite], SealRecord] = {}

    def find(self, owner: str, suite: Suite, at: datetime) -> SealRecord:
        """Give the seal that an owner issues with at `at`.

        Raises:
            EvidenceError: its history does not hold, as `SealClerk.standing`; SEAL_MOVED_ON;
                NO_ISSUING_SEAL, there is none; one that is not active is named.
        """
        record = self._clerk.register.active_seal(owner, suite, at)
        if record is None:
            raise self._none(owner, suite)
        if self._held.get((owner, suite)) == record:
            return record
        if self._clerk.standing_at(record.key).record != record:
            sentence = f"{record.es_id} 刚有新记录 was just moved on"
            raise UnavailableError(LicenceReason.SEAL_MOVED_ON, sentence)
        self._held[owner, suite] = record
        return record

    def _none(self, owner: str, suite: Suite) -> RefusedError:
        """Say that an owner has no seal to issue with, and which is on its way to be one."""
        those = self._clerk.register.seals(limit=_MOST_LOOKED_AT, owner=owner)
        there = [
            each
            for each in those
            if isinstance(each, SealRecord)
            and (each.suite, each.issuing) == (suite, True)
            and each.state not in ENDED
        ]
        if not there:
            return RefusedError(LicenceReason.NO_ISSUING_SEAL, f"{owner}, {suite}")
        last = max(there, key=lambda each: each.valid_until)
        sentence = (
            f"{owner}, {suite}：{last.es_id} 现为 it is {state_words(last.state.value)}，"
            f"有效期 valid {last.valid_from} 至 to {last.valid_until}"
        )
        error = RefusedError(LicenceReason.NO_ISSUING_SEAL, sentence)
        error.advice = (
            f"licences seal show {last.es_id} 给出下一步",
            f"licences seal show {last.es_id} says what comes next",
        )
        return error
