"""Processing of disclosures: RFC 9901's own values, nesting, arrays, decoys."""

import pytest

from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.jose.disclosures import digester, read_element, read_property, salts
from eseal.jose.processing import process
from eseal.jose.strict_json import JsonObject
from eseal.reasons import Reason
from tests.vectors.sd_jwt import digest, disclosure

# Values of RFC 9901, sections 4.2.1 to 4.2.3.
PROPERTY = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
PROPERTY_DIGEST = "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
ELEMENT = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
ELEMENT_DIGEST = "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"


def test_digests_of_the_rfc() -> None:
    """Disclosures of RFC 9901 have the digests that it gives them."""
    sha256 = digester(DigestAlgorithm.SHA256)
    found = sha256([PROPERTY.encode(), ELEMENT.encode()])
    assert found == [PROPERTY_DIGEST, ELEMENT_DIGEST]
    assert sha256([]) == []
    assert read_property(PROPERTY, at="") == ("family_name", "Möbius")
    assert read_element(ELEMENT, at="") == "FR"


def test_places_the_disclosures_of_the_rfc() -> None:
    """A property and an array's element take their places; the default digest is SHA-256."""
    payload: JsonObject = {
        "_sd": [PROPERTY_DIGEST],
        "nationalities": ["DE", {"...": ELEMENT_DIGEST}, "US"],
    }
    processed = process(payload, [PROPERTY, ELEMENT])
    assert processed.claims == {"family_name": "Möbius", "nationalities": ["DE", "FR", "US"]}
    assert processed.places == {PROPERTY: "/family_name", ELEMENT: "/nationalities/1"}
    assert processed.withheld == 0


def test_withheld_and_decoys_leave_no_trace() -> None:
    """Digests without a disclosure vanish from objects and arrays, and are counted."""
    payload: JsonObject = {
        "_sd": [PROPERTY_DIGEST, "A" * 43],
        "_sd_alg": "sha-256",
        "nationalities": [{"...": ELEMENT_DIGEST}, "US"],
        "empty": {"_sd": []},
    }
    processed = process(payload, [])
    assert processed.claims == {"nationalities": ["US"], "empty": {}}
    assert processed.withheld == 3


def test_disclosures_within_disclosures() -> None:
    """Digests in a disclosed value are followed, through objects and arrays."""
    innermost = disclosure(["salt 1", "deep"])
    inner = disclosure(["salt 2", "list", [{"...": digest(innermost)}, {"plain": None}]])
    outer = disclosure(["salt 3", "a/b~c", {"_sd": [digest(inner)]}])
    processed = process({"_sd": [digest(outer)]}, [innermost, outer, inner])
    assert processed.claims == {"a/b~c": {"list": ["deep", {"plain": None}]}}
    assert processed.places[innermost] == "/a~1b~0c/list/0"


def test_sm3_digests() -> None:
    """`_sd_alg` sm3 takes SM3, and not SHA-256."""
    by_sm3 = digester(DigestAlgorithm.SM3)([PROPERTY.encode()])
    assert process({"_sd_alg": "sm3", "_sd": [*by_sm3]}, [PROPERTY]).claims
    with pytest.raises(RefusedError) as caught:
        process({"_sd_alg": "sm3", "_sd": [PROPERTY_DIGEST]}, [PROPERTY])
    assert caught.value.reason is Reason.DISCLOSURE_NOT_COMMITTED


def test_names_the_bad_disclosure() -> None:
    """The error says which disclosure it is, not what it holds."""
    with pytest.raises(RefusedError) as caught:
        process({"_sd": [PROPERTY_DIGEST]}, [PROPERTY, ELEMENT])
    assert caught.value.at == "header/disclosures/1"
    with pytest.raises(RefusedError) as caught:
        process({"_sd": [PROPERTY_DIGEST]}, [PROPERTY, PROPERTY])
    assert caught.value.reason is Reason.DISCLOSURE_DUPLICATED
    assert caught.value.at == "header/disclosures/1"


def test_salts_are_long_and_different() -> None:
    """Each salt has 144 bits, none is like another, and another seed gives others."""
    many = list(salts(bytes(32), 20))
    assert len(set(many)) == 20
    assert {len(salt) for salt in many} == {24}
    assert not set(many) & set(salts(bytes(31) + b"\x01", 20))
