"""What a status list says of a document at a time, if it may be believed.

Asked in this order; the first that does not hold is the answer:

    a list at all      else STATUS_UNAVAILABLE
    its signature      else STATUS_LIST_INVALID
    its signer         else STATUS_LIST_STRANGER: no trusted path, or another organisation;
                       undetermined where nothing but its root is missing
    its URI            else STATUS_LIST_OTHER
    made by then       else STATUS_LIST_FROM_LATER (clocks may differ by some minutes)
    recent enough      else STATUS_LIST_STALE
    its signer's path  else the path's own reason, where it is undetermined
    the index          else STATUS_INDEX_OUT_OF_RANGE

Rules kept:

- no answer is an answer of its own: what cannot be believed or had is neither "revoked" nor good;
- failed is a list that is wrong in itself, undetermined what another list, or more data about its
  signer, can mend;
- the time asked for is the judge's; a list from after it says nothing of it;
- the list's issuer is whom its certificate names (organizationIdentifier), not whom it says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from weakref import WeakKeyDictionary

from eseal.chain import PathJudge
from eseal.errors import MalformedError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.statements import verify_statement
from eseal.jose.status_list import StatusListToken, is_status_uri
from eseal.moments import CLOCKS_DIFFER, span_text
from eseal.reasons import Reason, ReasonCode
from eseal.report import Finding, Outcome, failed, undetermined


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusReference:
    """Where a document's status stands.

    Attributes:
        uri: URI of the list.
        index: place in it.
    """

    uri: str
    index: int

    def __post_init__(self) -> None:
        if not is_status_uri(self.uri) or self.index < 0:
            sentence = (
                "状态应有绝对 URI 及自 0 起的序号 "
                "a status stands at an absolute URI, and an index from 0 on"
            )
            raise MalformedError(Reason.STATUS_LIST_MALFORMED, sentence)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusAnswer:
    """What a list that may be believed says.

    Attributes:
        value: the status; those with a meaning here are in `Status`.
        made_at: the time that it speaks of.
        age: how old it was at the time asked for; never below zero.
    """

    value: int
    made_at: datetime
    age: timedelta


class _Fault(NamedTuple):
    """Why a list says nothing."""

    outcome: Outcome
    reason: ReasonCode
    detail: str


class _Trust(NamedTuple):
    """What is wrong with a list's signature, and what is not known of its signer."""

    fault: _Fault | None = None
    doubt: _Fault | None = None


class StatusJudge:
    """Asks status lists at one time; a list's signature is checked once."""

    def __init__(
        self,
        judge: PathJudge,
        *,
        max_age: timedelta | None = None,
        ahead: timedelta = CLOCKS_DIFFER,
    ) -> None:
        """Make ready to ask.

        Args:
            judge: judges the lists' signers; its time is the time asked for.
            max_age: how old a list may be, `None`: as old as it says itself.
            ahead: how much later than the time asked for a list may have been made.
        """
        self._judge = judge
        self._ahead = ahead
        self._max_age = max_age
        self._trust: WeakKeyDictionary[StatusListToken, _Trust] = WeakKeyDictionary()

    def ask(
        self,
        token: StatusListToken | None,
        reference: StatusReference,
        *,
        issuer: str,
        check: StrEnum,
    ) -> StatusAnswer | Finding:
        """Say what a list says of a document, or why it says nothing.

        Args:
            token: the list as it was read; `None` when there is none.
            reference: where the document's status stands.
            issuer: code of the organisation whose list it has to be.
            check: whose finding it is, if it is one.
        """
        if token is None:
            return undetermined(check, Reason.STATUS_UNAVAILABLE, reference.uri)
        trust = self._examined(token)
        fault = (
            trust.fault or _mistaken(token, reference, issuer) or self._timing(token) or trust.doubt
        )
        if fault is not None:
            say = failed if fault.outcome is Outcome.FAILED else undetermined
            return say(check, fault.reason, fault.detail)
        try:
            value = token.status(reference.index)
        except RefusedError as error:
            return failed(check, error.reason, error.sentence)
        age = max(self._judge.at - token.made_at, timedelta())
        return StatusAnswer(value=value, made_at=token.made_at, age=age)

    def _examined(self, token: StatusListToken) -> _Trust:
        if token not in self._trust:
            self._trust[token] = _examine(token, self._judge)
        return self._trust[token]

    def _timing(self, token: StatusListToken) -> _Fault | None:
        """Say whether the list speaks of the time asked for."""
        at, made_at = self._judge.at, token.made_at
        if made_at - at > self._ahead:
            detail = f"制于 made {made_at}，所问 asked for {at}"
            return _Fault(Outcome.UNDETERMINED, Reason.STATUS_LIST_FROM_LATER, detail)
        if at > token.expires_at:
            detail = f"制于 made {made_at}，用到 until {token.expires_at}，所问 asked for {at}"
            return _Fault(Outcome.UNDETERMINED, Reason.STATUS_LIST_STALE, detail)
        if self._max_age is not None and at - made_at > self._max_age:
            most = span_text(self._max_age)
            detail = f"制于 made {made_at}，所问 asked for {at}，至多多旧 at most {most}"
            return _Fault(Outcome.UNDETERMINED, Reason.STATUS_LIST_STALE, detail)
        return None


def _examine(token: StatusListToken, judge: PathJudge) -> _Trust:
    """Check signature and certificate path."""
    evidence = verify_statement(token.statement, judge=judge)
    signature, path = evidence.findings
    if signature.outcome is Outcome.FAILED:
        detail = f"{signature.reason}：{signature.detail}"
        return _Trust(fault=_Fault(Outcome.FAILED, Reason.STATUS_LIST_INVALID, detail))
    if path.outcome is Outcome.FAILED or path.reason is Reason.UNKNOWN_ISSUER:
        detail = f"签名者 signed by {evidence.signature.signer}：{path.reason}，{path.detail}"
        return _Trust(fault=_Fault(path.outcome, Reason.STATUS_LIST_STRANGER, detail))
    for finding in evidence.findings:
        if finding.reason is not None:
            detail = f"状态列表的签名者 signer of the status list：{finding.detail}"
            return _Trust(doubt=_Fault(Outcome.UNDETERMINED, finding.reason, detail))
    return _Trust()


def _mistaken(token: StatusListToken, reference: StatusReference, issuer: str) -> _Fault | None:
    """Say whether a list that is soundly signed is another one than that asked for."""
    organisation = organisation_identifier(token.statement.certificate)
    if organisation != issuer:
        by = organisation or "无机构代码 no organisation"
        detail = f"签名者 signed by {by}，应为 expected {issuer}"
        return _Fault(Outcome.FAILED, Reason.STATUS_LIST_STRANGER, detail)
    if token.uri != reference.uri:
        detail = f"{token.uri}，应为 expected {reference.uri}"
        return _Fault(Outcome.UNDETERMINED, Reason.STATUS_LIST_OTHER, detail)
    return None
