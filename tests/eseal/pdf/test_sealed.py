"""Sealed PDFs: good ones pass every check, each defect has its own finding."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.certificates import to_pem
from eseal.oids import SEAL_SIGNATURE
from eseal.pdf.marks import MarkCheck
from eseal.pdf.reader import OpenPdf
from eseal.pdf.structure import SignatureDictionary, read_signature_dictionary
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.report import Check, Finding, Indication, Outcome, judge
from eseal.seals.checks import SealCheck
from eseal.seals.reading import read_seal_signature
from eseal.signed_data import read_signed_data
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.vectors import seal_asn1
from tests.vectors.after_sealing import GOOD, VECTORS, Vector, bare, seal_behind_a_seal
from tests.vectors.sealed_pdf import USES, Case, SealedForge, SealingTemplate, SealUse
from tests.world import NOW, World

pytestmark = pytest.mark.unmeasured

ALL_CHECKS: list[StrEnum] = [*Check, *SealCheck, *MarkCheck]


def finding(evidence: PdfEvidence, check: StrEnum) -> Finding:
    """The finding of a check."""
    (found,) = [one for one in evidence.findings if one.check is check]
    return found


def not_passed(evidence: PdfEvidence) -> set[StrEnum]:
    """The checks that did not pass."""
    return {one.check for one in evidence.findings if one.outcome is not Outcome.PASSED}


def put_on(forge: SealedForge, case: Case, way: str) -> bytes:
    """Put a use of a seal on a document."""
    template = SealingTemplate(forge.stamp, case.use, case.signer)
    if way == "rendered":
        return forge.write(template, at=case.at)
    return forge.stamp_on(template, at=case.at)


@pytest.mark.parametrize("way", ["rendered", "any"])
def test_good_ones_pass(sealed_forge: SealedForge, way: str) -> None:
    """A good use passes every check, whichever writer put it on, and tells of the seal."""
    pdf = put_on(sealed_forge, Case(use=sealed_forge.use()), way)
    evidence = verify_pdf(pdf, judge=sealed_forge.judge)
    assert [one.check for one in evidence.findings] == ALL_CHECKS
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    (seal,) = evidence.seals
    assert [one.check for one in seal.findings] == list(SealCheck)
    assert seal.info.name == "示例市市场监督管理局电子证照专用章（样本）"


@pytest.mark.parametrize("way", ["rendered", "any"])
@pytest.mark.parametrize("vector", USES, ids=lambda vector: vector.name)
def test_each_defect_has_its_finding(sealed_forge: SealedForge, vector: SealUse, way: str) -> None:
    """A seal with one defect gets its outcome and reason; the other checks pass, or are told."""
    if sealed_forge.authority.suite not in vector.suites:
        pytest.skip("a matter of the other suite")
    case = vector.make(sealed_forge)
    pdf = put_on(sealed_forge, case, way)
    path_judge = sealed_forge.judge_with(case.trust) if case.trust else sealed_forge.judge
    evidence = verify_pdf(pdf, judge=path_judge)
    found = finding(evidence, vector.check)
    assert (found.outcome, found.reason) == (vector.outcome, vector.reason)
    assert not_passed(evidence) - {MarkCheck.MARKS} == {vector.check, *vector.also}
    assert judge(evidence.findings).indication is not Indication.TOTAL_PASSED


@pytest.mark.parametrize("make", GOOD, ids=lambda make: make.__name__)
def test_good_documents_pass(
    sealed_forge: SealedForge, make: Callable[[SealedForge], bytes]
) -> None:
    """What may be shown, and what may come behind a seal, passes every check."""
    evidence = verify_pdf(make(sealed_forge), judge=sealed_forge.judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED, evidence.findings


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_document_has_its_finding(sealed_forge: SealedForge, vector: Vector) -> None:
    """A document with one defect gets the outcome and reason of that defect, and never passes."""
    evidence = verify_pdf(vector.make(sealed_forge), judge=sealed_forge.judge)
    found = finding(evidence, vector.check)
    assert (found.outcome, found.reason) == (vector.outcome, vector.reason), evidence.findings
    deciding = judge(evidence.findings).deciding
    assert deciding is not None
    assert (deciding.outcome, deciding.reason) == (vector.outcome, vector.reason)


@pytest.mark.parametrize("make", [seal_behind_a_seal, bare], ids=lambda make: make.__name__)
@given(data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_changed_byte_verifies(
    make: Callable[[SealedForge], bytes], rsa_sealed: SealedForge, data: st.DataObject
) -> None:
    """One byte changed, anywhere in a sealed PDF: never passed, never anything but a report."""
    pdf = _made(make, rsa_sealed)
    place = data.draw(
        st.one_of(st.integers(0, len(pdf) - 1), st.integers(len(rsa_sealed.rendered), len(pdf) - 1))
    )
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != pdf[place]))
    evidence = verify_pdf(pdf[:place] + bytes((byte,)) + pdf[place + 1 :], judge=rsa_sealed.judge)
    assert judge(evidence.findings).indication is not Indication.TOTAL_PASSED


@cache
def _made(make: Callable[[SealedForge], bytes], forge: SealedForge) -> bytes:
    return make(forge)


def test_openssl_verifies_what_is_in_it(world: World, tmp_path: Path) -> None:
    """OpenSSL verifies the three signatures in a sealed SM2 PDF, under the default user ID.

    The maker's over the seal, the signer's over its use, and the signer's over the CMS's
    attributes: each taken out of the file.
    """
    forge = SealedForge(world.sm2)
    (field,) = OpenPdf(forge.good).signature_fields()
    dictionary = read_signature_dictionary(forge.good, field.offset)
    assert isinstance(dictionary, SignatureDictionary)
    signed = read_signed_data(dictionary.contents)
    assert signed.seal_signature is not None
    used = read_seal_signature(signed.seal_signature)
    seal = used.seal
    for certificate, data, value in (
        (seal.maker, seal.signed_bytes, seal.signature),
        (used.signer, used.signed_bytes, used.signature),
        (signed.certificate, signed.signed_bytes, signed.signature),
    ):
        (tmp_path / "certificate.pem").write_bytes(to_pem(certificate))
        good, key = openssl("x509", "-in", tmp_path / "certificate.pem", "-noout", "-pubkey")
        assert good
        (tmp_path / "key.pem").write_text(key)
        (tmp_path / "data").write_bytes(data)
        (tmp_path / "value").write_bytes(value)
        asked = ("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key.pem", "-rawin")
        digest = ("-digest", "sm3", "-pkeyopt", DEFAULT_USER_ID)
        files = ("-in", tmp_path / "data", "-sigfile", tmp_path / "value")
        assert openssl(*asked, *digest, *files) == (True, "Signature Verified Successfully\n")


def test_asn1crypto_reads_the_seal(sealed_forge: SealedForge) -> None:
    """Another reader finds the same digest, time and range in the seal's signature."""
    (field,) = OpenPdf(sealed_forge.good).signature_fields()
    dictionary = read_signature_dictionary(sealed_forge.good, field.offset)
    assert isinstance(dictionary, SignatureDictionary)
    attributes = cms.ContentInfo.load(dictionary.contents)["content"]["signer_infos"][0]
    values = {one["type"].dotted: one["values"] for one in attributes["signed_attrs"]}
    (carried,) = values[SEAL_SIGNATURE]
    tbs = seal_asn1.Signature.load(carried.dump())["to_sign"].parse(spec=seal_asn1.Tbs)
    assert tbs["data_hash"].native == values["1.2.840.113549.1.9.4"][0].native
    assert tbs["time_info"].native == NOW
    assert tbs["property_info"].native == "/ByteRange[{} {} {} {}]".format(*dictionary.byte_range)
