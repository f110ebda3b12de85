"""The catalogue (目录): which licence types and departments there are.

Types are folders; adding one is adding a folder, no code. The shipped ones come with the package; a
home's own folder may add types and replace shipped ones, by slug or by type code.

Rules kept: a type code means one type; what is unknown is refused with the names that come near;
a folder that looks like a type but has no `type.toml` is an error, not nothing.

Left to others: what a folder has to hold (`type_folders`), what a type knows (`licence_type`).
Source: GB/T 36902-2018 for the idea of the catalogue (its text was not at hand).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TypeAlias

from eseal.errors import MalformedError, RefusedError
from licences.identifiers import Uscc
from licences.licence_type import Bilingual, Field, HolderKind, LicenceType
from licences.reasons import LicenceReason
from licences.strict_table import read_toml, short_name
from licences.type_folders import check_type, read_type
from licences.validity import Validity

__all__ = [
    "Catalogue",
    "Department",
    "Field",
    "HolderKind",
    "LicenceType",
    "Validity",
    "check_type",
    "demand_types",
    "load_catalogue",
    "own_types",
    "shipped_folder",
]

_TYPE_FILES = ("schema.json", "sample.json", "face.typ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Department:
    """A department (部门) that issues licences: its code and its name."""

    code: Uscc
    name: Bilingual


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """The types and departments that are known."""

    types: tuple[LicenceType, ...]
    departments: tuple[Department, ...] = ()

    def get(self, wanted: str) -> LicenceType:
        """Give the type with this slug, type code or Chinese name.

        Raises:
            RefusedError: UNKNOWN_TYPE, with the names that come near.
        """
        found = [each for each in self.types if wanted in _names(each)]
        if len(found) == 1:
            return found[0]
        names = [name for each in self.types for name in _names(each)]
        near = [each.slug for each in found] or get_close_matches(wanted, names, n=3)
        hint = f"；相近的有 near: {', '.join(near)}" if near else ""
        sentence = f"没有或不止一种叫 {wanted[:80]} 的类型 no one type called {wanted[:80]}{hint}"
        raise RefusedError(LicenceReason.UNKNOWN_TYPE, sentence)

    def find_code(self, code: str) -> LicenceType | None:
        """Give the type with this type code, if there is one."""
        return next((each for each in self.types if each.code == code), None)

    def find_department(self, code: str) -> Department | None:
        """Give the department with this code, if it is known."""
        return next((each for each in self.departments if each.code.text == code), None)


def shipped_folder() -> Path:
    """Say where the shipped types are: inside the installed package, or in a checkout beside it."""
    here = Path(__file__).parent
    installed = here / "schemas"
    return installed if installed.is_dir() else here.parents[1] / "schemas"


def own_types(home: Path) -> tuple[Path, ...]:
    """Give the folder of a home's own types, if there is one; the home need not be opened."""
    folder = home / "types"
    return (folder,) if folder.is_dir() else ()


def demand_types(folder: Path) -> None:
    """Insist that a folder has types of its own.

    Raises:
        MalformedError: TYPE_MALFORMED, it has none, or is none.
    """
    _demand_folder(folder)
    if not _type_folders(folder):
        sentence = (
            "其中没有证照类型：每种类型一个文件夹，内有 type.toml "
            "no licence type is in it: each is a folder with its type.toml"
        )
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at=short_name(folder))


def load_catalogue(*folders: Path) -> Catalogue:
    """Read the shipped types and departments, then those of `folders`; later ones replace.

    Raises:
        MalformedError: TYPE_MALFORMED, a folder or something in it is not as it has to be.
    """
    types: list[LicenceType] = []
    departments: dict[Uscc, Department] = {}
    for found, theirs in (_read_shipped(shipped_folder()), *map(_read, folders)):
        replaced = {name for each in found for name in (each.slug, each.code)}
        types = [each for each in types if not replaced & {each.slug, each.code}]
        types += found
        departments |= {each.code: each for each in theirs}
    return Catalogue(
        types=tuple(sorted(types, key=lambda each: each.slug)),
        departments=tuple(departments.values()),
    )


_Contents: TypeAlias = tuple[tuple[LicenceType, ...], tuple[Department, ...]]


def _read(folder: Path) -> _Contents:
    return tuple(_read_types(folder)), tuple(_read_departments(folder))


_read_shipped = cache(_read)
"""The package's own types do not change while it runs."""


def _names(licence_type: LicenceType) -> tuple[str, str, str]:
    return licence_type.slug, licence_type.code, licence_type.name.zh


def _read_types(folder: Path) -> Iterator[LicenceType]:
    _demand_folder(folder)
    codes: set[str] = set()
    for each in _type_folders(folder):
        licence_type = read_type(each)
        if licence_type.code in codes:
            raise MalformedError(
                LicenceReason.TYPE_MALFORMED,
                "同一文件夹中另有类型用此代码 "
                f"another type of the same folder has the code {licence_type.code}",
                at=f"{each.name}/type.toml:code",
            )
        codes.add(licence_type.code)
        yield licence_type


def _demand_folder(folder: Path) -> None:
    if not folder.is_dir():
        sentence = "没有此文件夹 no such folder"
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at=short_name(folder))


def _type_folders(folder: Path) -> list[Path]:
    candidates = ("type.toml", *_TYPE_FILES)
    return sorted(
        each for each in folder.iterdir() if any((each / name).is_file() for name in candidates)
    )


def _read_departments(folder: Path) -> Iterator[Department]:
    path = folder / "departments.toml"
    if not path.is_file():
        return
    table = read_toml(path, reason=LicenceReason.TYPE_MALFORMED)
    for each in table.tables("department"):
        name = Bilingual(zh=each.text("zh"), en=each.text("en"))
        yield Department(code=each.parsed("code", Uscc.parse), name=name)
        each.close()
    table.close()
