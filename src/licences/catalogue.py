"""The catalogue (目录): which licence types and departments there are.

Types are folders; adding one is adding a folder, no code. The shipped ones come with the package; a
home's own folder may add types and replace shipped ones, by slug or by type code.

Rules kept: a type code means one type; what is unknown is refused with the names that come near;
a folder that looks like a type but has no `type.toml` is an error, not nothing; of each type it is
known where it came from, for who may issue it is that folder's word.

Left to others: what a folder has to hold (`type_folders`), what a type knows (`licence_type`).
Source: GB/T 36902-2018 for the idea of the catalogue (its text was not at hand).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

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
class TypeSource:
    """Where licence types came from, and what its word on who may issue them is worth.

    Attributes:
        name: as people are told of it.
        settles: whether it was named as what decides; what only lies at hand does not know the
            types of others, which may be called the same.
        departments: codes of those that it knows.
    """

    name: str
    settles: bool = False
    departments: frozenset[str] = frozenset()

    def denies(self, department: str) -> bool:
        """Whether a department that it does not list as an issuer is none, or merely unknown."""
        return self.settles or department in self.departments


_SHIPPED: Final = "随程序的类型 the shipped types"
_BUNDLED: Final = "信任包的类型 the bundle's types"


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """The types and departments that are known; `sources` by type code."""

    types: tuple[LicenceType, ...]
    departments: tuple[Department, ...] = ()
    sources: Mapping[str, TypeSource] = field(default_factory=dict)

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

    def titles(self, code: str) -> dict[str, Bilingual]:
        """Give what the type with this type code calls its fields; nothing of an unknown one."""
        found = self.find_code(code)
        return {} if found is None else {each.name: each.title for each in found.fields}

    def source_of(self, licence_type: LicenceType) -> TypeSource:
        """Say where a type came from."""
        return self.sources.get(licence_type.code, TypeSource(name=str(licence_type.folder.parent)))

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


def load_catalogue(
    *named: Path, found: Iterable[Path] = (), bundled: Path | None = None
) -> Catalogue:
    """Read the shipped types and departments, then those of the folders; later ones replace.

    Args:
        named: folders that were named, so that their issuers decide.
        found: folders that lie at hand; before those named.
        bundled: where the types of a trust bundle that is believed were put; the last.

    Raises:
        MalformedError: TYPE_MALFORMED, a folder or something in it is not as it has to be.
    """
    types: list[LicenceType] = []
    departments: dict[Uscc, Department] = {}
    sources: dict[str, TypeSource] = {}
    for name, settles, (those, theirs) in _read_all(named, found, bundled):
        replaced = {name for each in those for name in (each.slug, each.code)}
        types = [each for each in types if not replaced & {each.slug, each.code}]
        types += those
        departments |= {each.code: each for each in theirs}
        known = frozenset(each.code.text for each in theirs)
        source = TypeSource(name=name, settles=settles, departments=known)
        sources |= {each.code: source for each in those}
    return Catalogue(
        types=tuple(sorted(types, key=lambda each: each.slug)),
        departments=tuple(departments.values()),
        sources=sources,
    )


_Contents: TypeAlias = tuple[tuple[LicenceType, ...], tuple[Department, ...]]


def _read_all(
    named: Iterable[Path], found: Iterable[Path], bundled: Path | None
) -> Iterator[tuple[str, bool, _Contents]]:
    """Give the name of each source, whether it settles who may issue, and what is in it."""
    yield _SHIPPED, False, _read_shipped(shipped_folder())
    yield from ((str(each), False, _read(each)) for each in found)
    yield from ((str(each), True, _read(each)) for each in named)
    if bundled is not None:
        yield _BUNDLED, True, _read(bundled)


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
    """Give the folders of types in a folder; hidden ones, such as an editor's, are none."""
    if _looks_like_type(folder):
        sentence = (
            "类型的文件放错了一层，应在以类型命名的文件夹里 "
            "the files of a type belong one folder below, which has the type's name"
        )
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at=short_name(folder))
    visible = (each for each in folder.iterdir() if not each.name.startswith("."))
    return sorted(each for each in visible if _looks_like_type(each))


def _looks_like_type(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("type.toml", *_TYPE_FILES))


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
