"""Issuing SD-JWTs: the same bytes from the same seed, nothing hidden told, bad claims refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.errors import EvidenceError
from eseal.jose.issuing import ClaimSet, SdJwtIssuer
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.strict_json import MAX_INTEGER, Scalar
from eseal.jose.verification import self_verify
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from tests.vectors.sd_jwt import CLAIMS, SEED, TYP
from tests.world import Authority

_scalars: st.SearchStrategy[Scalar] = (
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=12)
)
_names = st.text(min_size=1, max_size=6).map("x".__add__)
_members = st.dictionaries(_names, _scalars, max_size=4)


def test_same_seed_same_bytes(authority: Authority) -> None:
    """What is to be signed depends on signer, claims and seed only, not on the claims' order."""
    issuer = SdJwtIssuer(authority.signing, typ=TYP)
    turned = ClaimSet(
        visible=_turned(CLAIMS.visible),
        disclosable=_turned(CLAIMS.disclosable),
        nested={"fields": _turned(CLAIMS.nested["fields"])},
    )
    first = issuer.prepare(CLAIMS, seed=SEED)
    assert issuer.prepare(turned, seed=SEED) == first
    assert issuer.prepare(CLAIMS, seed=bytes(32)).signing_input != first.signing_input


def test_prepared_and_signed_is_issued(rsa_signer: SoftwareSigner) -> None:
    """Preparing and signing apart gives what issuing in one go gives (RS256 has no randomness)."""
    issuer = SdJwtIssuer(rsa_signer, typ=TYP)
    prepared = issuer.prepare(CLAIMS, seed=SEED)
    assert issuer.sign(prepared) == issuer.issue(CLAIMS, seed=SEED)


@given(visible=_members, disclosable=_members, fields=_members)
@settings(max_examples=25, deadline=None)
def test_says_what_was_put_in(
    visible: dict[str, Scalar],
    disclosable: dict[str, Scalar],
    fields: dict[str, Scalar],
    rsa_signer: SoftwareSigner,
) -> None:
    """Whatever the claims are, the document says them, and reading and writing are inverse."""
    shown = {name: value for name, value in visible.items() if name not in disclosable}
    claims = ClaimSet(
        visible={"iat": 0, **shown}, disclosable=disclosable, nested={"fields": fields}
    )
    data = SdJwtIssuer(rsa_signer, typ=TYP).issue(claims, seed=SEED)
    said = self_verify(data, rsa_signer.certificate, typ=TYP)
    assert said == {"iat": 0, **shown, **disclosable, "fields": fields}
    assert read_sd_jwt(data).flattened() == data
    assert read_sd_jwt(read_sd_jwt(data).compact()) == read_sd_jwt(data)


def test_hidden_claims_leave_digests_only(sm2_signer: SoftwareSigner) -> None:
    """The signed payload has neither names nor values of what may be withheld, digests sorted."""
    document = read_sd_jwt(SdJwtIssuer(sm2_signer, typ=TYP).issue(CLAIMS, seed=SEED))
    payload = document.signed_payload()
    assert payload.keys() == {*CLAIMS.visible, "_sd", "_sd_alg", "fields"}
    assert payload["_sd_alg"] == "sm3"
    fields: Any = payload["fields"]
    assert fields.keys() == {"_sd"}
    assert fields["_sd"] == sorted(fields["_sd"])


def test_nothing_hidden_needs_no_disclosures(rsa_signer: SoftwareSigner) -> None:
    """A document with visible claims only has no unprotected header."""
    data = SdJwtIssuer(rsa_signer, typ=TYP).issue(ClaimSet(visible={"iat": 1}), seed=SEED)
    assert b'"header"' not in data
    assert read_sd_jwt(data).claims() == {"iat": 1}


@pytest.mark.parametrize(
    "bad",
    [
        {"visible": {}},
        {"visible": {"iat": "1"}},
        {"visible": {"iat": True}},
        {"visible": {"iat": 1, "a": 1.5}},
        {"visible": {"iat": 1, "a": ["x"]}},
        {"visible": {"iat": 1, 2: "x"}},
        {"visible": {"iat": 1, "exp": 2}},
        {"visible": {"iat": 1, "_sd": "x"}},
        {"visible": {"iat": 1, "a": 1}, "disclosable": {"a": 1}},
        {"visible": {"iat": 1}, "disclosable": {"iat": 1}},
        {"visible": {"iat": 1}, "disclosable": {"cnf": "x"}},
        {"visible": {"iat": 1}, "disclosable": {"...": "x"}},
        {"visible": {"iat": 1}, "disclosable": {"a": {"b": 1}}},
        {"visible": {"iat": 1}, "disclosable": {"fields": 1}, "nested": {"fields": {}}},
        {"visible": {"iat": 1}, "nested": {"fields": {"_sd": "x"}}},
        {"visible": {"iat": 1}, "nested": {"fields": {"_sd_alg": "x"}}},
        {"visible": {"iat": 1}, "nested": {"fields": {"a": b"x"}}},
    ],
)
def test_refuses_claims_that_could_not_be_read_back(bad: dict[str, Any]) -> None:
    """Reserved and doubled names, conditions, a missing time and values of other types."""
    with pytest.raises(EvidenceError) as caught:
        ClaimSet(**bad)
    assert caught.value.reason is Reason.MALFORMED_SD_JWT


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800"])
def test_refuses_values_out_of_bounds(value: Scalar, rsa_signer: SoftwareSigner) -> None:
    """Integers from 2^53 and lone surrogates are refused before anything is signed."""
    issuer = SdJwtIssuer(rsa_signer, typ=TYP)
    for claims in (
        ClaimSet(visible={"iat": 1, "a": value}),
        ClaimSet(visible={"iat": 1}, disclosable={"a": value}),
    ):
        with pytest.raises(EvidenceError) as caught:
            issuer.prepare(claims, seed=SEED)
        assert caught.value.reason is Reason.MALFORMED_JSON


def test_refuses_a_short_seed(rsa_signer: SoftwareSigner) -> None:
    """Salts need 32 bytes of randomness."""
    with pytest.raises(EvidenceError) as caught:
        SdJwtIssuer(rsa_signer, typ=TYP).prepare(CLAIMS, seed=bytes(31))
    assert caught.value.reason is Reason.MALFORMED_SD_JWT


def _turned(members: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return dict(reversed([*members.items()]))
