"""What is asked of an application for a seal beside its form, by who enters it and who approves it.

Rules kept: its keeper keeps seals; the picture can be read; every certificate names the owner by
the very name that the application gives, for a seal says whose it is by that name; its validity is
not over; a change changes something. Names and validity are asked again when it is approved, and
names when the seal is made or renewed, so that nothing that was entered otherwise goes through.

Pure: no register, no clock, no keys.
"""

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import x509

from eseal.certificates import read_certificate
from eseal.errors import RefusedError
from eseal.evidence import organisation_name
from licences.officers import OfficerSettings
from licences.reasons import LicenceReason
from licences.seal_application import SealApplication
from licences.seal_drafting import checked_picture
from licences.seal_history import Standing
from licences.seal_life import Power, SealState
from licences.seal_turns import instead
from licences.seal_versions import carried_on


def demand_enterable(
    application: SealApplication, officers: Iterable[OfficerSettings], *, at: datetime
) -> None:
    """Insist that what is applied for may be entered at `at`.

    Args:
        application: what is wanted.
        officers: all whom the settings name.
        at: aware; now.

    Raises:
        RefusedError: UNKNOWN_KEEPER, POWER_MISSING; or as `demand_approvable`.
        EvidenceError: SEAL_PICTURE_REFUSED.
    """
    _demand_keeper(application.keeper, tuple(officers))
    picture = application.picture
    checked_picture(picture.data, width=picture.width, height=picture.height)
    demand_approvable(application, at=at)


def demand_approvable(application: SealApplication, *, at: datetime) -> None:
    """Insist that an application could still become a seal, and one in its owner's name.

    Raises:
        RefusedError: SEAL_SIGNERS_REFUSED, SEAL_VALIDITY_REFUSED.
    """
    demand_owners_name(map(read_certificate, application.certificates), application.owner_name)
    if application.valid_until < at:
        sentence = f"有效期已过 its validity is over：{application.valid_until} < {at}"
        raise RefusedError(LicenceReason.SEAL_VALIDITY_REFUSED, sentence)


def demand_owners_name(certificates: Iterable[x509.Certificate], owner_name: str) -> None:
    """Insist that each certificate names the organisation (O) as the application names the owner.

    Raises:
        RefusedError: SEAL_SIGNERS_REFUSED.
    """
    for each in certificates:
        named = organisation_name(each)
        if named != owner_name:
            held = named or "（无名称 no name）"
            sentence = f"证书载明的单位名称是 a certificate names {held}，不是 not {owner_name}"
            raise RefusedError(LicenceReason.SEAL_SIGNERS_REFUSED, sentence, at="owner_name")


def demand_change(before: Standing, application: SealApplication) -> None:
    """Insist that a change changes something; what was rejected may be submitted as it was.

    Raises:
        RefusedError: SEAL_APPLICATION_REFUSED.
    """
    if application == carried_on(before) and before.state is not SealState.REJECTED:
        sentence = "没有变更任何内容，印章照旧 nothing is changed; the seal stays as it is"
        raise RefusedError(LicenceReason.SEAL_APPLICATION_REFUSED, sentence)


def _demand_keeper(keeper: str, officers: tuple[OfficerSettings, ...]) -> None:
    told = instead(each for each in officers if Power.KEEP in each.powers)
    found = next((each for each in officers if each.id == keeper), None)
    if found is None:
        raise RefusedError(LicenceReason.UNKNOWN_KEEPER, f"{keeper}；{told}", at="keeper")
    found.demand(Power.KEEP, instead=told)
