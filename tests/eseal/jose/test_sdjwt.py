"""SD-JWTs as values: both serializations, presenting a part, the claimed time."""

from datetime import UTC, datetime

import pytest

from eseal.errors import MalformedError, RefusedError
from eseal.jose.sdjwt import SdJwt, claimed_time, read_sd_jwt
from eseal.reasons import Reason
from tests.vectors.sd_jwt import SAID, Forge, digest, disclosure
from tests.world import World


@pytest.fixture(scope="session")
def forge(world: World) -> Forge:
    """Documents by the RSA department."""
    return Forge(world)


def test_both_serializations_are_the_same_document(forge: Forge) -> None:
    """Flattened and compact give the same parts, and are written as they were read."""
    document = read_sd_jwt(forge.good)
    assert document.flattened() == forge.good
    assert read_sd_jwt(document.compact()) == document
    assert read_sd_jwt(document.compact()).compact() == document.compact()
    for end in (b"\n", b"\r\n"):
        assert read_sd_jwt(document.compact() + end) == document


def test_spelling_of_the_outer_object_is_free(forge: Forge) -> None:
    """White space and order of the outer object carry nothing; empty disclosures are none."""
    outer = forge.good.replace(b'{"header"', b' {\n "header"').replace(
        b'"payload":', b'"payload" : '
    )
    assert read_sd_jwt(outer + b"\n") == forge.parts
    assert read_sd_jwt(forge.write({"header": {"disclosures": []}})).disclosures == ()


def test_presents_a_part(forge: Forge) -> None:
    """What is not named is withheld; the signed part stays byte for byte."""
    part = forge.parts.present({"/fields/capital", "/number"})
    assert part.signing_input == forge.parts.signing_input
    said = {name: value for name, value in SAID.items() if name != "holder"}
    assert part.claims() == {**said, "fields": {"capital": "壹佰万元"}}


def test_presents_nothing_more_than_is_visible(forge: Forge) -> None:
    """With nothing named, the document has no disclosures and no unprotected header."""
    bare = forge.parts.present(())
    assert bare.disclosures == ()
    assert b'"header"' not in bare.flattened()
    assert bare.claims()["fields"] == {}


def test_presents_what_encloses_the_part(forge: Forge) -> None:
    """A nested disclosure takes the enclosing ones with it, and not its neighbours."""
    inner = [disclosure(["salt", name, 1]) for name in ("a", "ab")]
    outer = disclosure(["salt", "box", {"_sd": [*map(digest, inner)]}])
    document = read_sd_jwt(forge.sign(change={"_sd": [digest(outer)]}, disclosures=(*inner, outer)))
    assert document.present(["/box/a"]).disclosures == (inner[0], outer)
    assert document.present(["/box"]).claims()["box"] == {}


@pytest.mark.parametrize("place", ["/name", "/fields", "/nothing", "holder", ""])
def test_presents_only_what_there_is(place: str, forge: Forge) -> None:
    """A place without a disclosure of its own, visible or not there, is refused."""
    with pytest.raises(RefusedError) as caught:
        forge.parts.present([place])
    assert caught.value.reason is Reason.DISCLOSURE_NOT_COMMITTED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"payload":"","signature":""}', "成员不对，应有 payload, protected, signature，"),
        (
            b'{"payload":"","protected":"","signature":"","header":{}}',
            "header 只可有 disclosures, etsiU: ",
        ),
    ],
)
def test_what_belongs_there_is_told_in_both_languages(data: bytes, told: str) -> None:
    """As names one after another, and in no programming language's form."""
    with pytest.raises(MalformedError) as caught:
        read_sd_jwt(data)
    assert caught.value.sentence.startswith(told)
    assert "[" not in caught.value.sentence


def test_value_holds_base64url_only() -> None:
    """A value that exists can be written in either serialization."""
    with pytest.raises(MalformedError) as caught:
        SdJwt(protected="AA", payload="A.A", signature="")
    assert caught.value.reason is Reason.MALFORMED_SD_JWT


def test_claimed_time_is_utc() -> None:
    """`iat` is seconds since 1970, in UTC; the last one read lies in the year 9999."""
    assert claimed_time({"iat": 0}) == datetime(1970, 1, 1, tzinfo=UTC)
    assert claimed_time({"iat": 253402214400}) == datetime(9999, 12, 31, tzinfo=UTC)
    assert claimed_time({}) is None
    with pytest.raises(MalformedError):
        claimed_time({"iat": -1})
