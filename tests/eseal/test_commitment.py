"""What a CMS signature says that its signer commits to."""

import pytest
from asn1crypto import core

from eseal.cms import CmsTemplate, Commitment
from eseal.errors import MalformedError
from eseal.oids import COMMITMENT_TYPE_INDICATION
from eseal.reasons import Reason
from eseal.signed_data import read_signed_data
from tests.world import Authority


@pytest.mark.parametrize("commitment", [None, *Commitment])
def test_a_commitment_is_read_as_it_was_made(
    authority: Authority, commitment: Commitment | None
) -> None:
    """Origin, approval or nothing: signed, and told to who reads it."""
    template = CmsTemplate(authority.signing, commitment=commitment)
    der = template.build(bytes(32))
    template.check(der, bytes(32))
    assert read_signed_data(der).commitment == commitment


ORIGIN = core.ObjectIdentifier(Commitment.ORIGIN.value).dump()


@pytest.mark.parametrize(
    "values",
    [[ORIGIN, ORIGIN], [b""], [ORIGIN + ORIGIN]],
    ids=["two values", "none inside", "two inside"],
)
def test_more_or_less_than_one_commitment_is_refused(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, values: list[bytes]
) -> None:
    """An attribute of two values, or that names two or nothing, is SIGNATURE_MALFORMED."""

    def spoilt(_commitment: Commitment) -> bytes:
        inside = b"".join(der(0x30, each) for each in values)
        name = core.ObjectIdentifier(COMMITMENT_TYPE_INDICATION).dump()
        return der(0x30, name + der(0x31, inside))

    monkeypatch.setattr("eseal.cms.commitment_attribute", spoilt)
    template = CmsTemplate(authority.signing, commitment=Commitment.ORIGIN)
    with pytest.raises(MalformedError) as caught:
        read_signed_data(template.build(bytes(32)))
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def der(tag: int, content: bytes) -> bytes:
    """Encode a short value."""
    return bytes((tag, len(content))) + content
