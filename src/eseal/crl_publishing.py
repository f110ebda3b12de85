"""Publishing revocation lists: each one follows from the one before it.

Rules kept:

- Numbers rise by one from the published list, which has to be this issuer's own.
- No entry is lost, and what was published of a serial stands: another date or reason is refused.
- Never back in time: a list that would be older than the published one is refused, unless that is
  asked for by whoever knows that it was made while the clock was ahead.
- A new list is made when there is a new entry, or when half the life of the published one is over;
  else the published one stays, byte for byte.
- A list is begun only where that is asked for: a lost file must not begin a list anew, without its
  entries and with a number that was there before.
- The file is replaced whole, by one publisher at a time.

Left to others: serving the file over HTTP; which certificates are revoked.

Source: RFC 5280, 5.2.3 and 5.3.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import crl

from eseal.crl import MAX_CRL_BYTES, RevocationReason, RevokedEntry, make_crl, read_crl
from eseal.errors import RefusedError, UnavailableError
from eseal.keys import verify_signature
from eseal.moments import check_time
from eseal.path_rules import check_algorithm
from eseal.reasons import Reason
from eseal.regular_files import read_regular, why_unread
from eseal.signers import Signer
from eseal.whole_files import folder_lock, replace_file

_CLOCK: Final = (
    "先核对本机时钟；时钟无误，列表是时钟走快时发布的，加 --replace-later 再发布："
    "编号续增，条目不丢",
    "Set this machine's clock right; if it is, and the list was made while the clock was ahead, "
    "publish with --replace-later: numbers rise and no entry is lost",
)

_STANDS: Final = (
    "原因不影响验证，不必改；不写时间（--revoke 序列号）即照已公布的。日期有误的，用 eseal cert crl"
    " 照全部条目另签一份，编号取下一号，替换各处已公布的文件",
    "A reason makes no difference to verifying and can stay; without a time, --revoke SERIAL, it is"
    " as published. If the date is wrong, sign a list with all entries and the next number by hand,"
    " eseal cert crl, in the place of every published file",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """The list that is published now.

    Attributes:
        number: its number.
        next_update: until when it may be relied on.
        entries: how many certificates are revoked in it.
        changed: whether it is a new one.
    """

    number: int
    next_update: datetime
    entries: int
    changed: bool


def publish_crl(
    issuer: Signer,
    path: Path,
    revoked: Iterable[RevokedEntry],
    *,
    at: datetime,
    valid_for: timedelta,
    first_number: int | None = None,
    replace_later: bool = False,
) -> Publication:
    """Bring a published list up to date, or begin one.

    Args:
        issuer: the CA whose list it is.
        path: the published file; its folder exists.
        revoked: what has to stand in it; what stands in it already may be left out.
        at: the time now.
        valid_for: how long a new list may be relied on.
        first_number: what to begin with where none is published; `None` refuses that.
        replace_later: whether to go on from a list that is of a later time, see `next_crl`.

    Raises:
        MalformedError: CRL_MALFORMED, what is published is no list.
        RefusedError: CRL_REFUSED, nothing was published.
        UnavailableError: FILE_NOT_SAVED.
    """
    with folder_lock(path.parent):
        published = read_published(path)
        if published is None and first_number is None:
            raise RefusedError(
                Reason.CRL_REFUSED, "该处尚未发布吊销列表 no list is published there", at=str(path)
            )
        following = next_crl(
            issuer,
            published,
            revoked,
            at=at,
            valid_for=valid_for,
            first_number=first_number or 1,
            replace_later=replace_later,
        )
        if following is not None:
            replace_file(path, following)
    now = read_crl(following or published or b"")
    return Publication(
        number=now.crl_number_value.native,
        next_update=now["tbs_cert_list"]["next_update"].native,
        entries=len(read_entries(now)),
        changed=following is not None,
    )


def next_crl(
    issuer: Signer,
    published: bytes | None,
    revoked: Iterable[RevokedEntry],
    *,
    at: datetime,
    valid_for: timedelta,
    first_number: int = 1,
    replace_later: bool = False,
) -> bytes | None:
    """Make the list that follows the published one; reads no clock and writes nothing.

    Args:
        issuer: the CA whose list it is.
        published: the list before, PEM or DER; `None` where there is none yet.
        revoked: what has to stand in it; what stands in it already may be left out.
        at: the time now.
        valid_for: how long the new list may be relied on.
        first_number: the number of the first list.
        replace_later: whether to go on from a list that is of a later time, because it was made
            while the clock was ahead: with its entries, the next number, and the time now.

    Returns:
        The new list as DER, `None` if the published one still does.

    Raises:
        MalformedError: CRL_MALFORMED, what is published is no list.
        RefusedError: CRL_REFUSED, there is no list that may follow.
    """
    moment = check_time(at, "at")
    before = None if published is None else read_crl(published)
    entries = {} if before is None else {one.serial: one for one in own_entries(before, issuer)}
    due = before is None or _is_due(before, moment, replace_later=replace_later)
    fresh = _fresh(entries, revoked)
    if not due and not fresh:
        return None
    made = make_crl(
        issuer,
        number=first_number if before is None else _number(before) + 1,
        this_update=moment,
        next_update=moment + valid_for,
        revoked=(*entries.values(), *fresh.values()),
    )
    if len(made) > MAX_CRL_BYTES:
        raise _refuse(
            "吊销列表过大，将无法读取 it would be larger than what can be read", "revoked"
        )
    return made


def read_published(path: Path) -> bytes | None:
    """Read a published list as it is; `None` where none is.

    Raises:
        UnavailableError: FILE_NOT_SAVED, it cannot be read.
    """
    try:
        return read_regular(path, MAX_CRL_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnavailableError(Reason.FILE_NOT_SAVED, why_unread(error), at=str(path)) from error


def read_entries(found: crl.CertificateList) -> tuple[RevokedEntry, ...]:
    """Read the entries of a list.

    Raises:
        RefusedError: CRL_REFUSED, an entry says more than serial, date and a reason of ours: it
            could not be carried on.
    """
    listed = found["tbs_cert_list"]["revoked_certificates"]
    return tuple(_entry(one) for one in listed) if listed.native else ()


def demand_sensible(revoked: Iterable[RevokedEntry], issuer: Signer, *, at: datetime) -> None:
    """Insist that what is newly revoked is so as of a time between the issuer's beginning and now.

    Raises:
        RefusedError: CRL_REFUSED, one is revoked as of another time.
    """
    begins = issuer.certificate.not_valid_before
    for one in revoked:
        if one.at < begins:
            sentence = "吊销时间早于 CA 证书的生效 revoked before the CA's certificate began"
            raise _refuse(f"{sentence}: {one.at} < {begins}", f"{one.serial:x}")
        if one.at > at:
            sentence = f"吊销时间尚未到来 revoked at a time that has not come: {one.at}"
            raise _refuse(sentence, f"{one.serial:x}")


def is_own(found: crl.CertificateList, issuer: Signer) -> bool:
    """Whether an issuer has signed a list."""
    try:
        _demand_own(found, issuer)
    except RefusedError:
        return False
    return True


def own_entries(found: crl.CertificateList, issuer: Signer) -> tuple[RevokedEntry, ...]:
    """Read the entries of a list that the issuer has to have signed.

    Raises:
        RefusedError: CRL_REFUSED, it has not; or as `read_entries`.
    """
    _demand_own(found, issuer)
    return read_entries(found)


def _entry(one: crl.RevokedCertificate) -> RevokedEntry:
    names = [each["extn_id"].native for each in one["crl_entry_extensions"]]
    reason = one.crl_reason_value
    try:
        why = RevocationReason("unspecified" if reason is None else reason.native)
    except ValueError as error:
        raise _refuse(
            f"吊销原因不能沿用 its reason {reason.native} cannot be carried on"
        ) from error
    if names not in ([], ["crl_reason"]):
        raise _refuse("有一条目含不能沿用的内容 an entry of it says what cannot be carried on")
    serial, at = one["user_certificate"].native, one["revocation_date"].native
    return RevokedEntry(serial=serial, at=at, reason=why)


def _demand_own(found: crl.CertificateList, issuer: Signer) -> None:
    key = issuer.certificate.public_key
    try:
        algorithm = check_algorithm(found["signature_algorithm"], key)
        if algorithm is None or found.issuer != issuer.certificate.subject:
            raise _refuse("不是此签发者的列表 it is not of this issuer")
        verify_signature(key, algorithm, found["tbs_cert_list"].dump(), found.signature)
    except RefusedError as error:
        raise _refuse(f"不是此签发者自己的 not this issuer's own: {error.sentence}") from error


def _fresh(
    entries: dict[int, RevokedEntry], revoked: Iterable[RevokedEntry]
) -> dict[int, RevokedEntry]:
    """Those that are not published yet; none may contradict what is, or each other."""
    fresh: dict[int, RevokedEntry] = {}
    for each in revoked:
        one = replace(each, at=check_time(each.at, "revoked"))
        known = entries.get(one.serial) or fresh.setdefault(one.serial, one)
        silent = one.reason is RevocationReason.UNSPECIFIED
        same_time = known.at == one.at
        if known is not one and not (same_time and (silent or one.reason is known.reason)):
            error = _refuse(
                f"吊销日期或原因不同 {one.serial:x} stands in it with another date or reason",
                "revoked",
            )
            error.advice = _STANDS
            raise error
    return fresh


def _is_due(before: crl.CertificateList, at: datetime, *, replace_later: bool) -> bool:
    """Whether half the life of a list is over; refuses to go back to before it unasked."""
    tbs = before["tbs_cert_list"]
    begin, end = tbs["this_update"].native, tbs["next_update"].native
    if at < begin and not replace_later:
        error = _refuse(f"已发布的列表晚于此时 it is of {begin}, which is later than {at}", "at")
        error.advice = _CLOCK
        raise error
    if at < begin:
        return True
    return end is None or at >= begin + (end - begin) / 2


def _number(before: crl.CertificateList) -> int:
    if before.crl_number_value is None:
        raise _refuse("没有列表编号 it has no number")
    number: int = before.crl_number_value.native
    return number


def _refuse(sentence: str, where: str = "published") -> RefusedError:
    return RefusedError(Reason.CRL_REFUSED, sentence, at=where)
