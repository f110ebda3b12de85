"""Whether what the register names is in the document store: all of it, or so much of it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from licences import document_diagnosis
from licences.demo_authority import DemoAuthority
from licences.document_diagnosis import examine_documents
from licences.home import Home
from licences.model import Document
from licences.reasons import LicenceReason
from licences.symptoms import Symptom
from tests.homes import home_with_licences, request
from tests.registers import SqliteRegisters


@pytest.fixture
def licences(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> tuple[Home, tuple[str, ...]]:
    """A home with three licences, each a PDF and a JSON, and their identifiers."""
    asked = map(request, range(3))
    return home_with_licences(tmp_path / "home", demo_authority, sqlite_registers, *asked)


def examined(home: Home, *, every: bool = False) -> list[Symptom]:
    """What is said of the documents."""
    return list(examine_documents(home, every=every))


def document_of(home: Home, identifier: str) -> Document:
    """A document of a licence."""
    register = home.register()
    found = register.find_by_identifier(identifier)
    register.close()
    assert found is not None
    return found.documents[0]


def test_what_is_gone_or_altered_is_named(
    licences: tuple[Home, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore that forgot them; an altered one that was not read, when all are read."""
    home, (gone, altered, _) = licences
    (good,) = examined(home)
    assert good.good
    assert "6 份都在 are there，6 份已读验 were read" in good.detail
    store = home.documents()
    store.path(document_of(home, gone).sha256).unlink()
    store.path(document_of(home, altered).sha256).write_bytes(b"another")
    told = {each.reason: each for each in examined(home)}
    assert set(told) == {LicenceReason.DOCUMENT_MISSING, LicenceReason.DOCUMENT_DAMAGED}
    assert gone in told[LicenceReason.DOCUMENT_MISSING].detail
    assert altered in told[LicenceReason.DOCUMENT_DAMAGED].detail
    assert not any(each.good for each in told.values())
    monkeypatch.setattr(document_diagnosis, "MOST_READ", 0)
    assert [each.reason for each in examined(home)] == [LicenceReason.DOCUMENT_MISSING]
    assert len(examined(home, every=True)) == 2


def test_so_many_are_looked_for(
    licences: tuple[Home, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page; that others were not looked for is said."""
    home, _ = licences
    monkeypatch.setattr(document_diagnosis, "_ALL", document_diagnosis._ALL.limit(2))
    monkeypatch.setattr(document_diagnosis, "MOST_LOOKED_FOR", 4)
    monkeypatch.setattr(document_diagnosis, "MOST_READ", 1)
    (told,) = examined(home)
    assert "4 份都在 are there，1 份已读验 were read；其余见 the rest: --documents" in told.detail
    (told,) = examined(home, every=True)
    assert told.detail.endswith("6 份都在 are there，6 份已读验 were read")


def test_a_row_that_says_what_it_cannot_hides_no_other(
    licences: tuple[Home, tuple[str, ...]],
) -> None:
    """It is told as a row, and what else is gone is told as well."""
    home, (gone, *_) = licences
    home.documents().path(document_of(home, gone).sha256).unlink()
    register = home.register()
    with register.engine.begin() as connection:
        connection.execute(text("INSERT INTO document VALUES (0, 'no id', 'pdf', 'text', 1)"))
    register.close()
    told = {each.reason: each.detail for each in examined(home)}
    assert gone in told[LicenceReason.DOCUMENT_MISSING]
    assert "no id pdf" in told[LicenceReason.JOURNAL_BROKEN]
