"""Audit packs: a licence judged by what was packed with it, and by nobody's word but signatures."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.asic import SIGNATURE
from eseal.containers import ContainedFile, read_container
from eseal.crl import read_crl
from eseal.errors import MalformedError, RefusedError
from eseal.jose.issuing import SdJwtIssuer
from eseal.jose.status_list import read_status_list
from eseal.ocsp_reading import read_ocsp
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, Indication, Outcome, TimestampCheck
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences import audit_pack, pack_making
from licences.audit_pack import MAX_PACK_BYTES, read_pack
from licences.checks import LicenceCheck
from licences.claims import LICENCE_TYP
from licences.licence_life import Standing
from licences.pack_info import PackCheck
from licences.pack_verification import verify_input, verify_pack
from licences.reasons import LicenceReason
from licences.reporting import as_json
from licences.verification import LicenceReport, Verifier
from tests.bundles import packed as zipped
from tests.bundles import tampered
from tests.homes import CATALOGUE
from tests.licences.papers import (
    PLACE,
    expired,
    good_claims,
    good_list,
    market_signer,
    paper,
    pdf_paper,
    status_list,
)
from tests.licences.test_status_check import born
from tests.packs import Spoil, bare_trust, files_of, pack_of, repacked, starting
from tests.schemas import faults
from tests.stamps import stamps_of
from tests.world import DAY, NOW, YEAR, Authority, World

pytestmark = pytest.mark.unmeasured


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    """Give the good pack, signed with SM2."""
    return pack_of(world.sm2).data


def judged(
    data: bytes, trust: TrustStore, *, at: datetime = NOW, name: str = "pack.asice"
) -> LicenceReport:
    """Judge a pack by this trust and nothing else."""
    return verify_input(Verifier(trust, CATALOGUE, at=at), name, data)


def finding(report: LicenceReport, check: object) -> Finding:
    """Give the finding of a check."""
    return next(each for each in report.findings if each.check is check)


def test_it_answers_alone(authority: Authority) -> None:
    """Of both suites: with root and maker alone, the pack passes; the licence alone cannot."""
    licence = paper(market_signer(authority))
    packed = pack_of(authority, licence)
    trust = bare_trust(authority)
    report = judged(packed.data, trust)
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert packed.report.verdict == report.verdict
    assert report.sha256 == hashlib.sha256(packed.data).hexdigest()
    assert report.pack is not None
    assert report.pack.licence_sha256 == hashlib.sha256(licence).hexdigest()
    assert report.pack.packed_at == NOW
    alone = judged(licence, trust)
    assert alone.verdict.indication is Indication.INDETERMINATE
    assert alone.pack is None


def test_a_pdf_is_packed_as_well(world: World) -> None:
    """The PDF is the root file, and every check on pages is made."""
    packed = pack_of(world.sm2, pdf_paper(market_signer(world.sm2)))
    report = judged(packed.data, bare_trust(world.sm2))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert report.pack is not None
    assert report.pack.licence == "licence.pdf"
    assert finding(report, LicenceCheck.AGREEMENT).outcome is Outcome.PASSED


def test_ocsp_answers_are_packed(world: World) -> None:
    """Where an answer is at hand in place of a list, it goes in; one about others does not."""
    sm2 = world.sm2
    signer = market_signer(sm2)
    about = [sm2.ocsp(sm2.answer(signer)), sm2.ocsp(sm2.answer(sm2.maker))]
    trust = sm2.trust(ca_crl=None, ocsps=about)
    packed = pack_of(sm2, paper(signer), trust=trust, signer=signer, statuses=[_list(signer)])
    answers = [each.data for each in files_of(packed.data) if each.name.endswith(".ocsp")]
    assert answers == about[:1]
    report = judged(packed.data, bare_trust(sm2))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert read_ocsp(answers[0]).answers


def _list(signer: Signer) -> bytes:
    return status_list(signer, at=NOW - 2 * DAY, lifetime=YEAR)


def test_the_newest_list_of_each_issuer_goes_in_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lists of one CA there are, they do not crowd out another's only one."""
    sm2 = world.sm2
    many = [
        read_crl(sm2.crl(this_update=NOW - number * DAY / 24, number=100 - number))
        for number in range(1, 9)
    ]
    trust = replace(sm2.trust(), crls=(*many, *sm2.trust().crls))
    monkeypatch.setattr(pack_making, "MAX_PER_KIND", 3)
    packed = pack_of(sm2, trust=trust)
    lists = [each for each in files_of(packed.data) if each.name.endswith(".crl")]
    assert len(lists) == 3
    assert many[0].dump() in [each.data for each in lists]
    report = judged(packed.data, bare_trust(sm2))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    monkeypatch.setattr(pack_making, "MAX_REVOCATION_BYTES", 1)
    bare = pack_of(sm2, trust=trust)
    assert not [each for each in files_of(bare.data) if each.name.startswith("revocation/")]


def test_what_judges_timestamps_is_packed(authority: Authority) -> None:
    """A stamped licence: the time-stamping authority's certificate goes in, and its lists."""
    issuer = SdJwtIssuer(market_signer(authority), typ=LICENCE_TYP, timestamps=stamps_of(authority))
    packed = pack_of(authority, issuer.issue(good_claims(), seed=bytes(32)))
    report = judged(packed.data, bare_trust(authority))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    assert finding(report, TimestampCheck.TIMESTAMP).outcome is Outcome.PASSED
    stamper = authority.timestamping.certificate.dump()
    assert stamper in [each.data for each in files_of(packed.data)]


def test_years_later(good: bytes, world: World) -> None:
    """Asked about its time it passes, whatever the clock says; about years later it cannot."""
    trust = bare_trust(world.sm2)
    assert judged(good, trust, at=NOW + DAY).verdict.indication is Indication.TOTAL_PASSED
    later = judged(good, trust, at=NOW + 5 * YEAR)
    assert later.verdict.indication is Indication.INDETERMINATE


def test_a_pack_brings_no_trust(good: bytes, world: World) -> None:
    """Under another root it is an unknown issuer's; a root packed in is malformed, not believed."""
    other = Authority(world.sm2.suite)
    report = judged(good, bare_trust(other))
    assert finding(report, Check.CERTIFICATE_PATH).reason is Reason.UNKNOWN_ISSUER
    root = world.sm2.root.certificate.dump()
    file = ContainedFile(name=f"certificates/{'0' * 64}.cer", data=root)
    with_root = repacked(good, lambda files: files.append(file), world.sm2.signing)
    report = judged(with_root, bare_trust(other))
    assert finding(report, PackCheck.CONTAINER).reason is LicenceReason.PACK_MALFORMED
    assert finding(report, Check.CERTIFICATE_PATH).reason is Reason.UNKNOWN_ISSUER
    assert judged(good, bare_trust(world.sm2)).findings


def test_nobody_becomes_a_seal_maker_by_being_packed(good: bytes, world: World) -> None:
    """A certificate that is no CA's, which in a trust folder were a maker's, counts for nothing."""
    pack = read_pack(good)
    assert any(not each.ca for each in pack.evidence.certificates)
    verifier = Verifier(
        TrustStore(roots=(world.sm2.root.certificate,)), CATALOGUE, at=NOW
    ).with_more(pack.evidence, pack.statuses)
    assert verifier.judge.trust.makers == ()


def test_what_the_verifier_has_counts_too(good: bytes, world: World) -> None:
    """A newer list of the verifier's revokes the signer, though the pack's does not."""
    sm2 = world.sm2
    signed = judged(good, bare_trust(sm2)).signatures[0]
    serial = int(signed.certificate_serial, 16)
    revoking = replace(sm2.revoked(sm2.signing, NOW - 3 * DAY), serial=serial)
    newer = sm2.crl(this_update=NOW, number=8, revoked=[revoking])
    report = judged(good, sm2.trust(ca_crl=newer))
    assert finding(report, Check.CERTIFICATE_PATH).reason is Reason.CERTIFICATE_REVOKED


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.REVOKED, LicenceReason.LICENCE_REVOKED),
        (Standing.SUSPENDED, LicenceReason.LICENCE_SUSPENDED),
        (Standing.CANCELLED, LicenceReason.LICENCE_CANCELLED),
    ],
)
def test_a_licence_that_does_not_stand_is_packed_and_fails(
    world: World, standing: Standing, reason: LicenceReason
) -> None:
    """It can be packed; the pack fails with the reason, and the list of before it still passes."""
    sm2 = world.sm2
    signer = market_signer(sm2)
    now = status_list(signer, standing, at=NOW - DAY)
    packed = pack_of(sm2, paper(signer), signer=signer, statuses=[_list(signer), now])
    report = judged(packed.data, bare_trust(sm2))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.deciding == finding(report, LicenceCheck.STATUS)
    assert finding(report, LicenceCheck.STATUS).reason is reason


@pytest.mark.parametrize("standing", [Standing.VALID, Standing.REVOKED])
def test_what_was_believed_is_packed(world: World, standing: Standing) -> None:
    """Not a list that somebody else dated later: the pack says by itself what was told."""
    rsa = world.rsa
    signer = market_signer(rsa)
    real = status_list(signer, standing, at=NOW - 2 * DAY, lifetime=YEAR)
    strange = status_list(rsa.signing, Standing.VALID, at=NOW - DAY, place=PLACE)
    another = status_list(market_signer(Authority(rsa.suite)), at=NOW - DAY, lifetime=YEAR)
    for lists in ([real], [real, strange], [another, real], [strange, another, real]):
        packed = pack_of(rsa, paper(signer), signer=signer, statuses=lists)
        report = judged(packed.data, bare_trust(rsa))
        assert finding(report, LicenceCheck.STATUS) == finding(packed.report, LicenceCheck.STATUS)
        assert [each.data for each in files_of(packed.data) if each.name.startswith("status")] == [
            real
        ]
        is_valid = standing is Standing.VALID
        assert (report.verdict.indication is Indication.TOTAL_PASSED) is is_valid


def test_a_strange_history_is_not_packed(world: World) -> None:
    """Of histories goes in the last one that was believed."""
    rsa = world.rsa
    packed = pack_of(rsa)
    assert packed.report.licence is not None
    identifier = packed.report.licence.identifier
    real, strange = (
        born(market_signer(authority), NOW - 3 * DAY, identifier).state(at)
        for authority, at in ((rsa, NOW - 2 * DAY), (Authority(rsa.suite), NOW - DAY))
    )
    packed = pack_of(rsa, statuses=[good_list(rsa), strange, real])
    names = {each.name: each.data for each in files_of(packed.data)}
    assert names[audit_pack.HISTORY_NAME] == real


def test_a_pack_that_says_another_status_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told when it is packed is what it will say; else nothing is given out."""
    monkeypatch.setattr(pack_making, "_status_files", lambda *_: iter(()))
    with pytest.raises(RefusedError) as caught:
        pack_of(world.rsa)
    assert caught.value.reason is LicenceReason.PACK_REFUSED
    assert "STATUS_UNAVAILABLE" in caught.value.sentence


def test_no_file_can_be_changed(good: bytes, world: World) -> None:
    """One bit of any file, the container's form kept: altered, the file named, never passed."""
    names = [each.name for each in files_of(good)]
    for name in names:
        report = judged(tampered(good, name), bare_trust(world.sm2))
        found = finding(report, PackCheck.CONTAINER)
        assert found.reason is Reason.CONTAINER_ALTERED
        assert name in found.detail
        assert report.verdict.indication is Indication.TOTAL_FAILED
        assert report.pack is not None
        assert report.pack.packed_by is None


def test_an_altered_pack_fails_whatever_is_put_into_it(good: bytes, world: World) -> None:
    """A text in the place of the licence: the container decides, not that it is no licence."""
    files = list(read_container(good, reason=Reason.CONTAINER_MALFORMED))
    place = starting(files, "licence.")
    files[place] = replace(files[place], data=b"a text")
    report = judged(zipped(files), bare_trust(world.sm2))
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.deciding == finding(report, PackCheck.CONTAINER)


def test_signature_and_manifest_cannot_be_changed(good: bytes, world: World) -> None:
    """One bit of them: altered, or no container any more."""
    trust = bare_trust(world.sm2)
    signature = judged(tampered(good, SIGNATURE), trust)
    assert signature.verdict.indication is Indication.TOTAL_FAILED
    for name in ("META-INF/ASiCManifest.xml", "mimetype"):
        assert judged(tampered(good, name), trust).verdict.indication in {
            Indication.UNREADABLE,
            Indication.TOTAL_FAILED,
        }


def test_what_status_lists_unpack_to_is_bounded_together(
    good: bytes, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many lists in one pack cannot fill the memory: those behind the bound are told, not kept."""
    size = len(read_status_list(good_list(world.sm2)).statuses.data)
    monkeypatch.setattr(audit_pack, "MAX_UNPACKED_BYTES", 2 * size + 1)

    def more(files: list[ContainedFile]) -> None:
        listed = files[starting(files, "status/")].data
        files += [ContainedFile(name=f"status/x{number}.jwt", data=listed) for number in range(3)]

    pack = read_pack(repacked(good, more, world.sm2.signing))
    assert [each.reason for each in pack.faults] == [Reason.STATUS_LIST_MALFORMED] * 2
    assert [each.at for each in pack.faults] == ["status/x1.jwt", "status/x2.jwt"]
    assert len(pack.statuses.find_lists(PLACE.uri, NOW)) == 2


def _garbage(beginning: str, ending: str = "") -> Spoil:
    def spoil(files: list[ContainedFile]) -> None:
        place = starting(files, beginning, ending)
        files[place] = replace(files[place], data=b"garbage")

    return spoil


def _gone(beginning: str, ending: str = "") -> Spoil:
    def spoil(files: list[ContainedFile]) -> None:
        del files[starting(files, beginning, ending)]

    return spoil


def _all_gone(beginning: str) -> Spoil:
    def spoil(files: list[ContainedFile]) -> None:
        files[:] = [each for each in files if not each.name.startswith(beginning)]

    return spoil


def _bit(beginning: str, ending: str = "", place: int = -20) -> Spoil:
    def spoil(files: list[ContainedFile]) -> None:
        number = starting(files, beginning, ending)
        data = bytearray(files[number].data)
        data[place] = ord("A") if data[place] != ord("A") else ord("B")
        files[number] = replace(files[number], data=bytes(data))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "check", "outcome", "reason"),
    [
        (_gone("certificates/"), PackCheck.CONTAINER, Outcome.PASSED, None),
        (_gone("README"), PackCheck.CONTAINER, Outcome.PASSED, None),
        (
            _all_gone("revocation/"),
            Check.CERTIFICATE_PATH,
            Outcome.UNDETERMINED,
            Reason.NO_REVOCATION_DATA,
        ),
        (_bit("revocation/"), Check.CERTIFICATE_PATH, Outcome.UNDETERMINED, None),
        (
            _all_gone("status/"),
            LicenceCheck.STATUS,
            Outcome.UNDETERMINED,
            Reason.STATUS_UNAVAILABLE,
        ),
        (_bit("status/"), LicenceCheck.STATUS, Outcome.FAILED, Reason.STATUS_LIST_INVALID),
        (_garbage("status/"), PackCheck.CONTAINER, Outcome.FAILED, Reason.STATUS_LIST_MALFORMED),
        (_garbage("revocation/"), PackCheck.CONTAINER, Outcome.FAILED, Reason.CRL_MALFORMED),
        (
            _garbage("certificates/"),
            PackCheck.CONTAINER,
            Outcome.FAILED,
            Reason.CERTIFICATE_MALFORMED,
        ),
        (_garbage("licence.json"), Check.READABLE, Outcome.FAILED, LicenceReason.NOT_A_LICENCE),
        (
            lambda files: files.append(ContainedFile(name="revocation/x.ocsp", data=b"x")),
            PackCheck.CONTAINER,
            Outcome.FAILED,
            Reason.OCSP_MALFORMED,
        ),
        (
            lambda files: files.append(ContainedFile(name="history.jwt", data=b"x")),
            PackCheck.CONTAINER,
            Outcome.FAILED,
            LicenceReason.HISTORY_MALFORMED,
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, ReasonCode) else None,
)
def test_whoever_packs_anew_gains_nothing(
    good: bytes,
    world: World,
    spoil: Spoil,
    check: object,
    outcome: Outcome,
    reason: ReasonCode | None,
) -> None:
    """Evidence taken out, altered or garbage, under a sound signature: each its own reason."""
    report = judged(repacked(good, spoil, world.sm2.signing), bare_trust(world.sm2))
    found = finding(report, check)
    assert found.outcome is outcome
    if reason is not None:
        assert found.reason is reason


def test_the_packer_counts_for_nothing(world: World) -> None:
    """A stranger may pack: what is in it stands by itself, and the stranger is told as such."""
    stranger = Authority(world.sm2.suite).signing
    report = judged(pack_of(world.sm2, signer=stranger).data, bare_trust(world.sm2))
    assert report.verdict.indication is Indication.TOTAL_PASSED
    detail = finding(report, PackCheck.CONTAINER).detail
    assert str(Reason.UNKNOWN_ISSUER) in detail
    for said in ("签署时间 signed at ", "，签署者 signed by "):
        assert said in detail


def test_another_licence_cannot_be_put_in(good: bytes, world: World) -> None:
    """A licence by nobody trusted does not profit from what is packed for another."""
    stranger = paper(market_signer(Authority(world.sm2.suite)))

    def exchange(files: list[ContainedFile]) -> None:
        files[0] = replace(files[0], data=stranger)

    report = judged(repacked(good, exchange, world.sm2.signing), bare_trust(world.sm2))
    assert finding(report, Check.CERTIFICATE_PATH).reason is Reason.UNKNOWN_ISSUER
    assert report.verdict.indication is not Indication.TOTAL_PASSED


def _renamed(name: str) -> Callable[[list[ContainedFile]], None]:
    return lambda files: files.append(ContainedFile(name=name, data=b"x"))


@pytest.mark.parametrize(
    "name",
    [
        "more.txt",
        "licence.pdf",
        "certificates/x.pem",
        "certificates/x/y.cer",
        "revocation/x.cer",
        "status/x.json",
        "trust/root.cer",
        "META-INF/more.xml",
    ],
)
def test_a_pack_has_its_files_and_no_others(good: bytes, world: World, name: str) -> None:
    """A file that no pack has is malformed, whoever signed it: unreadable, nothing is passed."""
    data = repacked(good, _renamed(name), world.sm2.signing)
    with pytest.raises(MalformedError) as caught:
        read_pack(data)
    assert (caught.value.reason, caught.value.at) == (LicenceReason.PACK_MALFORMED, name)
    report = judged(data, bare_trust(world.sm2))
    assert report.verdict.indication is Indication.UNREADABLE
    assert report.sha256 is not None
    assert all(each.outcome is not Outcome.PASSED for each in report.findings)


def test_a_pack_is_of_a_licence(good: bytes, world: World) -> None:
    """A container whose root file is something else is no pack."""
    data = repacked(good, lambda _: None, world.sm2.signing, root="README.txt")
    with pytest.raises(MalformedError, match="neither"):
        read_pack(data)


def test_packs_are_bounded(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files of a kind, too many bytes of lists, too many of all: malformed."""
    with pytest.raises(MalformedError):
        read_pack(good + bytes(MAX_PACK_BYTES))
    monkeypatch.setattr(audit_pack, "MAX_PER_KIND", 1)
    with pytest.raises(MalformedError, match="more than 1 files"):
        read_pack(good)
    monkeypatch.undo()
    monkeypatch.setattr(audit_pack, "MAX_REVOCATION_BYTES", 10)
    with pytest.raises(MalformedError, match="at most 10 B"):
        read_pack(good)


def test_only_what_is_sound_is_packed(world: World) -> None:
    """An altered licence, and what is none, are refused; one that has ended is packed."""
    signer = market_signer(world.sm2)
    altered = paper(signer).replace(b'"signature":"', b'"signature":"AA')
    for data in (altered, b"{}", b"a text", b""):
        with pytest.raises(RefusedError) as caught:
            pack_of(world.sm2, data)
        assert caught.value.reason is LicenceReason.PACK_REFUSED
    ended = pack_of(world.sm2, paper(signer, expired))
    assert ended.report.verdict.sub_indication == LicenceReason.LICENCE_EXPIRED.sub


def test_its_report_meets_the_schema(good: bytes, world: World) -> None:
    """Reports of packs, good, altered and unreadable, are what the schema says."""
    spoiled = (good, tampered(good, "README.txt"), good[:-1], zipped(files_of(good)))
    for data in spoiled:
        assert faults("report", as_json(judged(data, bare_trust(world.sm2)))) == []


def test_another_zip_is_no_pack(good: bytes, world: World) -> None:
    """The same files without the container's type are no licence, and no pack."""
    report = judged(zipped(files_of(good)), bare_trust(world.sm2))
    assert finding(report, Check.READABLE).reason is LicenceReason.NOT_A_LICENCE
    assert report.pack is None


def test_the_same_pack_has_the_same_report(good: bytes, world: World) -> None:
    """Nothing but pack, trust and time gets into a report."""
    trust = bare_trust(world.sm2)
    first, second = (json.dumps(as_json(judged(good, trust))) for _ in range(2))
    assert first == second
    verifier = Verifier(trust, CATALOGUE, at=NOW)
    assert json.dumps(as_json(verify_pack(verifier, "pack.asice", good))) == first


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_garbage_is_malformed_and_nothing_else(good: bytes, data: st.DataObject) -> None:
    """Bytes put in, cut out or changed anywhere: read, or malformed, and no other way to fail."""
    place = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 40))
    more = data.draw(st.binary(max_size=40))
    spoiled = good[:place] + more + good[place + length :]
    with suppress(MalformedError):
        read_pack(spoiled)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=6, max_size=6))
def test_garbage_that_is_soundly_packed_never_raises(
    good: bytes, world: World, contents: list[bytes]
) -> None:
    """Any bytes as any of the files, signed by anybody: a report, and never a good one."""

    def spoil(files: list[ContainedFile]) -> None:
        folders = ("certificates/", "revocation/", "status/", "licence.json")
        for content, folder in zip(contents, folders, strict=False):
            place = starting(files, folder)
            files[place] = replace(files[place], data=content)

    report = judged(repacked(good, spoil, world.sm2.signing), bare_trust(world.sm2))
    assert report.verdict.indication is not Indication.TOTAL_PASSED
