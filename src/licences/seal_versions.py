"""What a seal says as it was made and as it is applied for, and in what the two differ.

Rule kept: what is applied for is compared with the seal object that there is, renewed certificates
included, not with an application that was rejected meanwhile; before the first, with the
application before.

Pure: no register, no clock, no keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from eseal.certificates import read_certificate
from eseal.evidence import common_name, organisation_identifier
from eseal.seals.model import SignerList
from eseal.seals.reading import read_seal
from licences.seal_application import SealApplication, signer_list
from licences.seal_history import Standing
from licences.seal_life import SealAction


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a version of a seal says, and who may use it.

    Attributes:
        version: its number.
        application: what was applied for.
        signers: as a seal object lists them; of one that was made, its own list.
    """

    version: int
    application: SealApplication
    signers: SignerList


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field that differs, such as `keeper`, with one text or, of signers, several; for people."""

    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def made(standing: Standing) -> Content | None:
    """Give what the seal object says that there is; `None` before the first."""
    if standing.made is None or standing.esl is None:
        return None
    return Content(
        version=standing.made.number,
        application=standing.made.application,
        signers=read_seal(standing.esl).signers,
    )


def wanted(standing: Standing) -> Content:
    """Give what the version in question is to say, as it was applied for."""
    application = standing.version.application
    certificates = map(read_certificate, application.certificates)
    return Content(
        version=standing.version.number,
        application=application,
        signers=signer_list(certificates, application.listing, application.suite),
    )


def is_pending(standing: Standing) -> bool:
    """Tell whether other content is applied for than what was made."""
    return standing.made is not None and standing.made.number != standing.version.number


def carried_on(standing: Standing) -> SealApplication:
    """Give what a change goes on from: the version in question, its certificates as renewed.

    Of a seal that lists digests renewed certificates are not known; see `lists_its_own`.
    """
    application, there = standing.version.application, made(standing)
    if there is None or is_pending(standing) or not there.signers.certificates:
        return application
    return replace(application, certificates=there.signers.certificates)


def lists_its_own(standing: Standing) -> bool:
    """Tell whether the certificates that a change goes on from are those that the seal lists."""
    there = made(standing)
    if there is None or is_pending(standing):
        return True
    listed = map(read_certificate, carried_on(standing).certificates)
    return all(there.signers.lists(each) for each in listed)


def pending_differences(standing: Standing) -> tuple[Difference, ...]:
    """Tell in what the change that is applied for differs from the seal that there is."""
    there = made(standing)
    if there is None or not is_pending(standing):
        return ()
    return differences(there, wanted(standing))


def changed_by(
    action: SealAction, before: Standing | None, after: Standing
) -> tuple[Difference, ...]:
    """Tell what a change or a renewal changes; nothing of other actions, which change the state."""
    if before is None:
        return ()
    there = made(before)
    match action:
        case SealAction.CHANGE:
            return differences(there or wanted(before), wanted(after))
        case SealAction.RENEW if there is not None and (renewed := made(after)) is not None:
            return differences(there, renewed)
        case _:
            return ()


def differences(old: Content, new: Content) -> tuple[Difference, ...]:
    """Compare two versions field by field."""
    before, after = _texts(old), _texts(new)
    return tuple(
        Difference(field=field, old=before[field], new=after[field])
        for field in before
        if before[field] != after[field]
    )


def _texts(content: Content) -> Mapping[str, tuple[str, ...]]:
    said, picture = content.application, content.application.picture
    digest = hashlib.sha256(picture.data).hexdigest()
    return {
        "owner_name": (said.owner_name,),
        "name": (said.name,),
        "kind": (said.kind.value,),
        "keeper": (said.keeper,),
        "issuing": ("是 yes" if said.issuing else "否 no",),
        "valid_from": (str(said.valid_from),),
        "valid_until": (str(said.valid_until),),
        "picture": (f"{picture.kind} {picture.width} × {picture.height} mm SHA-256 {digest}",),
        "signers": _signers(content.signers),
    }


def _signers(listed: SignerList) -> tuple[str, ...]:
    certificates = map(read_certificate, listed.certificates)
    return (
        *(
            f"{common_name(each)} {organisation_identifier(each) or ''} "
            f"序列号 serial {each.serial_number:x} SHA-256 {each.sha256.hex()}"
            for each in certificates
        ),
        *(f"{each.kind} {each.value.hex()}" for each in listed.digests),
    )
