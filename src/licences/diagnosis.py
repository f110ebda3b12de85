"""Self-examination: is everything there that issuing and verifying need?

Every examination says what it found, good or not; none stops the others. Keys are opened, so the
passphrases have to be at hand. That the register and the documents can be written to is tried, and
nothing stays of it; nothing else is changed, and the network is not used unless asked for.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from eseal import sm2
from eseal.algorithms import Suite
from eseal.certificates import plain_name
from eseal.errors import EvidenceError
from eseal.moments import china_day
from eseal.pdf.foreign import page_boxes
from eseal.pdf.places import POINTS_PER_MM, place_at
from eseal.reasons import Reason
from eseal.trust import load_trust
from licences.authority_diagnosis import examine_cas, examine_timestamps
from licences.catalogue import Catalogue, Department, LicenceType, check_type, load_catalogue
from licences.document_diagnosis import examine_documents
from licences.faces import Face, FaceRenderer
from licences.home import Home, open_home
from licences.identifiers import LicenceIdentifier
from licences.licence_type import Bilingual
from licences.officer_diagnosis import examine_officers
from licences.projections import Projections, read_keys
from licences.publication_diagnosis import examine_published
from licences.reasons import LicenceReason
from licences.rebuilding import PAGE
from licences.seal_clerk import open_clerk
from licences.seal_issuing import IssuingSeals
from licences.signing_desk import Desks
from licences.symptoms import MOST_NAMED, RENEW_SEAL, Advice, Symptom, bad, first, lasts

_MOST_LOOKED_UP = 20_000

_ASK_AGAIN: Advice = (
    "把原请求（licences issue、replace 或 bulk）再做一次：它会完成，不会重复签发；不再要的，用 "
    "licences cancel 标识 放弃，收回已签的文件",
    "Make the same request (licences issue, replace or bulk) again: that finishes it, and issues no"
    " second; what is not wanted any more is abandoned, and its documents taken back, with "
    "licences cancel IDENTIFIER",
)

_OWN_TYPES: Advice = (
    "把类型文件夹放入主目录的 types/，在 type.toml 的 issuers 中写部门的代码，见 schemas/README.md",
    "Put folders of types into the home's types/, with the department's code under issuers in "
    "type.toml; see schemas/README.md",
)

_SEAL_PT = 42 * POINTS_PER_MM
"""As large as the common seal of a unit: for one of that size a face should have a place."""


def examine(
    home: Path, *, at: datetime, network: bool = False, every_document: bool = False
) -> Iterator[Symptom]:
    """Examine the engine, the home with all that it uses, and the types with their faces.

    Args:
        home: its folder.
        at: aware; now.
        network: whether the time-stamping authority is asked for timestamps.
        every_document: whether all documents are read, not some.
    """
    yield _attempt("SM2 引擎 engine", lambda: sm2.default_engine().name)
    opened: list[Home] = []
    yield _attempt("主目录 home", lambda: _open(home, opened))
    yield from _examine_types(opened[0] if opened else None, at)
    if opened:
        yield from examine_documents(opened[0], every=every_document)
        yield from _examine_home(opened[0], at)
        yield from examine_published(opened[0], at)
        yield from examine_cas(opened[0], at)
        yield from examine_timestamps(opened[0], at, network=network)


def _examine_types(home: Home | None, at: datetime) -> Iterator[Symptom]:
    """Check every type, draw its face with its sample data, see to its seal; tell the bad ones."""
    what = "证照类型 types"
    try:
        catalogue = home.catalogue() if home else load_catalogue()
    except EvidenceError as error:
        yield bad(what, error)
        return
    renderer, good = FaceRenderer(), 0
    for each in catalogue.types:
        try:
            check_type(each)
            drawn = renderer.render(_sample_face(each, catalogue, at))
            if home is None or home.settings.sealed:
                place_at(page_boxes(drawn), renderer.seal_spot(each), _SEAL_PT, _SEAL_PT)
            good += 1
        except EvidenceError as error:
            yield bad(f"{what} {each.slug}", error)
    yield Symptom(what=what, good=good == len(catalogue.types), detail=f"{good}")


def _sample_face(licence_type: LicenceType, catalogue: Catalogue, at: datetime) -> Face:
    issuer = min(licence_type.issuers, key=str)
    known = catalogue.find_department(issuer.text)
    return Face(
        licence_type=licence_type,
        department=known or Department(code=issuer, name=Bilingual(zh="样本", en="Sample")),
        identifier=str(
            LicenceIdentifier.build(
                type_code=licence_type.type_code, issuer=issuer, serial="SAMPLE"
            )
        ),
        data=licence_type.sample(),
        attachment=b"{}",
        at=at,
    )


def _examine_home(home: Home, at: datetime) -> Iterator[Symptom]:
    yield _attempt("登记库 register", lambda: _register(home))
    yield _unfinished(home)
    yield _look_ups(home)
    yield _trust(home, at)
    yield from _without_types(home)
    if not home.settings.departments:
        yield Symptom(
            what="签发部门 departments",
            good=False,
            detail="设置中没有 settings.toml has none",
            advice=(
                "在 settings.toml 中写入 [[department]] 及其密钥与证书",
                "Enter a [[department]] with its keys and certificates in settings.toml",
            ),
        )
    for department in home.settings.departments:
        for suite in sorted(department.signers):
            yield _signer(home, department.code.text, department.name.zh, suite, at)
            if home.settings.sealed:
                yield _issuing_seal(home, department.code.text, department.name.zh, suite, at)
    yield from examine_officers(home, at)


def _without_types(home: Home) -> Iterator[Symptom]:
    """Tell departments that no type lists as an issuer: they can issue nothing."""
    try:
        types = home.catalogue().types
    except EvidenceError:  # told already
        return
    for each in home.settings.departments:
        if not any(known.may_be_issued_by(each.code.text) for known in types):
            yield Symptom(
                what=f"{each.name.zh} 可颁发的类型 types to issue",
                good=False,
                detail=f"没有类型把 {each.code} 列为颁发部门 no type lists it as an issuer",
                advice=_OWN_TYPES,
            )


def _attempt(what: str, examination: Callable[[], str]) -> Symptom:
    try:
        return Symptom(what=what, good=True, detail=examination())
    except EvidenceError as error:
        return bad(what, error)


def _open(path: Path, opened: list[Home]) -> str:
    opened.append(open_home(path))
    return str(opened[0].path)


def _register(home: Home) -> str:
    home.try_register()
    return home.settings.database_url.partition(":")[0]


def _unfinished(home: Home) -> Symptom:
    """Tell licences that were begun and never finished: repeating the request finishes them."""
    what = "未完成的签发 unfinished"
    try:
        with closing(home.register()) as register:
            left = register.unfinished(limit=MOST_NAMED + 1)
    except EvidenceError as error:
        return bad(what, error)
    return Symptom(
        what=what,
        good=not left,
        detail=first([each.identifier for each in left]) or "0",
        advice=_ASK_AGAIN if left else None,
    )


def _look_ups(home: Home) -> Symptom:
    """Tell licences that their identifier, number or place in a status list does not lead to."""
    what = "登记查找 look-ups"
    try:
        with closing(home.register()) as register:
            looked_at, wrong = _looked_up(Projections(register.engine))
    except EvidenceError as error:
        return bad(what, error)
    rest = "" if looked_at < _MOST_LOOKED_UP else "，其余见 the rest: licences rebuild --check"
    return Symptom(
        what=what,
        good=not wrong,
        detail=first(wrong) or f"{looked_at} 份证照 licences{rest}",
        reason=LicenceReason.JOURNAL_BROKEN if wrong else None,
    )


def _looked_up(projections: Projections) -> tuple[int, list[str]]:
    """Say how many licences were looked at, and what is wrong with which."""
    count, page, wrong = 0, projections.keys(limit=PAGE), list[str]()
    while page and count < _MOST_LOOKED_UP:
        keys, unread = read_keys(page)
        wrong += [f"{each.at}：{each.sentence}" for each in unread]
        misled = projections.misled(keys)
        wrong += [f"{projections.identifier(key)}：{said}" for key, said in misled.items()]
        count, page = count + len(page), projections.keys(limit=PAGE, after=page[-1])
    return count, wrong


def _trust(home: Home, at: datetime) -> Symptom:
    what = "信任材料 trust"
    try:
        trust = load_trust(home.trust)
    except EvidenceError as error:
        return bad(what, error)
    stale = [
        plain_name(each.issuer)
        for each in trust.crls
        if (end := each["tbs_cert_list"]["next_update"].native) is not None and end < at
    ]
    if stale:
        return Symptom(
            what=what,
            good=False,
            detail=f"CRL 已过期 stale: {'; '.join(stale)}",
            reason=Reason.REVOCATION_DATA_STALE,
        )
    counts = (
        f"{len(trust.roots)} 个根 roots",
        f"{len(trust.crls)} 份 CRL",
        f"{len(trust.makers)} 个制章者 seal makers",
    )
    return Symptom(what=what, good=True, detail="，".join(counts))


def _signer(home: Home, code: str, name: str, suite: Suite, at: datetime) -> Symptom:
    """Ask what issuing asks: key, certificate, its path and revocation, now and for a while."""
    what = f"{name} {suite}"
    try:
        desks = Desks(home.signer, home.trust_store(), serving_margin=home.settings.serving_margin)
        desk = desks.ready(code, suite, at=at, valid_from=china_day(at))
    except EvidenceError as error:
        return bad(what, error)
    return lasts(what, desk.ends, at)


def _issuing_seal(home: Home, code: str, name: str, suite: Suite, at: datetime) -> Symptom:
    """Ask what issuing a PDF asks of the department's seal, now and for a while."""
    what = f"{name} {suite} 证照印章 issuing seal"
    try:
        with closing(home.seal_register()) as register:
            seals = IssuingSeals(open_clerk(home, register, clock=lambda: at))
            record = seals.find(code, suite, at)
        desks = Desks(
            home.signer,
            home.trust_store(),
            serving_margin=home.settings.serving_margin,
            find_seal=lambda *_: record,
        )
        today = china_day(at)
        desks.ready(code, suite, at=at, valid_from=today, has_pdf=True)
    except EvidenceError as error:
        return bad(what, error)
    thing = f"{record.name} {record.es_id}  印章"
    return lasts(what, record.valid_until, at, thing, advice=RENEW_SEAL)
