"""A demo authority and homes in a temporary folder, and any number of different requests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eseal.algorithms import Suite
from eseal.uscc import organisation_check, uscc_check
from licences.catalogue import load_catalogue
from licences.demo_authority import DemoAuthority, create_demo_authority
from licences.demo_seals import create_demo_seals
from licences.home import Home, create_home, open_home
from licences.issuing import Issued, Outcome
from licences.model import Format, IssueRequest

TYPE = "business-licence"


@dataclass(frozen=True, kw_only=True)
class World:
    """What the measurements share: an authority, and a folder for homes and files."""

    folder: Path
    authority: DemoAuthority

    def home(self, name: str, *, sealed: bool = False) -> Home:
        """Make a new home, whose PDFs are sealed if asked for."""
        path = self.folder / name
        create_home(
            path,
            departments=self.authority.departments,
            trust=self.authority.trust_files,
            officers=self.authority.officers,
            sealed=sealed,
        )
        home = open_home(path)
        if sealed:
            create_demo_seals(home)
        return home

    def requests(
        self, suite: Suite, start: int, count: int, formats: tuple[Format, ...]
    ) -> Iterator[IssueRequest]:
        """Give requests that all differ: name, code, number, scope and address."""
        for number in range(start, start + count):
            yield IssueRequest(
                type_slug=TYPE,
                department=self.authority.departments[0].code.text,
                data=different(number),
                suite=suite,
                formats=formats,
            )


def issued(outcome: Outcome) -> Issued:
    """Take an outcome that has to be a licence."""
    if not isinstance(outcome, Issued):
        raise TypeError(str(outcome))
    return outcome


@contextmanager
def make_world() -> Iterator[World]:
    """Make the world; it is gone afterwards."""
    catalogue = load_catalogue()
    issuers = catalogue.get(TYPE).issuers
    departments = [each for each in catalogue.departments if each.code in issuers]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield World(
            folder=folder, authority=create_demo_authority(folder / "authority", departments)
        )


_SAMPLE = load_catalogue().get(TYPE).sample()
_CHARACTERS = "宏远博雅恒信嘉禾明德启航瑞丰盛世泰和万象欣荣元亨正大智汇中科卓越"


def different(number: int) -> dict[str, str | int | bool | None]:
    """Change the sample so that no two numbers give the same text on the face."""
    organisation = f"MB{number:06d}"
    code = f"91999901{organisation}{organisation_check(organisation)}"
    name = "".join(_CHARACTERS[(number * step) % len(_CHARACTERS)] for step in (3, 5, 7, 11))
    return {
        **_SAMPLE,
        "uscc": code + uscc_check(code),
        "name": f"示例市{name}样本有限公司",
        "licence_number": f"{999901000000000000000 + number}",
        "address": f"示例省示例市样本区{name[::-1]}大道{number % 999 + 1}号",
        "business_scope": f"{name}技术服务（样本{number}）；" + str(_SAMPLE["business_scope"]),
    }
