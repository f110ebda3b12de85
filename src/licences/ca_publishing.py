"""Publishing the revocation lists (CRL) of a home's CAs, in step with the home's own trust.

    FOLDER/crl/NAME.crl   the list of the CA that the settings call NAME

Rules kept, beside those of `eseal.crl_publishing`:

- what follows is made from all lists of the CA that are known, the published one and those of the
  home's trust folder: numbers go on from the highest, entries of all of them stand in it, so that
  a certificate may be revoked in either place;
- the trust folder gets what was published, never an older one, and first what verifiers see: killed
  in between, the next time completes it; no other material there is touched;
- a CA's key is opened only when there is a list to sign; the list of one that fails is told, and
  the others are published.

A CA is published by one home: two that go on from the same list would give a number twice.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from asn1crypto import crl, x509

from eseal.algorithms import Algorithm
from eseal.crl import read_crl
from eseal.crl_publishing import is_own, next_crl, own_entries, read_entries, read_published
from eseal.errors import EvidenceError, UnavailableError
from eseal.refreshing import list_issuer, single_files
from eseal.trust import read_trust_file, trust_files
from eseal.whole_files import folder_lock, replace_file
from licences.ca_settings import CaSettings
from licences.home import Home, open_signer, read_chain
from licences.publications import Change, Published, Step
from licences.reasons import LicenceReason
from licences.settings import SignerSettings

CRL_FOLDER: Final = "crl"

_List: TypeAlias = crl.CertificateList


def publish_crls(
    home: Home,
    folder: Path,
    *,
    at: datetime,
    at_step: Callable[[Step], None],
    replace_later: bool = False,
) -> Iterator[Published]:
    """Publish the revocation lists of a home's CAs, each told when it is done.

    Args:
        home: the home.
        folder: where; its lock is held by whoever calls.
        at: the time now; aware, UTC, whole seconds.
        at_step: told of each step that was taken.
        replace_later: whether to go on from lists that are of a later time, as of now.

    Raises:
        UnavailableError: STORAGE_UNAVAILABLE, FILE_NOT_SAVED: a folder cannot be had.
        EvidenceError: the home's trust cannot be used.
    """
    if not home.settings.cas:
        return
    lists = folder / CRL_FOLDER
    try:
        lists.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        why = f"无法建立 it cannot be made: {error.strerror or error}"
        raise UnavailableError(LicenceReason.STORAGE_UNAVAILABLE, why, at=str(lists)) from error
    with ExitStack() as held:
        for each in sorted({lists.resolve(), home.trust.resolve()} - {folder.resolve()}):
            held.enter_context(folder_lock(each))
        press = _CrlPress(home.trust, lists, at, at_step, replace_later=replace_later)
        for ca in home.settings.cas:
            yield press.publish(ca)


class _LateSigner:
    """A signer whose key is opened when it is to sign: most of the time there is nothing to."""

    def __init__(self, settings: SignerSettings) -> None:
        self._settings = settings
        certificate, *chain = read_chain(settings)
        self.certificate: x509.Certificate = certificate
        self.chain: tuple[x509.Certificate, ...] = tuple(chain)
        self.algorithm: Algorithm = settings.algorithm

    def sign(self, data: bytes) -> bytes:
        """Open the key and sign."""
        return open_signer(self._settings).sign(data)


class _CrlPress:
    """Signs and writes revocation lists that speak of one time; the folders are locked."""

    def __init__(
        self,
        trust: Path,
        folder: Path,
        at: datetime,
        at_step: Callable[[Step], None],
        *,
        replace_later: bool,
    ) -> None:
        self._replace_later = replace_later
        self._trust, self._folder, self._at, self._at_step = trust, folder, at, at_step

    def publish(self, ca: CaSettings) -> Published:
        """Publish a CA's list, and have the home trust it."""
        path = self._folder / f"{ca.name}.crl"
        try:
            return self._publish(ca, path)
        except EvidenceError as error:
            return Published(path=path, change=Change.FAILED, error=error)

    def _publish(self, ca: CaSettings, path: Path) -> Published:
        issuer = _LateSigner(ca.signer)
        before = read_published(path)
        published = None if before is None else read_crl(before)
        if published is not None:
            own_entries(published, issuer)
        trusted = [one for one in _lists_in(self._trust) if is_own(one, issuer)]
        known = trusted if published is None else [published, *trusted]
        now = self._following(ca, issuer, known)
        change = _change(published, now)
        if change is not Change.UNCHANGED:
            replace_file(path, now.dump())
            self._at_step(Step.CRL_REPLACED)
        if now.dump() not in {one.dump() for one in trusted}:
            replace_file(self._trust / self._trust_file(ca, issuer, now), now.dump())
            self._at_step(Step.CRL_TRUSTED)
        return Published(
            path=path,
            change=change,
            notable=len(read_entries(now)),
            until=now["tbs_cert_list"]["next_update"].native,
            number=_number(now),
        )

    def _following(self, ca: CaSettings, issuer: _LateSigner, known: Iterable[_List]) -> _List:
        """Give the list that has to be published: the last one of those, or a new one."""
        ordered = sorted(known, key=_age)
        revoked = [entry for one in ordered[:-1] for entry in read_entries(one)]
        last = ordered[-1].dump() if ordered else None
        made = next_crl(
            issuer,
            last,
            revoked,
            at=self._at,
            valid_for=ca.crl_life,
            replace_later=self._replace_later,
        )
        if made is None:
            return ordered[-1]
        found = read_crl(made)
        own_entries(found, issuer)
        self._at_step(Step.CRL_SIGNED)
        return found

    def _trust_file(self, ca: CaSettings, issuer: _LateSigner, now: _List) -> str:
        """Name the trust folder's file that has this CA's list and nothing else, or a new one."""
        mine = [
            (_age(one), name)
            for name, one in single_files(self._trust)
            if isinstance(one, crl.CertificateList) and is_own(one, issuer)
        ]
        if mine:
            return max(mine)[1]
        name = f"{ca.name}.crl"
        taken = (self._trust / name).exists()
        return f"{hashlib.sha256(list_issuer(now)).hexdigest()[:32]}.crl" if taken else name


def _lists_in(trust: Path) -> Iterator[_List]:
    for file in trust_files(trust):
        for found in read_trust_file(file):
            if isinstance(found, crl.CertificateList):
                yield found


def _change(published: _List | None, now: _List) -> Change:
    if published is None:
        return Change.NEW
    if published.dump() == now.dump():
        return Change.UNCHANGED
    same = set(read_entries(published)) == set(read_entries(now))
    return Change.RENEWED if same else Change.CHANGED


def _age(found: _List) -> tuple[int, datetime]:
    """What tells which of a CA's lists is the later one."""
    number = _number(found)
    return (-1 if number is None else number, found["tbs_cert_list"]["this_update"].native)


def _number(found: _List) -> int | None:
    value = found.crl_number_value
    return None if value is None else value.native
