"""Refreshing a trust folder: its lists and OCSP responses are replaced by newer ones that hold.

Rules kept:

- What is asked about: every certificate of the folder that is no root, and those that are given.
- Only what was verified (`eseal.revocation_fetching`) is taken, and only if it is not older than
  what is there and holds: by its time, and a list also by its number. What is there and does not
  hold is in nobody's way.
- A list replaces the file that has its issuer's list and nothing else; where there is none, a file
  is added. Each file is replaced whole, and one refresher works in a folder at a time.
- Nothing is silent: each attempt has its line, and so has each list for which no place is known.

Left to others: what the folder is worth at a time (`eseal.chain`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from asn1crypto import crl, x509

from eseal.certificates import plain_name
from eseal.errors import UnavailableError
from eseal.evidence import common_name
from eseal.fetching import fetch
from eseal.ocsp import OcspAnswer, OcspResponse
from eseal.ocsp_signers import issuer_on
from eseal.reasons import Reason, ReasonCode
from eseal.revocation import RevocationData
from eseal.revocation_fetching import Attempt, Fetcher, fetch_revocation
from eseal.stack import ValidatingStack
from eseal.standing import Found, Standing
from eseal.trust import TrustStore, load_trust, read_trust_file, trust_files
from eseal.whole_files import folder_lock, replace_file


class Change(StrEnum):
    """What became of a file."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_REFRESHED = "not refreshed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """One line of a refreshing.

    Attributes:
        change: what became of the file.
        file: its name; empty where there is none.
        about: whose certificate named the place, or whose list it is.
        url: the place.
        number: the list's number.
        until: until when what is there now may be relied on.
        reason: why it was not refreshed.
        detail: more about that.
    """

    change: Change
    about: str
    file: str = ""
    url: str = ""
    number: int | None = None
    until: datetime | None = None
    reason: ReasonCode | None = None
    detail: str = ""


def refresh_trust(
    folder: Path,
    certificates: Sequence[x509.Certificate] = (),
    *,
    at: datetime,
    fetcher: Fetcher = fetch,
) -> tuple[Refreshed, ...]:
    """Fetch what a trust folder's certificates name, and keep what is newer.

    Args:
        folder: a trust folder, as `load_trust` reads it.
        certificates: others whose revocation data are wanted, and what helps with their paths.
        at: the time now.
        fetcher: how to fetch.

    Raises:
        MalformedError: TRUST_UNREADABLE.
        RefusedError: TRUST_UNREADABLE.
        UnavailableError: FILE_NOT_SAVED, there is no such folder.
    """
    with folder_lock(folder):
        trust = load_trust(folder)
        wanted = (*trust.intermediates, *certificates)
        fetched = fetch_revocation(wanted, trust, at=at, fetcher=fetcher)
        keeper = _Keeper(folder, trust, at)
        lines = {_told(line): line for line in reversed([*map(keeper.keep, fetched.attempts)])}
        return (*reversed(lines.values()), *_left_alone(keeper.files, fetched.attempts))


class _Keeper:
    """Keeps what was fetched beside what is there."""

    def __init__(self, folder: Path, trust: TrustStore, at: datetime) -> None:
        self._folder, self._at = folder, at
        self._stack = ValidatingStack(trust.roots, trust.intermediates)
        self.files = dict(single_files(folder))

    def keep(self, attempt: Attempt) -> Refreshed:
        """Write what was fetched if it is newer, and say what became of it."""
        about, found, standing = common_name(attempt.certificate), attempt.found, attempt.standing
        if found is None or standing is None:
            return Refreshed(
                change=Change.NOT_REFRESHED,
                about=about,
                url=attempt.url,
                reason=attempt.reason,
                detail=attempt.detail,
            )
        file = self._file_of(found, standing)
        before = self.files.get(file)
        if before is not None and not self._holds(before, standing):
            before = None
        change, fault = _compare(before, found, standing), None
        if change is Change.UPDATED:
            change, fault = self._write(file, found)
        elif change is Change.NOT_REFRESHED:
            fault = UnavailableError(Reason.REVOCATION_DATA_OLDER, "")
        now = self.files.get(file)
        return Refreshed(
            change=change,
            about=about,
            file=file,
            url=attempt.url,
            number=None if now is None else _number(now),
            until=None if now is None else _until(now, standing),
            reason=None if fault is None else fault.reason,
            detail="" if fault is None else fault.sentence,
        )

    def _write(self, file: str, found: Found) -> tuple[Change, UnavailableError | None]:
        """Write a file; one that cannot be written keeps no other from being written."""
        try:
            replace_file(self._folder / file, _der(found))
        except UnavailableError as error:
            return Change.NOT_REFRESHED, error
        change = Change.UPDATED if file in self.files else Change.ADDED
        self.files[file] = found
        return change, None

    def _file_of(self, found: Found, standing: Standing) -> str:
        """The file that has what was there before; the freshest of several, or a new name."""
        same = [
            (_made_at(one, standing), name)
            for name, one in self.files.items()
            if _is_same(one, found, standing)
        ]
        if same:
            return max(same)[1]
        if isinstance(found, OcspResponse):
            return f"{standing.certificate.sha256.hex()[:32]}.ocsp"
        return f"{hashlib.sha256(list_issuer(found)).hexdigest()[:32]}.crl"

    def _holds(self, found: Found, standing: Standing) -> bool:
        is_response = isinstance(found, OcspResponse)
        lists = [one for one in self.files.values() if isinstance(one, crl.CertificateList)]
        data = RevocationData(
            self._stack, lists if is_response else [found], [found] if is_response else []
        )
        return standing.said(data, found, self._at) is not None


def _told(line: Refreshed) -> tuple[str, ...]:
    """What makes a line: many certificates name one place, which is told once."""
    return (line.url or line.about, line.file, str(line.reason), line.detail)


def _compare(before: Found | None, found: Found, standing: Standing) -> Change:
    if before is None:
        return Change.UPDATED
    if _der(before) == _der(found):
        return Change.UNCHANGED
    made, was_made = _made_at(found, standing), _made_at(before, standing)
    number, was_number = _number(found), _number(before)
    if made < was_made or (was_number is not None and (number is None or number < was_number)):
        return Change.NOT_REFRESHED
    return Change.UNCHANGED if made == was_made else Change.UPDATED


def _left_alone(files: dict[str, Found], attempts: Iterable[Attempt]) -> Iterator[Refreshed]:
    """Lists of whose issuers no certificate at hand says where a newer one is."""
    issuers = {one.certificate.issuer.hashable for one in attempts if one.url}
    for name, found in sorted(files.items(), key=lambda one: one[0]):
        if isinstance(found, crl.CertificateList) and found.issuer.hashable not in issuers:
            yield Refreshed(
                change=Change.NOT_REFRESHED,
                about=plain_name(found.issuer),
                file=name,
                number=_number(found),
                until=found["tbs_cert_list"]["next_update"].native,
                reason=Reason.REVOCATION_DATA_UNNAMED,
            )


def single_files(folder: Path) -> Iterator[tuple[str, Found]]:
    """The folder's files that have one list or one response, and nothing else."""
    for path in trust_files(folder):
        found = tuple(read_trust_file(path))
        if len(found) == 1 and not isinstance(found[0], x509.Certificate):
            yield path.name, found[0]


def _is_same(one: Found, found: Found, standing: Standing) -> bool:
    """Whether a file is about what was fetched: a list of this issuer, or this certificate."""
    if isinstance(one, OcspResponse) or isinstance(found, OcspResponse):
        issuer = issuer_on(standing.path, standing.certificate)
        both = isinstance(one, OcspResponse) and isinstance(found, OcspResponse)
        return both and bool(one.answers_about(standing.certificate, issuer))
    return list_issuer(one) == list_issuer(found)


def list_issuer(found: crl.CertificateList) -> bytes:
    """A list's issuer by name and key."""
    name: bytes = found.issuer.hashable.encode()
    return name + b"\0" + (found.authority_key_identifier or b"")


def _der(found: Found) -> bytes:
    der: bytes = found.der if isinstance(found, OcspResponse) else found.dump()
    return der


def _number(found: Found) -> int | None:
    value = None if isinstance(found, OcspResponse) else found.crl_number_value
    return None if value is None else value.native


def _made_at(found: Found, standing: Standing) -> datetime:
    if isinstance(found, OcspResponse):
        return _answer(found, standing).this_update
    made: datetime = found["tbs_cert_list"]["this_update"].native
    return made


def _until(found: Found, standing: Standing) -> datetime | None:
    if isinstance(found, OcspResponse):
        return _answer(found, standing).next_update
    ends: datetime | None = found["tbs_cert_list"]["next_update"].native
    return ends


def _answer(found: OcspResponse, standing: Standing) -> OcspAnswer:
    issuer = issuer_on(standing.path, standing.certificate)
    return found.answers_about(standing.certificate, issuer)[0]
