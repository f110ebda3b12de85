"""What the doctor advises: it fits a home, where nobody has options like --trust or --at."""

from pathlib import Path

import pytest

from eseal.reasons import Reason, ReasonCode
from licences.explanations import all_reasons
from licences.home_advice import advice_on
from licences.symptoms import RENEW_SEAL, Symptom

HOME = Path("home")


def advice(reason: ReasonCode) -> tuple[str, str]:
    """What is advised for a reason, in both languages."""
    told = advice_on(Symptom(what="x", good=False, detail="", reason=reason), HOME)
    assert told is not None
    return told


@pytest.mark.parametrize(
    "reason",
    [
        Reason.TRUST_UNREADABLE,
        Reason.UNKNOWN_ISSUER,
        Reason.NO_REVOCATION_DATA,
        Reason.REVOCATION_DATA_STALE,
        Reason.NO_SEAL_MAKERS,
        Reason.SEAL_MAKER_NOT_TRUSTED,
    ],
)
def test_what_is_missing_in_trust_is_named_with_its_folder(reason: ReasonCode) -> None:
    """The home's trust folder, not an option of a command that verifies."""
    for said in advice(reason):
        assert str(HOME / "trust") in said
        assert "--trust" not in said


def test_no_advice_on_certificates_is_for_those_who_verify() -> None:
    """Nothing of what a path can be refused for is answered with --at, or by asking an issuer."""
    asked = [each for each in Reason if "CERTIFICATE" in each or each.sub.startswith("CERTIF")]
    own = {Reason.CERTIFICATE_MALFORMED, Reason.CERTIFICATE_MISMATCH} & set(asked)
    for reason in (*(each for each in asked if each not in own), Reason.KEY_USAGE_REFUSED):
        zh, en = advice(reason)
        assert "--at" not in zh + en
        assert "颁发机构" not in zh


def test_other_reasons_keep_their_remedy() -> None:
    """What speaks of settings, keys and registers fits already; every reason has an advice."""
    assert advice(Reason.KEY_FILE_EXPOSED)[0] == Reason.KEY_FILE_EXPOSED.remedy_zh
    assert all("{" not in "".join(advice(each)) for each in all_reasons())


def test_what_has_no_reason_brings_its_own_advice() -> None:
    """A seal that ends soon is renewed; what is good needs none."""
    assert (
        advice_on(Symptom(what="x", good=False, detail="", advice=RENEW_SEAL), HOME) == RENEW_SEAL
    )
    assert advice_on(Symptom(what="x", good=True, detail=""), HOME) is None
