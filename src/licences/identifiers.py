"""Identifiers on a licence: of the licence, of organisations, of persons.

Responsible for their form and their check characters. A value that exists is valid; each type has
`parse`, which refuses everything else with a reason of its own, and `str()` gives back the text.

Rules kept:
- one spelling: capitals and ASCII digits only, nothing trimmed, nothing folded;
- what we issue is built from valid parts, so its check character is right by construction;
- a wrong check character has a reason of its own: deployed systems compute it wrongly, and a
  verifier tells that as a finding about their licence.

Left to others: whether a code was ever assigned to anybody (nobody can tell offline).

Source: GB/T 36904-2018 (identifier), GB/T 17710-2008 = ISO/IEC 7064 MOD 37,36 (its check
character), GB 32100-2015 and GB 11714-1997 (organisations), GB 11643-1999 (persons), GB/T 2260
(provinces), GB/T 36903-2018 annex A (kinds of holder code); all read second-hand.
"""

import datetime
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from eseal.errors import MalformedError, RefusedError
from eseal.uscc import has_uscc_form, organisation_check, uscc_check, uscc_fault
from licences.check_characters import citizen_check, mod_37_36
from licences.reasons import LicenceReason

IDENTIFIER_ROOT = "1.2.156.3005.2"
"""The arc of electronic licence identifiers (GB/T 36904)."""

_LAST_VERSION = 999

_CITIZEN_FORM = re.compile(r"[0-9]{17}[0-9X]")
_PROVINCES = re.compile(
    "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"
)  # 81 to 83: also residence permits of residents of Hong Kong, Macao, Taiwan; the same form
_TYPE_CODE_FORM = re.compile(r"([0-9A-Z]{18})([0-9]{3})")
_IDENTIFIER_FORM = re.compile(
    re.escape(IDENTIFIER_ROOT)
    + r"\.(?P<type_code>[0-9A-Z]{18}[0-9]{3})"
    + r"\.(?P<issuer_code>[0-9A-Z]{1,18})"
    + r"\.(?P<serial>[0-9A-Z]{1,64})"
    + r"\.(?P<version>[0-9]{3})"
    + r"\.(?P<check>[0-9A-Z])"
)  # the longest serial number seen has 32 characters; the standard's limit is not known to us

_INVENTED_AREA: Final = "9999"


@dataclass(frozen=True, kw_only=True, slots=True)
class Uscc:
    """A unified social credit code (统一社会信用代码) with both its check characters right."""

    text: str

    def __post_init__(self) -> None:
        sentence = uscc_fault(self.text)
        if sentence:
            is_formed = has_uscc_form(self.text)
            reason = LicenceReason.USCC_CHECK if is_formed else LicenceReason.USCC_MALFORMED
            raise MalformedError(reason, sentence)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code, or raise `MalformedError` (USCC_MALFORMED, USCC_CHECK)."""
        return cls(text=text)

    @classmethod
    def build(cls, registrar: str, area: str, organisation: str) -> Self:
        """Make the code from its parts and add both check characters.

        Args:
            registrar: characters 1 and 2, the registering body and the category: `11`, `91`.
            area: six digits of the registering body's area.
            organisation: the organisation code's first eight characters.
        """
        body = registrar + area + organisation
        if not has_uscc_form(body + "00"):
            raise MalformedError(
                LicenceReason.USCC_MALFORMED, "各段不能组成代码 not the parts of a code"
            )
        body += organisation_check(organisation)
        return cls(text=body + uscc_check(body))

    @property
    def area(self) -> str:
        """The six digits of the registering body's area."""
        return self.text[2:8]

    @property
    def is_invented(self) -> bool:
        """Whether no area has its area's code: whom it names is a sample (样本)."""
        return self.area.startswith(_INVENTED_AREA)

    @property
    def organisation_code(self) -> str:
        """The nine characters of the organisation code (组织机构代码, GB 11714)."""
        return self.text[8:17]


@dataclass(frozen=True, kw_only=True, slots=True)
class CitizenNumber:
    """A citizen number (公民身份号码) of 18 characters, its date and check character right."""

    text: str

    def __post_init__(self) -> None:
        if not _CITIZEN_FORM.fullmatch(self.text):
            raise MalformedError(
                LicenceReason.CITIZEN_NUMBER_MALFORMED,
                "应为 17 位数字加校验码 not 17 digits and one",
            )
        if not _PROVINCES.match(self.text):
            raise MalformedError(
                LicenceReason.CITIZEN_NUMBER_PROVINCE, "没有此省份 no such province"
            )
        if _date(self.text[6:14]) is None:
            raise MalformedError(
                LicenceReason.CITIZEN_NUMBER_DATE, "没有此出生日期 no such birth date"
            )
        if self.text[17] != citizen_check(self.text[:17]):
            raise MalformedError(
                LicenceReason.CITIZEN_NUMBER_CHECK, "第 18 位校验不符 character 18 does not fit"
            )

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number, or raise `MalformedError` (one of CITIZEN_NUMBER_…)."""
        return cls(text=text)

    @property
    def area(self) -> str:
        """The six digits of the area that assigned it; not looked up below the province."""
        return self.text[:6]

    @property
    def born_on(self) -> datetime.date:
        """The birth date inside it."""
        return datetime.date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))


class HolderCodeType(StrEnum):
    """What a holder code is (持证主体代码类型代码): two kinds that we can check, and the rest."""

    USCC = "001"
    OTHER_ORGANISATION = "099"
    CITIZEN_NUMBER = "111"
    OTHER_PERSON = "999"


def parse_holder_code(text: str) -> Uscc | CitizenNumber:
    """Read a code that is either an organisation's or a person's.

    Both have 18 characters. A right citizen number is taken for one; what is neither is refused
    with the reason of the kind that it looks like.
    """
    try:
        return CitizenNumber(text=text)
    except MalformedError as error:
        looks_personal = error.reason is LicenceReason.CITIZEN_NUMBER_CHECK
        try:
            return Uscc(text=text)
        except MalformedError as other:
            raise (error if looks_personal else other) from None


def holder_code_type(code: Uscc | CitizenNumber) -> HolderCodeType:
    """Say which kind of holder code this is."""
    match code:
        case Uscc():
            return HolderCodeType.USCC
        case CitizenNumber():
            return HolderCodeType.CITIZEN_NUMBER


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeCode:
    """A licence type code (证照类型代码): the defining authority and its three-digit number."""

    authority: Uscc
    number: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{3}", self.number):
            raise MalformedError(
                LicenceReason.IDENTIFIER_MALFORMED, "应为三位数字 not a three-digit number"
            )

    def __str__(self) -> str:
        return f"{self.authority}{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 21 characters; the authority's check characters must be right."""
        match = _TYPE_CODE_FORM.fullmatch(text)
        if match is None:
            raise MalformedError(
                LicenceReason.IDENTIFIER_MALFORMED,
                "类型代码应为 18 位代码加 3 位数字 a type code is 18 characters and 3 digits",
            )
        return cls(authority=Uscc(text=match[1]), number=match[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceIdentifier:
    """A licence identifier (电子证照标识); its check character follows from its parts.

    Type and issuer are kept as read: identifiers in the field also name the issuer by an area code
    or a code of its ministry. `build` takes only the forms that we issue.
    """

    type_code: str
    issuer_code: str
    serial: str
    version: str

    def __post_init__(self) -> None:
        if not _IDENTIFIER_FORM.fullmatch(f"{self._stem}.0"):
            raise MalformedError(
                LicenceReason.IDENTIFIER_MALFORMED, "有一段形式不符 a part has another form"
            )

    def __str__(self) -> str:
        return f"{self._stem}.{self.check}"

    @property
    def check(self) -> str:
        """The check character over type, issuer, serial and version, without dots and root."""
        return mod_37_36(self.type_code + self.issuer_code + self.serial + self.version)

    @property
    def _stem(self) -> str:
        issuer, serial = self.issuer_code, self.serial
        return f"{IDENTIFIER_ROOT}.{self.type_code}.{issuer}.{serial}.{self.version}"

    def successor(self) -> Self:
        """Give the identifier of the next version.

        Raises:
            RefusedError: REPLACEMENT_REFUSED, there is none after this one.
        """
        version = int(self.version) + 1
        if version > _LAST_VERSION:
            sentence = f"版本号已用尽 version {self.version} is the last one"
            raise RefusedError(LicenceReason.REPLACEMENT_REFUSED, sentence)
        return replace(self, version=f"{version:03d}")

    @classmethod
    def build(cls, *, type_code: TypeCode, issuer: Uscc, serial: str, version: int = 1) -> Self:
        """Make an identifier that we issue; `version` counts from 1 to 999."""
        return cls(
            type_code=str(type_code),
            issuer_code=str(issuer),
            serial=serial,
            version=f"{version:03d}",
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an identifier strictly.

        Raises:
            MalformedError: IDENTIFIER_MALFORMED, or IDENTIFIER_CHECK when only its check character
                is wrong.
        """
        match = _IDENTIFIER_FORM.fullmatch(text)
        if match is None:
            sentence = (
                "应为 根.类型.颁发机构.流水号.版本.校验码 not root.type.issuer.serial.version.check"
            )
            raise MalformedError(LicenceReason.IDENTIFIER_MALFORMED, sentence)
        parts = match.groupdict()
        claimed = parts.pop("check")
        identifier = cls(**parts)
        if claimed != identifier.check:
            raise MalformedError(
                LicenceReason.IDENTIFIER_CHECK,
                f"所写 it says {claimed}，应为 computed is {identifier.check}",
            )
        return identifier


def _date(digits: str) -> datetime.date | None:
    try:
        return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
