"""What revocation lists and OCSP responses, weighed together, say of a certificate of a path.

Rules kept:

- What speaks: a list or an answer about this very certificate, from its own issuer (or from whom
  that one certified to answer), complete, signed, and made while the certificate was alive: a later
  one may have dropped it.
- Of several lists, and of several answers, the freshest counts. That a certificate is not revoked
  is known while the freshest of either kind is current; while neither is, what is known is stale.
- A revocation counts if the freshest of its kind says so, however old that is, or any other that is
  current (of 16 at most). Of several the earliest counts.
- "Unknown" is no answer. It takes nothing from a list or from a revocation, but older answers that
  say "good" do not count any more.
- How old the data are is told: `as_of`.

Left to others: what a revocation means for a signature at a time (`eseal.chain`), fetching
(`eseal.revocation_fetching`).

Source: RFC 5280, 6.3; RFC 6960, 2.2 and 4.2.2 (the latter read second-hand).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from asn1crypto import crl, x509

from eseal.errors import UnavailableError
from eseal.moments import CLOCKS_DIFFER
from eseal.ocsp import OcspAnswer, OcspResponse, OcspStatus
from eseal.ocsp_signers import check_responder, issuer_on
from eseal.stack import ValidatingStack, ValidationPath

MAX_SAID = 16
"""Of the lists, and of the answers, that speak for one certificate, so many are weighed."""

_BADNESS = (OcspStatus.GOOD, OcspStatus.UNKNOWN, OcspStatus.REVOKED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What one list or answer says of a certificate.

    Attributes:
        this_update: when it was true.
        next_update: until when it is good; `None` if it does not say.
        revoked_at: when the certificate was revoked; `None` if it was not.
        known: false of an answer that the responder does not know the certificate.
    """

    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None = None
    known: bool = True

    def is_current(self, at: datetime) -> bool:
        """Say whether it can be relied on at a time; what was made later tells about before."""
        return at <= self.current_until

    def until(self, last: datetime) -> "Said":
        """Give the same, not to be relied on for longer than that."""
        return replace(self, next_update=self.next_update and min(self.next_update, last))

    @property
    def current_until(self) -> datetime:
        """The last time for which it can be relied on; without nextUpdate that of its making."""
        return max(self.this_update, self.next_update or self.this_update)


@dataclass(frozen=True, kw_only=True, slots=True)
class RevocationStatus:
    """All that was said, weighed.

    Attributes:
        as_of: when the freshest of it was true: the age of the data.
        revoked_at: when the certificate was revoked, before the time asked for or after it.
        current_until: the last time for which any of it can be relied on.
    """

    as_of: datetime
    revoked_at: datetime | None = None
    current_until: datetime


class RevocationData:
    """Lists and OCSP responses, to look certificates up in; threads may share it."""

    def __init__(
        self,
        stack: ValidatingStack,
        lists: Iterable[crl.CertificateList],
        responses: Iterable[OcspResponse],
    ) -> None:
        """Take in what was given; nothing of it is believed yet."""
        self._stack = stack
        self._lists = _by_issuer(lists)
        self._responses = _by_serial(responses)

    def status(
        self, certificate: x509.Certificate, path: ValidationPath, moment: datetime, at: datetime
    ) -> RevocationStatus | None:
        """Weigh all that is said of a certificate.

        Args:
            certificate: one of the path's, below its root.
            path: valid but for revocation.
            moment: when all its certificates are valid.
            at: the time asked for.

        Returns:
            `None` if nothing is known.
        """
        lists = self.said_in_lists(certificate, path, moment, at)
        answers = self.said_in_answers(certificate, path, at)
        return _weigh(tuple(islice(lists, MAX_SAID)), tuple(islice(answers, MAX_SAID)), at)

    def said_in_lists(
        self, certificate: x509.Certificate, path: ValidationPath, moment: datetime, at: datetime
    ) -> Iterator[Said]:
        """Give what the lists that speak for a certificate say: the freshest, then current ones."""
        freshest = True
        for one in self._lists.get(certificate.issuer.hashable, ()):
            said = Said(this_update=_made_at(one), next_update=_ends_at(one))
            if not _speaks_for(one, certificate) or not (freshest or said.is_current(at)):
                continue
            try:
                revoked_at = self._stack.revocation_date(certificate, path, one, moment)
            except UnavailableError:
                continue  # of another issuer of that name, or its signature does not hold
            freshest = False
            yield replace(said, revoked_at=revoked_at)

    def said_in_answers(
        self, certificate: x509.Certificate, path: ValidationPath, at: datetime
    ) -> Iterator[Said]:
        """Give what OCSP answers about a certificate say: the freshest, then current ones."""
        issuer, freshest = issuer_on(path, certificate), True
        for response, answer in self._responses.get(certificate.serial_number, ()):
            said = _said(answer)
            was_alive = answer.this_update <= certificate.not_valid_after
            was_known = answer.this_update - response.produced_at <= CLOCKS_DIFFER
            if not (was_alive and was_known) or not (freshest or said.is_current(at)):
                continue
            if not answer.about.means(certificate, issuer):
                continue
            try:
                responder = check_responder(
                    response, certificate, path, self._stack, is_revoked=self._stands_in_lists
                )
            except UnavailableError:
                continue  # signed by a stranger, or not at all
            freshest = False
            yield said.until(responder.not_valid_after)

    def _stands_in_lists(
        self, certificate: x509.Certificate, path: ValidationPath, moment: datetime, at: datetime
    ) -> bool | None:
        """Say whether the freshest list has a certificate; `None` if it was not current at `at`."""
        freshest = next(self.said_in_lists(certificate, path, moment, at), None)
        if freshest is None or (freshest.revoked_at is None and not freshest.is_current(at)):
            return None
        return freshest.revoked_at is not None


def _said(answer: OcspAnswer) -> Said:
    return Said(
        this_update=answer.this_update,
        next_update=answer.next_update,
        revoked_at=answer.revoked_at,
        known=answer.status is not OcspStatus.UNKNOWN,
    )


def _weigh(lists: Sequence[Said], answers: Sequence[Said], at: datetime) -> RevocationStatus | None:
    freshest = [kind[0] for kind in (lists, answers) if kind and kind[0].known]
    revoking = [one for one in (*lists, *answers) if one.revoked_at is not None]
    if not freshest and not revoking:
        return None
    current = [one for one in freshest if one.is_current(at)]
    counting = current or freshest or revoking
    last = max(counting, key=lambda one: one.this_update)
    return RevocationStatus(
        as_of=last.this_update,
        revoked_at=min((one.revoked_at for one in revoking if one.revoked_at), default=None),
        current_until=max(one.current_until for one in counting),
    )


def _by_issuer(
    lists: Iterable[crl.CertificateList],
) -> dict[str, tuple[crl.CertificateList, ...]]:
    found = defaultdict(list)
    for one in lists:
        found[one.issuer.hashable].append(one)
    return {name: tuple(sorted(same, key=_made_at, reverse=True)) for name, same in found.items()}


def _by_serial(
    responses: Iterable[OcspResponse],
) -> dict[int, tuple[tuple[OcspResponse, OcspAnswer], ...]]:
    found = defaultdict(list)
    for response in responses:
        for answer in response.answers:
            found[answer.about.serial].append((response, answer))
    return {
        serial: tuple(sorted(same, key=lambda one: _freshness(one[1]), reverse=True))
        for serial, same in found.items()
    }


def _freshness(answer: OcspAnswer) -> tuple[datetime, int]:
    """Order answers; of two made at once the worse counts as the fresher."""
    return answer.this_update, _BADNESS.index(answer.status)


def _made_at(one: crl.CertificateList) -> datetime:
    made: datetime = one["tbs_cert_list"]["this_update"].native
    return made


def _ends_at(one: crl.CertificateList) -> datetime | None:
    ends: datetime | None = one["tbs_cert_list"]["next_update"].native
    return ends


def _speaks_for(one: crl.CertificateList, certificate: x509.Certificate) -> bool:
    """Whether a list of the issuer's name can say something about this certificate."""
    was_alive = _made_at(one) <= certificate.not_valid_after
    consistent = one["tbs_cert_list"]["signature"].dump() == one["signature_algorithm"].dump()
    return bool(was_alive and consistent)
