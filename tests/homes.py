"""Homes for tests, quickly made: the demo authority's departments, and requests that they issue."""

import multiprocessing
import shutil
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from eseal.algorithms import Suite
from eseal.jose.strict_json import Scalar
from eseal.pdf.places import Spot
from licences.catalogue import Catalogue, LicenceType, load_catalogue
from licences.demo_authority import DemoAuthority
from licences.demo_seals import create_demo_seals
from licences.documents import FolderDocuments
from licences.home import Home, open_home
from licences.issuing import Issued, Issuer
from licences.model import Format, IssueRequest, Licence
from licences.orders import Order
from licences.settings import StatusSettings, write_settings
from licences.workshop import Step
from tests.registers import AnyRegisters
from tests.world import NOW

CATALOGUE: Catalogue = load_catalogue()
DEPARTMENTS = CATALOGUE.departments[:2]
"""Two of the shipped departments: making keys for all of them takes long."""

MARKET = DEPARTMENTS[0].code.text
"""Code of the market regulator, which issues business licences."""

BUSINESS = CATALOGUE.get("business-licence")
BOTH = (Format.JSON, Format.PDF)
STATUS_URI = "https://licences.example/status"

clean_processes = multiprocessing.get_context("forkserver")
"""Processes that are forked from one that never compiled a face: typst does not survive a fork."""
clean_processes.set_forkserver_preload(["tests.homes", "licences.store"])


def make_home(folder: Path, authority: DemoAuthority, url: str, *, sealed: bool = False) -> Home:
    """A home on a register that is there already; it seals its PDFs when asked to."""
    shutil.copytree(authority.trust, folder / "trust")
    FolderDocuments(folder / "documents").create()
    text = write_settings(
        folder,
        database_url=url,
        documents="documents",
        departments=authority.departments,
        officers=authority.officers,
        sealed=sealed,
        status=StatusSettings(uri=STATUS_URI),
    )
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return open_home(folder)


def sealed_home(
    folder: Path, authority: DemoAuthority, registers: AnyRegisters, *suites: Suite
) -> Home:
    """A home that seals, whose departments have the demo's seals of these suites, made at NOW."""

    def fill(url: str) -> None:
        with TemporaryDirectory() as place:
            home = make_home(Path(place) / "home", authority, url, sealed=True)
            create_demo_seals(home, suites=suites, clock=lambda: NOW)

    url, _ = registers.filled(f"seals {suites}", fill)
    return make_home(folder, authority, url, sealed=True)


def home_with_licences(
    folder: Path, authority: DemoAuthority, registers: AnyRegisters, *requests: IssueRequest
) -> tuple[Home, tuple[str, ...]]:
    """A home with licences that were issued NOW, and their identifiers."""

    def fill(url: str) -> tuple[Path, tuple[str, ...]]:
        home = make_home(folder.with_name("first home"), authority, url)
        with open_issuer(home) as issuer:
            outcomes = list(issuer.issue_many(requests))
        issued = tuple(each.identifier for each in outcomes if isinstance(each, Issued))
        return home.settings.documents, issued

    url, (documents, identifiers) = registers.filled(f"issued {requests}", fill)
    home = make_home(folder, authority, url)
    shutil.copytree(documents, home.settings.documents, dirs_exist_ok=True)
    assert len(identifiers) == len(requests)
    return home, identifiers


def request(
    number: int = 1,
    *,
    suite: Suite = Suite.SM2,
    formats: tuple[Format, ...] = BOTH,
    **changes: Scalar,
) -> IssueRequest:
    """A request for a business licence of this number; `changes` replace fields."""
    data = {**BUSINESS.sample(), "licence_number": f"{number:021d}", **changes}
    return IssueRequest(
        type_slug=BUSINESS.slug, department=MARKET, data=data, suite=suite, formats=formats
    )


class QuickFaces:
    """Faces that are none of ours, but quick to draw, with the JSON attached."""

    def draw(self, _order: Order, licence: Licence, json: bytes) -> bytes:
        """Draw the face."""
        return quick_face(json, licence.issued_at)

    def try_out(self, _order: Order, *, at: datetime, thoroughly: bool) -> None:
        """Find nothing wrong."""

    def seal_spot(self, _licence_type: LicenceType) -> Spot:
        """Put the seal into the middle of the page."""
        return Spot(page=0, x=113, y=85)


def quick_face(json: bytes, at: datetime) -> bytes:
    """A face that nobody has signed yet, with the JSON attached."""
    pdf = _compiler().compile(
        format="pdf",
        pdf_standards=["a-3b"],
        sys_inputs={"json": json.decode()},
        timestamp=at,
    )
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    source = Path(__file__).with_name("quick_face.typ")
    return typst.Compiler(input=source, ignore_system_fonts=True)


def open_issuer(home: Home, at_step: Callable[[Step], None] = lambda _step: None) -> Issuer:
    """An issuer whose clock stands at NOW and whose faces are quick."""
    return Issuer.open(home, clock=lambda: NOW, at_step=at_step, faces=QuickFaces())
