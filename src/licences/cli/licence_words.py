"""What a clerk asks of a licence first: number, holder, issuer, validity, version; in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from licences.catalogue import Catalogue
    from licences.home import Home
    from licences.licence_type import LicenceType
    from licences.model import Licence
    from licences.validity import Validity


def type_name(licence: "Licence", kind: "LicenceType | None") -> str:
    """Say what the licence is called, in Chinese; of an unknown type its code."""
    return kind.name.zh if kind else licence.type_code


def essentials(licence: "Licence", kind: "LicenceType | None") -> dict[str, str | None]:
    """Give number, holder and validity as data; `None` where type or value is not known."""
    roles, validity = (kind.roles if kind else None), _validity(licence, kind)
    until = validity.until if validity else None
    return {
        "number": _value(licence, roles.number if roles else ""),
        "holder_name": _value(licence, roles.holder_name if roles else ""),
        "holder_code": _value(licence, roles.holder_code if roles else ""),
        "valid_from": validity.start.isoformat() if validity else None,
        "valid_until": until.isoformat() if until else None,
    }


def validity_text(licence: "Licence", kind: "LicenceType | None") -> str:
    """Say from when to when a licence is valid; "" where that is not known."""
    validity = _validity(licence, kind)
    if validity is None:
        return ""
    ends = f"至 to {validity.until}" if validity.until else "长期 no end"
    return f"{validity.start} {ends}"


def department_text(home: "Home", catalogue: "Catalogue", code: str) -> str:
    """Name a department, where the home or the catalogue knows it, and say its code."""
    known = home.settings.find_department(code) or catalogue.find_department(code)
    return f"{known.name.zh} {known.name.en}  {code}" if known else code


def _value(licence: "Licence", field: str) -> str | None:
    value = licence.data.get(field)
    return None if value is None else str(value)


def _validity(licence: "Licence", kind: "LicenceType | None") -> "Validity | None":
    """Compute the validity; `None`: the type has become another one since, or is gone."""
    try:
        return kind.validity(licence.data) if kind else None
    except ValueError:
        return None
