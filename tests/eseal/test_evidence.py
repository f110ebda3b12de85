"""What a signature says about itself is read from its certificate."""

from eseal.certificate_making import SubjectName
from eseal.evidence import SignatureKind, signature_info
from tests.world import NOW, Authority


def test_reads_names_and_digests(authority: Authority) -> None:
    """Common name, organisation identifier, serial and digest come from the certificate."""
    certificate = authority.signing.certificate
    info = signature_info(certificate, "sm2-sm3", NOW, kind=SignatureKind.PADES, field="Signature1")
    assert info.signer == "示例市市场监督管理局（样本）"
    assert info.organisation_identifier == "11999900MB0000000G"
    assert int(info.certificate_serial, 16) == certificate.serial_number
    assert bytes.fromhex(info.certificate_sha256) == certificate.sha256
    assert (info.claimed_time, info.field) == (NOW, "Signature1")


def test_tells_nothing_that_is_not_there(authority: Authority) -> None:
    """Without an organisation identifier or a claimed time, neither is told."""
    subject = SubjectName(common_name="样本", organisation="示例")
    certificate = authority.department(subject=subject).certificate
    info = signature_info(certificate, "sm2-sm3", None, kind=SignatureKind.SD_JWT)
    assert info.organisation_identifier is None
    assert info.claimed_time is None
