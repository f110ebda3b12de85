"""A request becomes a licence once; what may not be issued is refused before anything is signed."""

import dataclasses
import gc
import itertools
import secrets
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate

from eseal.algorithms import Algorithm, Suite
from eseal.chain import PathJudge
from eseal.crl import make_crl
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.jose.verification import verify_sd_jwt
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Outcome
from eseal.signers import Signer
from licences.allotment import Allotment
from licences.claims import LICENCE_TYP, read_claims
from licences.demo_authority import DemoAuthority
from licences.home import Home, open_signer
from licences.identifiers import LicenceIdentifier
from licences.issuing import BATCH, Issued, Issuer, Refused
from licences.making import DocumentMaker
from licences.model import EventKind, Format, IssueRequest, Licence, LicenceState
from licences.orders import OrderCheck
from licences.reasons import LicenceReason
from licences.signing_desk import Desks
from licences.workshop import Workshop
from tests.homes import (
    DEPARTMENTS,
    MARKET,
    STATUS_URI,
    QuickFaces,
    make_home,
    open_issuer,
    request,
)
from tests.registers import SqliteRegisters
from tests.world import DAY, NOW, YEAR

pytestmark = pytest.mark.unmeasured

LATER = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, register_url: str) -> Home:
    """A home with an empty register, on each database in turn."""
    return make_home(tmp_path / "home", demo_authority, register_url)


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    """An issuer of that home, at NOW."""
    with open_issuer(home) as opened:
        yield opened


@pytest.fixture
def sqlite_home(
    tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters
) -> Home:
    """A home on SQLite, for what does not depend on the database."""
    return make_home(tmp_path / "home", demo_authority, sqlite_registers.fresh())


def issued(outcome: Issued | Refused) -> Issued:
    """The licence that came of it."""
    assert isinstance(outcome, Issued), outcome
    return outcome


def reasons(outcome: Issued | Refused) -> list[ReasonCode]:
    """Why it was refused."""
    assert isinstance(outcome, Refused), outcome
    return [problem.reason for problem in outcome.problems]


def stored(home: Home) -> list[Path]:
    """Every file of the document store, staged ones included."""
    return [path for path in home.settings.documents.rglob("*") if path.is_file()]


def find(home: Home, identifier: str) -> Licence:
    """A licence as the register has it."""
    register = home.register()
    licence = register.find_by_identifier(identifier)
    register.close()
    assert licence is not None
    return licence


def nothing_happened(home: Home) -> bool:
    """Neither a licence was begun nor a document made."""
    register = home.register()
    begun = register.unfinished(limit=1)
    register.close()
    return not begun and not stored(home)


@pytest.mark.parametrize("suite", list(Suite), ids=str)
def test_issues_what_our_verifier_passes(home: Home, issuer: Issuer, suite: Suite) -> None:
    """Both documents of a licence pass all checks on evidence and say what was asked for."""
    asked = request(suite=suite)
    result = issued(issuer.issue(asked))
    assert not result.already
    documents = issuer.documents_of(result)
    judge = PathJudge(home.trust_store(), at=NOW)
    jose = verify_sd_jwt(documents[Format.JSON], judge=judge, typ=LICENCE_TYP)
    pdf = verify_pdf(documents[Format.PDF], judge=judge)
    findings = (*jose.findings, *pdf.findings)
    assert {finding.outcome for finding in findings} == {Outcome.PASSED}, findings
    assert pdf.attachment("licence.json") == documents[Format.JSON]
    assert pdf.xmp_identifier == result.identifier
    assert jose.claims is not None
    claims = read_claims(jose.claims)
    assert claims.identifier == result.identifier
    assert claims.fields == asked.data
    assert claims.issuing_authority == DEPARTMENTS[0].name.zh


def test_the_register_holds_the_licence(home: Home, issuer: Issuer) -> None:
    """Row, documents and journal say the same; the seed is gone, nothing is staged."""
    result = issued(issuer.issue(request()))
    licence = find(home, result.identifier)
    assert licence.state is LicenceState.ISSUED
    assert licence.seed is None
    assert licence.documents == result.documents
    assert licence.data == request().data
    assert licence.issued_at == NOW
    register = home.register()
    kinds = [event.kind for event in register.events(licence.key)]
    register.close()
    assert kinds == [EventKind.INTENT, EventKind.INTENT, EventKind.ISSUED]
    assert len(stored(home)) == 2
    assert not any((home.settings.documents / "staging").iterdir())


def test_the_identifier_says_nothing(issuer: Issuer) -> None:
    """Identifiers are random in their serial: neither in order nor made from the data."""
    made = [issued(each).identifier for each in issuer.issue_many(map(json_only, range(3)))]
    serials = [LicenceIdentifier.parse(each).serial for each in made]
    assert len(set(serials)) == 3
    assert {len(serial) for serial in serials} == {32}


def json_only(number: int) -> IssueRequest:
    """A request for the JSON licence of this number."""
    return request(number, formats=(Format.JSON,))


def test_a_repeated_request_gives_the_same_bytes(issuer: Issuer) -> None:
    """The second time nothing is signed: identifier and bytes are those of the first."""
    first = issued(issuer.issue(request()))
    again = issued(issuer.issue(request()))
    assert again == dataclasses.replace(first, already=True)
    assert issuer.documents_of(again) == issuer.documents_of(first)


@pytest.mark.parametrize(
    "other",
    [
        lambda: request(name="另一家（样本）"),
        lambda: request(suite=Suite.RSA),
        lambda: request(formats=(Format.JSON,)),
    ],
)
def test_refuses_another_body_under_the_same_number(
    issuer: Issuer, other: Callable[[], IssueRequest]
) -> None:
    """CONFLICT: the number belongs to another request; the first licence stays as it is."""
    first = issued(issuer.issue(request()))
    assert reasons(issuer.issue(other())) == [LicenceReason.CONFLICT]
    assert [each.reason for each in issuer.check(other())] == [LicenceReason.CONFLICT]
    assert issued(issuer.issue(request())).identifier == first.identifier


def test_a_batch_keeps_its_order(home: Home, issuer: Issuer) -> None:
    """Good, bad, repeated and conflicting requests in one batch each get their own outcome."""
    batch = [
        json_only(1),
        request(2, formats=(Format.JSON,), uscc="91999901MAEX000100"),
        json_only(1),
        json_only(3),
        request(1, formats=(Format.JSON,), name="另一家（样本）"),
    ]
    one, bad, repeated, three, conflict = issuer.issue_many(batch)
    assert not issued(one).already
    assert reasons(bad) == [LicenceReason.USCC_CHECK]
    assert issued(repeated) == dataclasses.replace(issued(one), already=True)
    assert issued(three).identifier != issued(one).identifier
    assert reasons(conflict) == [LicenceReason.CONFLICT]
    assert len(stored(home)) == 2


def test_takes_requests_as_they_come(sqlite_home: Home) -> None:
    """Requests are read batch by batch, so that any number of them can be issued."""
    with open_issuer(sqlite_home) as issuer:
        taken = itertools.count()
        outcomes = issuer.issue_many(json_only(next(taken)) for _ in range(2 * BATCH))
        assert issued(next(outcomes))
        assert next(taken) == BATCH
        assert sum(1 for _ in outcomes) == 2 * BATCH - 1


def test_lists_every_fault_of_the_data(sqlite_home: Home) -> None:
    """Each bad field is named with its JSON pointer and reason, all of them at once."""
    with open_issuer(sqlite_home) as issuer:
        outcome = issuer.issue(request(uscc="91999901MAEX000100", issued_on="2026-13-01", extra=1))
    assert isinstance(outcome, Refused)
    found = {problem.pointer: problem.reason for problem in outcome.problems}
    assert found == {
        "/uscc": LicenceReason.USCC_CHECK,
        "/issued_on": LicenceReason.FIELD_DATE,
        "/extra": LicenceReason.FIELD_UNKNOWN,
    }
    assert nothing_happened(sqlite_home)


def test_a_day_to_come_is_told_with_every_other_fault(sqlite_home: Home) -> None:
    """Not in a second round; of a field that is wrong already its fault alone."""
    asked = request(uscc="91999901MAEX000100", issued_on="2999-01-01", established_on="2999")
    with open_issuer(sqlite_home) as issuer:
        outcome = issuer.issue(asked)
    assert isinstance(outcome, Refused)
    found = sorted((problem.pointer, str(problem.reason)) for problem in outcome.problems)
    assert found == [
        ("/established_on", LicenceReason.FIELD_DATE),
        ("/issued_on", LicenceReason.FIELD_RANGE),
        ("/uscc", LicenceReason.USCC_CHECK),
    ]


def test_refuses_what_is_still_to_happen(sqlite_home: Home) -> None:
    """A day of issue or of establishment after today; a term may begin later."""
    day = "2999-01-01"
    asked = request(issued_on=day, established_on=day, term_from=day)
    with open_issuer(sqlite_home) as issuer:
        outcome = issuer.issue(asked)
    assert isinstance(outcome, Refused)
    found = {problem.pointer: problem for problem in outcome.problems}
    assert found.keys() == {"/issued_on", "/established_on"}
    problem = found["/established_on"]
    assert problem.reason is LicenceReason.FIELD_RANGE
    assert problem.zh.endswith("请改正日期")
    assert "may not be after today" in problem.en


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type_slug": "no-such-type"}, LicenceReason.UNKNOWN_TYPE),
        ({"department": DEPARTMENTS[1].code.text}, LicenceReason.ISSUER_NOT_ALLOWED),
    ],
)
def test_refuses_before_anything_is_begun(
    sqlite_home: Home, change: dict[str, str], reason: ReasonCode
) -> None:
    """An unknown type, and a department that may not issue it, are refused at once."""
    with open_issuer(sqlite_home) as issuer:
        asked = dataclasses.replace(request(), **change)  # type: ignore[arg-type]
        assert reasons(issuer.issue(asked)) == [reason]
        assert [each.reason for each in issuer.check(asked)] == [reason]
    assert nothing_happened(sqlite_home)


def test_refuses_a_department_without_signer(sqlite_home: Home) -> None:
    """NO_SIGNER: the settings name no key for the suite; UNKNOWN_DEPARTMENT: nor its name."""
    without_rsa = dataclasses.replace(
        sqlite_home.settings.departments[0],
        signers={Suite.SM2: sqlite_home.settings.departments[0].signers[Suite.SM2]},
    )
    for departments, reason in (
        ((without_rsa,), LicenceReason.NO_SIGNER),
        ((), LicenceReason.UNKNOWN_DEPARTMENT),
    ):
        settings = dataclasses.replace(sqlite_home.settings, departments=departments)
        with open_issuer(dataclasses.replace(sqlite_home, settings=settings)) as issuer:
            assert reasons(issuer.issue(request(suite=Suite.RSA))) == [reason]
    assert nothing_happened(sqlite_home)


@pytest.mark.parametrize(
    ("at", "asked", "reason"),
    [
        (NOW + 2 * YEAR + timedelta(seconds=1), request(), LicenceReason.SIGNER_EXPIRED),
        (NOW - 2 * DAY, request(), LicenceReason.SIGNER_NOT_YET_VALID),
        (NOW + 2 * YEAR - timedelta(hours=23), request(), LicenceReason.SIGNER_ENDS_TOO_SOON),
        (NOW, request(term_from="2029-01-01"), LicenceReason.SIGNER_ENDS_TOO_SOON),
    ],
)
def test_refuses_a_signer_who_may_not_sign_now(
    sqlite_home: Home, at: datetime, asked: IssueRequest, reason: ReasonCode
) -> None:
    """A certificate that is over, not yet begun, or ends before the licence could be served."""
    with Issuer.open(sqlite_home, clock=lambda: at, faces=QuickFaces()) as issuer:
        refused = issuer.issue(asked)
    assert reasons(refused) == [reason]
    assert isinstance(refused, Refused)
    assert refused.problems[0].en.isascii()
    assert "+08:00" not in refused.problems[0].en  # the command lines put UTC into China's time
    assert nothing_happened(sqlite_home)


def test_refuses_by_lists_that_have_ended(sqlite_home: Home, demo_authority: DemoAuthority) -> None:
    """What the home trusts says nothing any more of whether the signer was revoked."""
    (ca,) = (each for each in demo_authority.cas if each.name == "sm2-ca")
    ended = make_crl(open_signer(ca.signer), number=1, this_update=NOW - DAY, next_update=NOW)
    (sqlite_home.trust / "sm2-ca.crl").write_bytes(ended)
    at = NOW + timedelta(seconds=1)
    with Issuer.open(sqlite_home, clock=lambda: at, faces=QuickFaces()) as issuer:
        assert reasons(issuer.issue(request())) == [Reason.REVOCATION_DATA_STALE]
    assert nothing_happened(sqlite_home)


def test_signs_up_to_the_last_moment(sqlite_home: Home) -> None:
    """A certificate that lasts exactly as long as the serving margin is good enough."""
    with Issuer.open(sqlite_home, clock=lambda: NOW + YEAR - DAY, faces=QuickFaces()) as issuer:
        issued(issuer.issue(json_only(1)))


def test_refuses_a_signer_whose_revocation_is_unknown(sqlite_home: Home) -> None:
    """Without a CRL of the CA our own verifier could not pass the licence: nothing is signed."""
    (sqlite_home.trust / "sm2-ca.crl").unlink()
    with open_issuer(sqlite_home) as issuer:
        assert reasons(issuer.issue(request())) == [Reason.NO_REVOCATION_DATA]
    assert nothing_happened(sqlite_home)


def test_refuses_the_certificate_of_another_department(sqlite_home: Home) -> None:
    """SIGNER_NOT_ISSUER: the settings name another department's key and certificate."""
    ours, others = sqlite_home.settings.departments
    swapped = dataclasses.replace(ours, signers=others.signers)
    settings = dataclasses.replace(sqlite_home.settings, departments=(swapped,))
    with open_issuer(dataclasses.replace(sqlite_home, settings=settings)) as issuer:
        assert reasons(issuer.issue(request())) == [LicenceReason.SIGNER_NOT_ISSUER]
    assert nothing_happened(sqlite_home)


class NoFaces(QuickFaces):
    """Faces that cannot be drawn."""

    def __init__(self, error: EvidenceError) -> None:
        self._error = error

    def draw(self, _order: object, _licence: object, _json: bytes) -> bytes:
        """Fail."""
        raise self._error


def test_a_refused_face_frees_the_number(home: Home) -> None:
    """CONTENT_TOO_LONG on the way: nothing is let out, and the corrected request is no conflict."""
    refusal = RefusedError(LicenceReason.CONTENT_TOO_LONG, "too long", at="/name")
    with Issuer.open(home, clock=lambda: NOW, faces=NoFaces(refusal)) as broken:
        outcome = broken.issue(request())
    assert reasons(outcome) == [LicenceReason.CONTENT_TOO_LONG]
    assert not stored(home)
    with open_issuer(home) as issuer:
        issued(issuer.issue(request(name="更正后的名称（样本）")))
    register = home.register()
    assert register.unfinished(limit=1) == ()
    register.close()


def test_what_is_lacking_for_a_moment_is_finished_later(home: Home) -> None:
    """A signer that is away leaves the licence begun; the next attempt finishes the same one.

    The refusal says what has the number now, and what can be done about it.
    """
    away = UnavailableError(Reason.ENGINE_UNAVAILABLE, "away")
    with Issuer.open(home, clock=lambda: NOW, faces=NoFaces(away)) as broken:
        refused = broken.issue(request())
    assert reasons(refused) == [Reason.ENGINE_UNAVAILABLE]
    register = home.register()
    (begun,) = register.unfinished(limit=10)
    register.close()
    assert isinstance(refused, Refused)
    (problem,) = refused.problems
    assert f"{begun.identifier} 已开始签发，编号仍被占用：重复原请求即接着做完" in problem.zh
    assert problem.en.startswith(f"away; {begun.identifier} was begun and its number stays taken")
    for said in (problem.zh, problem.en):
        assert "licences cancel" in said
    with open_issuer(home) as issuer:
        assert issued(issuer.issue(request())).identifier == begun.identifier
    assert len(stored(home)) == 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class OtherSigner:
    """A signer whose signatures are made by somebody else's rules."""

    real: Signer
    make: Callable[[bytes], bytes]

    @property
    def certificate(self) -> Certificate:
        """The real one's."""
        return self.real.certificate

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The real one's."""
        return self.real.chain

    @property
    def algorithm(self) -> Algorithm:
        """The real one's."""
        return self.real.algorithm

    def sign(self, data: bytes) -> bytes:
        """Sign by the other rules."""
        return self.make(data)


def issuer_with(home: Home, signer: Signer) -> Issuer:
    """An issuer for which this signer signs."""
    trust, documents, register = home.trust_store(), home.documents(), home.register()
    desks = Desks(lambda _code, _suite: signer, trust, serving_margin=DAY)
    return Issuer(
        OrderCheck(home.catalogue(), DEPARTMENTS, desks, QuickFaces(), register.read),
        Workshop(
            DocumentMaker(faces=QuickFaces(), trust=trust),
            Allotment(register, randomness=secrets.token_bytes, status_uri=STATUS_URI),
            register=register,
            read_former=register.read,
            documents=documents,
            at_step=lambda _step: None,
        ),
        register=register,
        documents=documents,
        clock=lambda: NOW,
    )


def test_lets_nothing_out_that_does_not_verify(home: Home) -> None:
    """SIGNATURE_INVALID: a device that signs wrongly is found out; nothing is stored."""
    real = home.signer(MARKET, Suite.SM2)
    liar = OtherSigner(real=real, make=lambda data: real.sign(data + b" "))
    with issuer_with(home, liar) as issuer:
        assert reasons(issuer.issue(request())) == [Reason.SIGNATURE_INVALID]
    assert not stored(home)
    with open_issuer(home) as issuer:
        issued(issuer.issue(request()))


def test_a_silent_device_delays_and_loses_nothing(home: Home) -> None:
    """A device that answers later: the licence stays begun, and is then issued as the same one."""

    def silent(_data: bytes) -> bytes:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, "no answer")

    real = home.signer(MARKET, Suite.SM2)
    with issuer_with(home, OtherSigner(real=real, make=silent)) as issuer:
        assert reasons(issuer.issue(request())) == [Reason.ENGINE_UNAVAILABLE]
    register = home.register()
    (begun,) = register.unfinished(limit=2)
    register.close()
    with open_issuer(home) as issuer:
        assert issued(issuer.issue(request())).identifier == begun.identifier


def test_memory_stays_flat(sqlite_home: Home) -> None:
    """Some batch of licences leaves nothing in memory: a leak would show in every one.

    The first ones do: the digests of the last 128 long texts are remembered.
    """
    used = []
    with open_issuer(sqlite_home) as issuer:
        tracemalloc.start()
        for start in range(0, 7 * BATCH, BATCH):
            assert all(map(issued, issuer.issue_many(map(json_only, range(start, start + BATCH)))))
            gc.collect()
            used.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    assert min(after - before for before, after in itertools.pairwise(used)) < 20 * 1024


def test_sixty_four_at_once_issue_one_licence(home: Home, issuer: Issuer) -> None:
    """The same request from 64 threads at once: one licence, which 63 of them find there."""
    outcomes: list[Issued] = []

    def work() -> None:
        outcomes.append(issued(issuer.issue(json_only(1))))

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(each.identifier, each.documents) for each in outcomes}) == 1
    assert [each.already for each in outcomes].count(False) == 1
    assert len(outcomes) == 64
    assert len(stored(home)) == 1


def test_closes_its_register(home: Home) -> None:
    """After the block no connection is left open."""
    with open_issuer(home) as issuer:
        issued(issuer.issue(json_only(1)))
    register = home.register()
    assert register.unfinished(limit=1) == ()
    register.close()
