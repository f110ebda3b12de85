"""The seals that licences are issued with: active by the register, and by a history that holds.

Rule kept: what refuses a seal to its keeper refuses it to issuing, too. A history is read when its
seal is first asked for and whenever the register shows it otherwise, not with every licence: what
was recorded and signed does not change, and a use is journaled only while the seal is active. It is
read by the seal's own key, and counts, whatever the row says. A seal whose number does not lead to
it, so that nobody could revoke it, issues nothing.
"""

from datetime import datetime

from eseal.algorithms import Suite
from eseal.errors import UnavailableError
from licences.reasons import LicenceReason
from licences.seal_clerk import SealClerk
from licences.seal_model import SealRecord


class IssuingSeals:
    """The issuing seals of one home; threads may share it."""

    def __init__(self, clerk: SealClerk) -> None:
        """Make ready; the clerk keeps the register."""
        self._clerk = clerk
        self._held: dict[tuple[str, Suite], SealRecord] = {}

    def find(self, owner: str, suite: Suite, at: datetime) -> SealRecord | None:
        """Give the seal that an owner issues with at `at`; `None`: there is none.

        Raises:
            EvidenceError: its history does not hold, as `SealClerk.standing`; SEAL_MOVED_ON.
        """
        record = self._clerk.register.active_seal(owner, suite, at)
        if record is None or self._held.get((owner, suite)) == record:
            return record
        if self._clerk.standing_at(record.key).record != record:
            sentence = f"{record.es_id} 刚有新记录 was just moved on"
            raise UnavailableError(LicenceReason.SEAL_MOVED_ON, sentence)
        self._held[owner, suite] = record
        return record
