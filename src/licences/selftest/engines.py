"""What computes here: engines and versions that a verdict of the self-test holds for."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from eseal import sm2
from eseal.digests import DigestAlgorithm, is_fast
from eseal.errors import EvidenceError

_PACKAGES: Final = ("cryptography", "gmssl", "pyhanko", "pypdfium2", "typst")


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """One thing that computes: what for, and what it is."""

    what: str
    detail: str


def engines() -> Iterator[Engine]:
    """List them, the program itself first; none of them is tried out here."""
    yield Engine(what="eseal-licences", detail=version("eseal-licences"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    yield Engine(what="Python", detail=f"{python}, {platform.system()} {platform.machine()}")
    yield Engine(what="SM2", detail=_sm2_engine())
    yield Engine(what="SM3", detail="hashlib" if is_fast(DigestAlgorithm.SM3) else "gmssl")
    for package in _PACKAGES:
        yield Engine(what=package, detail=version(package))


def _sm2_engine() -> str:
    try:
        return sm2.default_engine().name
    except EvidenceError as error:
        return f"{error.reason}: {error.sentence}"
