"""The quick check before release: passes what was to be issued, and nothing else.

That it passes no defective document is tested with the vectors, in `test_verify`.
"""

import re

import pytest

from eseal.cms import CmsTemplate
from eseal.errors import RefusedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.selfcheck import self_verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason, ReasonCode
from tests.rendered import ATTACHED
from tests.vectors.pdf import IDENTIFIER, PdfForge, replace_last
from tests.world import DAY, NOW, World

ATTACHMENTS = {"licence.json": ATTACHED.encode()}


def check(data: bytes, cms: CmsTemplate) -> ReasonCode:
    """The reason for which the quick check refuses."""
    with pytest.raises(RefusedError) as caught:
        self_verify_pdf(data, cms, identifier=IDENTIFIER, attached=ATTACHMENTS)
    return caught.value.reason


def test_passes_what_was_to_be_issued(forge: PdfForge) -> None:
    """What the writer makes passes, of each suite."""
    self_verify_pdf(forge.good, forge.cms, identifier=IDENTIFIER, attached=ATTACHMENTS)


def test_passes_without_expectations(rsa_forge: PdfForge) -> None:
    """Without being told what was to be issued it judges signature and form alone."""
    self_verify_pdf(rsa_forge.good, rsa_forge.cms)
    signed = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW)
    self_verify_pdf(signed, rsa_forge.cms)


def test_refuses_a_missing_identifier(rsa_forge: PdfForge) -> None:
    """A file that was to have an identifier and has none is refused."""
    signed = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW)
    assert check(signed, rsa_forge.cms) is Reason.CONTENT_MISMATCH


@pytest.mark.parametrize(
    ("identifier", "attached"),
    [
        (IDENTIFIER + "2", ATTACHMENTS),
        (IDENTIFIER, {}),
        (IDENTIFIER, {"licence.json": ATTACHED.encode() + b" "}),
        (IDENTIFIER, {"licence.json": ATTACHED.encode()[:-1]}),
        (IDENTIFIER, {**ATTACHMENTS, "other.json": b""}),
    ],
)
def test_refuses_other_content(
    rsa_forge: PdfForge, identifier: str | None, attached: dict[str, bytes]
) -> None:
    """Another identifier, another attachment, one missing or one too many is refused."""
    with pytest.raises(RefusedError) as caught:
        self_verify_pdf(rsa_forge.good, rsa_forge.cms, identifier=identifier, attached=attached)
    assert caught.value.reason is Reason.CONTENT_MISMATCH


def test_refuses_another_signers_document(forge: PdfForge, world: World) -> None:
    """A sound document of another certificate, even for the same key, is refused."""
    other = CmsTemplate(world.authority(forge.authority.suite).department(not_after=NOW + DAY))
    assert check(forge.good, other) is Reason.SIGNATURE_MALFORMED


def test_refuses_a_wrong_signature(forge: PdfForge) -> None:
    """A CMS of the right shape whose signature value is wrong is refused."""

    def make(digest: bytes) -> bytes:
        return forge.cms.assemble(digest, forge.authority.ca.sign(b""))

    assert check(forge.spoil(make), forge.cms) is Reason.SIGNATURE_INVALID


def test_refuses_what_the_general_writer_makes(rsa_forge: PdfForge) -> None:
    """A sound file of another shape is not for the quick check."""
    foreign = sign_foreign_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW)
    assert check(foreign, rsa_forge.cms) is Reason.SIGNATURE_MALFORMED


def test_refuses_what_stands_behind_the_signature(rsa_forge: PdfForge) -> None:
    """Covered, but not where the writer puts anything: an object between signature and table."""
    table = rsa_forge.good.rindex(b"xref\n", 0, rsa_forge.good.rindex(b"startxref"))
    more = rsa_forge.good[:table] + b"99 0 obj\n1\nendobj\n" + rsa_forge.good[table:]
    assert check(rsa_forge.seal(more), rsa_forge.cms) is Reason.SIGNATURE_MALFORMED


def test_refuses_an_unsigned_file(rsa_forge: PdfForge) -> None:
    """The rendered file itself is refused."""
    assert check(rsa_forge.rendered, rsa_forge.cms) is Reason.UNSIGNED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Fields[", b"/Fieldz["),
        (b"/FT/Sig", b"/FT/Btn"),
        (b"/T(Signature1)", b"/Kids[](ature)"),
        (b"/Prev ", b"/Prev 1"),
        (b"/V ", b"/U "),
        (b"(licence.json)", b"<licence.json>"),
        (b"/FlateDecode", b"/FlateDecode"),
    ],
)
def test_refuses_another_shape(rsa_forge: PdfForge, old: bytes, new: bytes) -> None:
    """What is signed well but built otherwise than the writer builds is refused."""
    if old == new:
        start = re.search(rb"/EmbeddedFile/.*?stream\n", rsa_forge.good, re.DOTALL)
        assert start is not None
        place = start.end()
        changed = rsa_forge.good[:place] + b"\0" + rsa_forge.good[place + 1 :]
    else:
        changed = replace_last(rsa_forge.good, old, new)
    check(rsa_forge.seal(changed), rsa_forge.cms)


def test_reads_plain_attachments(rsa_forge: PdfForge) -> None:
    """An attachment that is not compressed is read as it stands."""
    plain = re.sub(
        rb"(/EmbeddedFile)/Filter/FlateDecode",
        lambda found: found[1] + b"".ljust(len(found[0]) - len(found[1])),
        rsa_forge.good,
    )
    content = re.search(rb"/EmbeddedFile.*?stream\n(.*?)\nendstream", plain, re.DOTALL)
    assert content is not None
    self_verify_pdf(
        rsa_forge.seal(plain),
        rsa_forge.cms,
        identifier=IDENTIFIER,
        attached={"licence.json": content[1]},
    )
