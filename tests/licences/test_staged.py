"""What is staged for a licence is used if it was signed for it; whatever else lies there is not."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from eseal.algorithms import Suite
from eseal.cms import CmsTemplate, Commitment
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.strict_json import canonical, parse
from eseal.pdf.writer import PreparedPdf
from licences.claims import read_claims
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued, Refused
from licences.making import DocumentMaker
from licences.model import Format, Licence
from licences.orders import Order
from licences.reasons import LicenceReason
from licences.row_values import event_row, licence_row, table_of
from licences.rows import EventRow, LicenceRow
from licences.workshop import Step
from tests.homes import make_home, open_issuer, request
from tests.registers import SqliteRegisters, by_hand, unguard

pytestmark = pytest.mark.unmeasured


class StoppedError(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters) -> Home:
    """A home that does not seal."""
    return make_home(tmp_path / "home", demo_authority, sqlite_registers.fresh())


def staged(home: Home, form: Format) -> Path:
    """Where the document of the one licence that is begun is staged."""
    register = home.register()
    (begun,) = register.unfinished(limit=2)
    register.close()
    folder = home.settings.documents / "staging" / begun.run.hex
    return folder / f"{begun.key.id.hex}.{form}"


def issue_at(home: Home, step: Step, act: Callable[[], None]) -> Issued | Refused:
    """Issue a licence while something is done at a step."""

    def at_step(taken: Step) -> None:
        if taken is step:
            act()

    with open_issuer(home, at_step) as issuer:
        outcome = issuer.issue(request(1))
    assert isinstance(outcome, Issued | Refused)
    return outcome


def assert_refused_and_made_anew(home: Home, outcome: Issued | Refused) -> None:
    """STAGED_DOCUMENT_WRONG; nothing of it is left, and the same request issues another licence."""
    assert isinstance(outcome, Refused)
    assert [each.reason for each in outcome.problems] == [LicenceReason.STAGED_DOCUMENT_WRONG]
    assert list((home.settings.documents / "staging").iterdir()) == []
    with open_issuer(home) as issuer:
        again = issuer.issue(request(1))
        assert isinstance(again, Issued)
        assert len(issuer.documents_of(again)) == len(Format)


@pytest.mark.parametrize(
    ("step", "form"), [(Step.JOURNALED, Format.JSON), (Step.JSON_STAGED, Format.PDF)]
)
def test_nothing_that_a_stranger_staged_is_signed(home: Home, step: Step, form: Format) -> None:
    """A file in the place of what was just signed: neither embedded, signed nor issued."""

    def write() -> None:
        path = staged(home, form)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"whatever somebody wants")

    assert_refused_and_made_anew(home, issue_at(home, step, write))


@pytest.mark.parametrize(
    ("step", "form"), [(Step.JSON_STAGED, Format.JSON), (Step.PDF_STAGED, Format.PDF)]
)
def test_nobody_gets_anothers_licence(home: Home, step: Step, form: Format) -> None:
    """A good document of another licence in the place of what was signed; that one stays good."""
    with open_issuer(home) as issuer:
        other = issuer.issue(request(0))
        assert isinstance(other, Issued)
        theirs = issuer.documents_of(other)

    def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        issue_at(home, step, stop)
    staged(home, form).write_bytes(theirs[form])
    assert_refused_and_made_anew(home, issue_at(home, Step.CLEARED, lambda: None))
    with open_issuer(home) as issuer:
        assert issuer.documents_of(other) == theirs


def test_what_another_department_signed_is_not_used(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very bytes that were announced, under the good signature of another department."""
    other = home.settings.departments[1].code.text
    strange = CmsTemplate(home.signer(other, Suite.SM2), commitment=Commitment.ORIGIN)
    prepare = DocumentMaker.prepare_pdf

    def with_room(maker: DocumentMaker, order: Order, licence: Licence, json: bytes) -> PreparedPdf:
        """Lay it out so that the other signature, which is longer, has room."""
        wide = replace(order, desk=replace(order.desk, cms=strange))
        return prepare(maker, wide, licence, json)

    def stop() -> None:
        raise StoppedError

    with monkeypatch.context() as patched:
        patched.setattr(DocumentMaker, "prepare_pdf", with_room)
        patched.setattr(DocumentMaker, "sign_pdf", lambda _self, _desk, it: it.signed_by(strange))
        patched.setattr(DocumentMaker, "check_pdf", lambda *_args, **_more: None)
        with pytest.raises(StoppedError):
            issue_at(home, Step.PDF_STAGED, stop)
    assert_refused_and_made_anew(home, issue_at(home, Step.CLEARED, lambda: None))


@pytest.mark.parametrize("formats", [(Format.JSON,), tuple(Format)], ids=["json", "both"])
def test_what_says_something_else_than_is_asked_for_is_not_used(
    home: Home, formats: tuple[Format, ...]
) -> None:
    """Row and journal say that it was begun for other data than what was signed and staged."""
    asked = replace(request(1, formats=formats), data={**request(1).data, "name": "另一家（样本）"})

    def stop(step: Step) -> None:
        if step is Step.JSON_STAGED:
            raise StoppedError

    with open_issuer(home, stop) as issuer, pytest.raises(StoppedError):
        issuer.issue(request(1, formats=formats))
    with closing(home.register()) as register:
        (begun,) = register.unfinished(limit=2)
        (event,) = register.events(begun.key)
        digest = asked.digest(begun.type_code)
        body = canonical({**parse(event.body), "request": digest.hex()})
        event = replace(event, body=body)
        made_up = replace(begun, data=asked.data, request_digest=digest, head=event.digest)
        unguard(register.engine, "event")
        with by_hand(register.engine) as connection:
            connection.execute(update(table_of(LicenceRow)), [licence_row(made_up)])
            connection.execute(update(table_of(EventRow)), [event_row(event)])
    with open_issuer(home) as issuer:
        refused = issuer.issue(asked)
        assert isinstance(refused, Refused)
        assert [each.reason for each in refused.problems] == [LicenceReason.STAGED_DOCUMENT_WRONG]
        again = issuer.issue(asked)
        assert isinstance(again, Issued)
        said = read_sd_jwt(issuer.documents_of(again)[Format.JSON]).claims()
        assert read_claims(said).fields == asked.data
