"""An application that exists is acceptable by itself, and is kept byte for byte."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from eseal.algorithms import Suite
from eseal.cli.kinds import KINDS
from eseal.cli.options import ListKind
from eseal.errors import EvidenceError
from eseal.pictures.design import SealKind
from licences.demo_authority import DemoAuthority
from licences.reasons import LicenceReason
from licences.seal_application import MOST_VALID, Listing, SealApplication
from licences.seal_drafting import design_text, read_design
from licences.seal_life import SealAction, SealState
from licences.seal_terms import ACTIONS, STATES
from tests.command import speaks_chinese_first
from tests.licences.seal_world import application, design
from tests.world import NOW, SECOND


@pytest.mark.parametrize("suite", list(Suite), ids=str)
def test_reads_what_it_wrote(demo_authority: DemoAuthority, suite: Suite) -> None:
    """An application is written in one form, and read back the same."""
    wanted = application(demo_authority, suite)
    assert SealApplication.parse(wanted.to_bytes()) == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"owner":', b'"holder":'),
        (b'"kind":"special"', b'"kind":"nothing"'),
        (b'"issuing":true', b'"issuing":1'),
        (b'"certificates":[', b'"certificates":["!!",'),
        (b'"design":"', b'"design":7,"x":"'),
        (b'"picture":["SVG",40', b'"picture":["SVG","40"'),
        (b"{", b" {"),
    ],
)
def test_reads_nothing_else(demo_authority: DemoAuthority, old: bytes, new: bytes) -> None:
    """SEAL_APPLICATION_REFUSED or a reason of JSON: other bytes are no application."""
    data = application(demo_authority).to_bytes()
    assert old in data
    with pytest.raises(EvidenceError):
        SealApplication.parse(data.replace(old, new, 1))


def test_refuses_what_is_not_acceptable(demo_authority: DemoAuthority) -> None:
    """SEAL_APPLICATION_REFUSED: texts and the keeper have their form."""
    good = application(demo_authority)
    for change in (
        partial(replace, good, name=""),
        partial(replace, good, name="字" * 61),
        partial(replace, good, owner_name=" x"),
        partial(replace, good, owner_name="示例\u3164市"),
        partial(replace, good, keeper="经办"),
    ):
        with pytest.raises(EvidenceError) as caught:
            change()
        assert caught.value.reason is LicenceReason.SEAL_APPLICATION_REFUSED
    with pytest.raises(EvidenceError) as caught:
        replace(good, owner="11999900MB0000000X")
    assert caught.value.reason is LicenceReason.USCC_CHECK


@pytest.mark.parametrize("length", [timedelta(0), MOST_VALID + SECOND])
def test_refuses_an_unlikely_validity(demo_authority: DemoAuthority, length: timedelta) -> None:
    """SEAL_VALIDITY_REFUSED: it ends after it begins, and within five years."""
    good = application(demo_authority)
    with pytest.raises(EvidenceError) as caught:
        replace(good, valid_from=NOW, valid_until=NOW + length)
    assert caught.value.reason is LicenceReason.SEAL_VALIDITY_REFUSED


def test_a_time_without_a_zone_is_a_mistake(demo_authority: DemoAuthority) -> None:
    """A naive time is a programming error, as everywhere."""
    with pytest.raises(ValueError, match="time zone"):
        replace(application(demo_authority), valid_from=datetime(2026, 1, 1))  # noqa: DTZ001


def test_lists_only_the_owners_certificates(demo_authority: DemoAuthority) -> None:
    """SEAL_SIGNERS_REFUSED: none, one twice, another's, or of another suite."""
    good, rsa = application(demo_authority), application(demo_authority, Suite.RSA)
    for certificates in (
        (),
        good.certificates * 2,
        rsa.certificates,
        good.issuers,
        (b"no certificate",),
    ):
        with pytest.raises(EvidenceError) as caught:
            replace(good, certificates=certificates)
        assert caught.value.reason is LicenceReason.SEAL_SIGNERS_REFUSED
        assert speaks_chinese_first(caught.value)
        assert "None" not in caught.value.sentence


def test_a_design_is_kept_beside_its_picture() -> None:
    """A design is read back as it was written, measures included."""
    assert read_design(design_text(design())) == design()


def test_the_command_line_knows_every_word() -> None:
    """Kinds, listings, states and actions have their names on the command line."""
    assert [each.value for each in ListKind] == [each.value for each in Listing]
    assert set(KINDS) == {each.value for each in SealKind}
    assert set(STATES) == {each.value for each in SealState}
    assert set(ACTIONS) == {each.value for each in SealAction}
