"""Where a licence stood at a time (证照状态), by the status lists and signed histories at hand.

A list tells where it stood when the list was made; a history where it stood at every time up to its
making. Rules kept:

- one finding: passed when it was valid, failed when it was anything else, undetermined when nothing
  at hand may be believed and speaks of that time: never passed by default, and never "revoked";
- of several that answer the one that was made last counts, for it knows most: what was recorded
  late, and what was corrected; of two made at once the worse, and of lists that have not ended by
  signers of several authorities, for they are not the same list; what may not be believed takes
  nothing from what may; one that has ended and said otherwise than valid, or says what is not
  known here, is no answer, and neither is an older one then;
- lists and histories are believed by their signatures only, and have to be the issuing
  department's; a history that was made after the time asked for is judged at its making.

Left to others: whether a list may be believed to `eseal.jose.status_judging`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, TypeVar

from eseal.chain import PathJudge, judge_at
from eseal.evidence import organisation_identifier
from eseal.jose.statements import verify_statement
from eseal.jose.status_judging import StatusJudge, StatusReference
from eseal.jose.status_list import Status, StatusListToken
from eseal.moments import CLOCKS_DIFFER
from eseal.reasons import Reason, ReasonCode
from eseal.report import Finding, Outcome, failed, undetermined
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.history_statement import HistoryStatement
from licences.model import StatusPlace
from licences.reasons import LicenceReason
from licences.status_findings import told_by_history, told_by_list
from licences.status_lists import standing_of

_CHECK: Final = LicenceCheck.STATUS
_NOTHING_ASKED: Final = frozenset(
    {Reason.STATUS_UNAVAILABLE, Reason.STATUS_LIST_OTHER, LicenceReason.STATUS_NOT_STATED}
)

_Source = TypeVar("_Source", StatusListToken, HistoryStatement)


class StatusSources:
    """Lists and histories that were given; they are not believed by that."""

    def __init__(
        self,
        lists: Iterable[StatusListToken] = (),
        histories: Iterable[HistoryStatement] = (),
    ) -> None:
        """Take them in, several of one list or licence among them: those of other times."""
        self._lists: defaultdict[str, list[StatusListToken]] = defaultdict(list)
        self._histories: defaultdict[str, list[HistoryStatement]] = defaultdict(list)
        for token in sorted(lists, key=lambda each: each.made_at):
            self._lists[token.uri].append(token)
        for history in sorted(histories, key=lambda each: each.made_at):
            self._histories[history.identifier].append(history)

    def joined(self, other: "StatusSources") -> "StatusSources":
        """Put these and others together."""
        lists = (*self._lists.values(), *other._lists.values())
        histories = (*self._histories.values(), *other._histories.values())
        return StatusSources(chain.from_iterable(lists), chain.from_iterable(histories))

    def find_lists(
        self, uri: str, at: datetime, *, ahead: timedelta = CLOCKS_DIFFER
    ) -> tuple[StatusListToken, ...]:
        """Give the lists that were made by then, the last first; then the first after it.

        Args:
            uri: the lists'.
            at: the time asked for.
            ahead: how much later a list may have been made.
        """
        tokens = self._lists.get(uri, [])
        made = [each for each in tokens if each.made_at - at <= ahead]
        return (*reversed(made), *tokens[len(made) :][:1])

    def find_other(self, issuer: str) -> StatusListToken | None:
        """Give the last list by whoever calls itself so; `None`: there is none."""
        tokens = [each for each in chain(*self._lists.values()) if each.issuer == issuer]
        return max(tokens, key=lambda each: each.made_at, default=None)

    def find_histories(self, identifier: str) -> tuple[HistoryStatement, ...]:
        """Give the histories of a licence, the last first."""
        return tuple(reversed(self._histories.get(identifier, [])))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """What a source that may be believed says, and when it was made."""

    source: StatusListToken | HistoryStatement
    made_at: datetime
    finding: Finding

    @property
    def has_ended(self) -> bool:
        """Whether it was good for no longer than until before the time asked for."""
        return self.finding.reason is Reason.STATUS_LIST_STALE

    @classmethod
    def of(cls, source: StatusListToken | HistoryStatement, finding: Finding) -> "_Answer":
        """Give an answer whose finding says what time it is of."""
        made_at = source.made_at
        return cls(source=source, made_at=made_at, finding=replace(finding, as_of=made_at))


class StatusAsker:
    """Asks the sources at hand at one time; a list's signature is checked once."""

    def __init__(
        self,
        sources: StatusSources,
        judge: PathJudge,
        *,
        max_age: timedelta | None = None,
        now: datetime | None = None,
    ) -> None:
        """Make ready to ask.

        Args:
            sources: what is at hand.
            judge: judges the signers; its time is the time asked for.
            max_age: how old an answer may be, `None`: as old as it says itself.
            now: the time on this machine; histories that are dated after it are not believed, and
                of a time before it no list from after that tells: other clocks may be ahead of
                this one's now, and of no other time.
        """
        self._now = now
        self._sources, self._judge, self._max_age = sources, judge, max_age
        is_past = now is not None and judge.at < now
        self._ahead = timedelta() if is_past else CLOCKS_DIFFER
        self._lists = StatusJudge(judge, max_age=max_age, ahead=self._ahead)

    def ask(self, claims: LicenceClaims) -> Finding:
        """Say where a licence stood; one finding of the check STATUS.

        What may not be believed is passed over where something else may; of answers that were made
        at one time the worse counts, and of those a history, which says why.
        """
        found = [*self._by_lists(claims), *self._by_histories(claims)]
        answers = [each for each in found if isinstance(each, _Answer)]
        if answers:
            last = max(each.made_at for each in answers)
            latest = [each.finding for each in reversed(answers) if each.made_at == last]
            return max(latest, key=lambda each: each.outcome.badness)
        findings = [each for each in found if isinstance(each, Finding)]
        return max(findings, key=_weight)

    def believed(self, claims: LicenceClaims) -> tuple[StatusListToken | HistoryStatement, ...]:
        """Give the lists and histories whose answers `ask` weighs: none that is not believed."""
        found = (*self._by_lists(claims), *self._by_histories(claims))
        return tuple(each.source for each in found if isinstance(each, _Answer))

    def _by_lists(self, claims: LicenceClaims) -> Iterator[_Answer | Finding]:
        """Ask the lists of its place, the last first, until one answers, and those of that time.

        So of each authority that certified their signers; what none of them has passed over counts
        as if all were made at once.
        """
        place = claims.status
        if place is None:
            yield undetermined(_CHECK, LicenceReason.STATUS_NOT_STATED, claims.identifier)
            return
        tokens = self._sources.find_lists(place.uri, self._judge.at, ahead=self._ahead)
        if not tokens:
            yield self._without_list(claims, place)
        found = [
            each
            for those in _by_authority(tokens)
            for each in _until_answered(those, lambda token: self._by_list(claims, place, token))
        ]
        current = [each for each in found if isinstance(each, _Answer) and not each.has_ended]
        last = max((each.made_at for each in current), default=None)
        for each in found:
            yield replace(each, made_at=last) if last and each in current else each

    def _by_histories(self, claims: LicenceClaims) -> Iterator[_Answer | Finding]:
        """Ask its histories, the last first, until one answers, and those of that time."""
        histories = self._sources.find_histories(claims.identifier)
        return _until_answered(histories, lambda history: self._by_history(claims, history))

    def _without_list(self, claims: LicenceClaims, place: StatusPlace) -> _Answer | Finding:
        """Say that the list is not at hand, and whether another one of the issuer is."""
        other = self._sources.find_other(claims.issuing_authority_code)
        found = None if other is None else self._by_list(claims, place, other)
        if isinstance(found, Finding) and found.reason is Reason.STATUS_LIST_OTHER:
            return found
        return undetermined(_CHECK, Reason.STATUS_UNAVAILABLE, place.uri)

    def _by_list(
        self, claims: LicenceClaims, place: StatusPlace, token: StatusListToken
    ) -> _Answer | Finding:
        reference = StatusReference(uri=place.uri, index=place.index)
        issuer = claims.issuing_authority_code
        answer = self._lists.ask(token, reference, issuer=issuer, check=_CHECK)
        if isinstance(answer, Finding):
            if not _is_against(answer, token, place.index):
                return answer
            return _Answer.of(token, answer)
        standing = standing_of(answer.value)
        by = f"状态列表 list of {answer.made_at}"
        if standing is None:
            detail = f"状态值 status {answer.value}，{by}"
            finding = undetermined(_CHECK, LicenceReason.STATUS_UNKNOWN, detail)
        else:
            finding = told_by_list(standing, by)
        return _Answer.of(token, finding)

    def _by_history(self, claims: LicenceClaims, history: HistoryStatement) -> _Answer | Finding:
        at, made_at = self._judge.at, history.made_at
        age = max(at - made_at, timedelta())
        fault = self._signer_fault(claims, history) or self._dated_ahead(history)
        if fault is not None:
            return fault
        finding = told_by_history(history, at)
        if at > history.expires_at or (self._max_age is not None and age > self._max_age):
            detail = f"状态证明 history of {made_at}，所问 asked for {at}"
            stale = undetermined(_CHECK, Reason.STATUS_LIST_STALE, detail, as_of=made_at)
            return stale if finding.outcome is Outcome.PASSED else _Answer.of(history, stale)
        return _Answer.of(history, finding)

    def _dated_ahead(self, history: HistoryStatement) -> Finding | None:
        """Say that a history knows of a time that has not come: its clock was wrong."""
        if self._now is None or history.made_at - self._now <= CLOCKS_DIFFER:
            return None
        detail = f"日期 dated {history.made_at}，现在 now {self._now}"
        return failed(_CHECK, LicenceReason.HISTORY_INVALID, detail)

    def _signer_fault(self, claims: LicenceClaims, history: HistoryStatement) -> Finding | None:
        """Say why a history is not the issuing department's."""
        certificate, issuer = history.statement.certificate, claims.issuing_authority_code
        organisation = organisation_identifier(certificate)
        if issuer not in {organisation} & {history.issuer}:
            by = organisation or "无机构代码 no organisation"
            detail = f"签名者 signed by {by}，颁发者 issued by {issuer}"
            return failed(_CHECK, LicenceReason.HISTORY_STRANGER, detail)
        judge = judge_at(self._judge.trust, max(self._judge.at, history.made_at))
        for finding in verify_statement(history.statement, judge=judge).findings:
            if finding.reason is None:
                continue
            detail = f"状态证明的签名者 signer of the history：{finding.reason}，{finding.detail}"
            if finding.reason is Reason.UNKNOWN_ISSUER:  # its root may be missing, and nothing else
                return undetermined(_CHECK, LicenceReason.HISTORY_STRANGER, detail)
            if finding.outcome is Outcome.FAILED:
                return failed(_CHECK, _fault_of(finding.reason), detail)
            return undetermined(_CHECK, finding.reason, detail)
        return None


def _is_against(finding: Finding, token: StatusListToken, index: int) -> bool:
    """Whether a genuine list that cannot be asked keeps an older one from saying that all is well.

    It has ended and did not say so of this place, or it has no such place.
    """
    if finding.reason is not Reason.STATUS_LIST_STALE:
        return finding.reason is Reason.STATUS_INDEX_OUT_OF_RANGE
    return index >= token.statuses.size or token.status(index) != Status.VALID


def _by_authority(tokens: Iterable[StatusListToken]) -> Iterable[list[StatusListToken]]:
    """Group lists by the authority that certified their signers, each in the order that it has."""
    found: defaultdict[bytes | None, list[StatusListToken]] = defaultdict(list)
    for token in tokens:
        found[token.statement.certificate.authority_key_identifier].append(token)
    return found.values()


def _until_answered(
    sources: Iterable[_Source], ask: Callable[[_Source], _Answer | Finding]
) -> Iterator[_Answer | Finding]:
    """Ask sources, the last first, until one answers; then those of its time, too."""
    answered: datetime | None = None
    for source in sources:
        if answered is not None and source.made_at < answered:
            return
        answer = ask(source)
        yield answer
        if isinstance(answer, _Answer):
            answered = answer.made_at


def _fault_of(reason: ReasonCode) -> LicenceReason:
    """Tell a wrong signature from a signer who is not trusted."""
    wrong = reason is Reason.SIGNATURE_INVALID
    return LicenceReason.HISTORY_INVALID if wrong else LicenceReason.HISTORY_STRANGER


def _weight(finding: Finding) -> tuple[bool, int, bool]:
    """Of findings that none is an answer, that of a genuine list counts; then the worse one."""
    is_genuine = finding.reason is Reason.STATUS_LIST_FROM_LATER
    return is_genuine, finding.outcome.badness, finding.reason not in _NOTHING_ASKED
