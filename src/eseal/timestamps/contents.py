"""What a timestamp says (TSTInfo), read strictly.

Rules kept:
    - version 1; an imprint by SHA-256 or SM3; a serial number of at most 160 bits;
    - the time is in UTC with its Z, to the second or with a fraction that has no zeros at its end;
    - accuracy is within bounds, an extension stands once, and none is critical: nobody here knows
      any.

Source: RFC 3161, 2.4.2.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from asn1crypto import core, tsp, x509

from eseal.certificates import check_names
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason
from eseal.timestamps.imprints import Imprint, read_imprint

MAX_NUMBER_BITS: Final = 160
"""Serial numbers are no longer (RFC 3161, 2.4.2); nonces need not be."""

_TIME: Final = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z")
_THOUSAND: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class TimestampContent:
    """What a timestamp says.

    Attributes:
        policy: OID of the policy that it was made under.
        imprint: of what was stamped.
        serial_number: its number with its authority.
        time: genTime, aware; what is finer than a microsecond is dropped.
        accuracy: by how much the authority says that its time may be wrong, if it does.
        nonce: of the request, if it had one.
        authority: what it names as its authority, if it does; has to be the certificate's subject.
    """

    policy: str
    imprint: Imprint
    serial_number: int
    time: datetime
    accuracy: timedelta | None = None
    nonce: int | None = None
    authority: x509.Name | None = None


def read_content(info: tsp.TSTInfo) -> TimestampContent:
    """Read a TSTInfo whose bytes were found to be DER.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED.
        RefusedError: ALGORITHM_REFUSED; TIMESTAMP_INVALID, it has a critical extension.
        ValueError, TypeError, ...: as asn1crypto does (`eseal.der.PARSE_ERRORS`).
    """
    info.native  # noqa: B018 - asn1crypto parses lazily; this makes it parse all
    if info["version"].native != "v1":
        raise malformed("版本不是 1 not version 1", "version")
    check_extensions(info["extensions"])
    serial_number = info["serial_number"].native
    if serial_number < 0 or serial_number.bit_length() > MAX_NUMBER_BITS:
        raise malformed(
            "序列号为负或过长 the serial number is negative or too long", "serialNumber"
        )
    return TimestampContent(
        policy=str(info["policy"].dotted),
        imprint=read_imprint(info["message_imprint"]),
        serial_number=serial_number,
        time=_read_time(info["gen_time"].contents),
        accuracy=_read_accuracy(info["accuracy"]),
        nonce=read_nonce(info["nonce"]),
        authority=_read_authority(info["tsa"]),
    )


def read_nonce(field: core.Integer | core.Void) -> int | None:
    """Read a nonce, which need not be there.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED, it is too long.
    """
    nonce: int | None = field.native
    if nonce is not None and nonce.bit_length() > MAX_NUMBER_BITS:
        raise malformed("随机数过长 the nonce is too long", "nonce")
    return nonce


def check_extensions(extensions: tsp.Extensions | core.Void) -> None:
    """See that no extension is critical, and none stands twice.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED.
        RefusedError: TIMESTAMP_INVALID.
    """
    found = [] if isinstance(extensions, core.Void) else list(extensions)
    names = [one["extn_id"].dotted for one in found]
    if len(set(names)) != len(names):
        raise malformed("扩展项重复 an extension stands twice", "extensions")
    for one in found:
        if one["critical"].native:
            sentence = (
                "有不认识的关键扩展 "
                f"a critical extension that nobody here knows: {one['extn_id'].dotted}"
            )
            raise RefusedError(Reason.TIMESTAMP_INVALID, sentence, at="extensions")


def malformed(sentence: str, at: str) -> MalformedError:
    """Say that a timestamp, a request or an answer is ill formed."""
    return MalformedError(Reason.TIMESTAMP_MALFORMED, sentence, at=f"timestamp.{at}")


def _read_time(written: bytes) -> datetime:
    parts = _TIME.fullmatch(written)
    if parts is None:
        raise malformed("时间应为 DER 写法的 UTC not a time in UTC as DER writes it", "genTime")
    year, month, day, hour, minute, second = (int(each) for each in parts.groups()[:6])
    micros = int((parts[7] or b"").decode().ljust(6, "0")[:6])
    try:
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=UTC)
    except ValueError as error:
        raise malformed("没有此时间 no such time", "genTime") from error


def _read_accuracy(field: tsp.Accuracy | core.Void) -> timedelta | None:
    if isinstance(field, core.Void):
        return None
    seconds, millis, micros = (field[each].native for each in ("seconds", "millis", "micros"))
    small = [each for each in (millis, micros) if each is not None]
    if not all(0 < each < _THOUSAND for each in small) or not 0 <= (seconds or 0) < 1 << 31:
        raise malformed("超出范围 out of bounds", "accuracy")
    return timedelta(seconds=seconds or 0, milliseconds=millis or 0, microseconds=micros or 0)


def _read_authority(field: x509.GeneralName | core.Void) -> x509.Name | None:
    if isinstance(field, core.Void) or field.name != "directory_name":
        return None
    check_names(field.chosen)  # else it could not be compared with the subject
    return field.chosen
