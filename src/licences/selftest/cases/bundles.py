"""Trust bundles as files: the good one is enough to judge by; no other is opened at all."""

from typing import Final

from licences.licence_life import Standing
from licences.reasons import LicenceReason
from licences.selftest.authority import AT, SECOND, Impostor
from licences.selftest.carriers import STATUS_NAME, added, ask_by_bundle, bundle, exchanged
from licences.selftest.office import Office
from licences.selftest.statements import status_list
from licences.selftest.table import AUTHORISED, OF_JSON, Cases, Question

CASES: Final = Cases()


@CASES.good("信任包：所需的都在其中", "a trust bundle with all of it", *OF_JSON, *AUTHORISED)
def _good_bundle(office: Office) -> Question:
    return ask_by_bundle(office, bundle(office))


@CASES.good("信任包：最后一秒", "a trust bundle in its last second", *OF_JSON, *AUTHORISED)
def _bundle_in_its_last_second(office: Office) -> Question:
    return ask_by_bundle(office, bundle(office, expires_at=AT))


@CASES.refused("信任包已过期", "a trust bundle that has ended", LicenceReason.BUNDLE_EXPIRED)
def _bundle_ended(office: Office) -> Question:
    return ask_by_bundle(office, bundle(office, expires_at=AT - SECOND))


@CASES.refused("信任包由别人签名", "a trust bundle of somebody else", LicenceReason.BUNDLE_STRANGER)
def _bundle_of_another(office: Office) -> Question:
    return ask_by_bundle(office, bundle(office, signer=office.signer))


@CASES.refused(
    "信任包用别的私钥签名", "a trust bundle signed with another key", LicenceReason.BUNDLE_ALTERED
)
def _bundle_by_another_key(office: Office) -> Question:
    impostor = Impostor(shown=office.other_signer, signs=office.company)
    return ask_by_bundle(office, bundle(office, signer=impostor))


@CASES.refused(
    "信任包中的状态列表被换成别的",
    "a trust bundle with another list put in",
    LicenceReason.BUNDLE_ALTERED,
)
def _bundle_member_exchanged(office: Office) -> Question:
    made = bundle(office, status=status_list(office, Standing.REVOKED))
    return ask_by_bundle(office, exchanged(made, STATUS_NAME, status_list(office)))


@CASES.refused(
    "信任包中多了一个文件", "a trust bundle with one file more", LicenceReason.BUNDLE_MALFORMED
)
def _bundle_member_unlisted(office: Office) -> Question:
    root = office.stranger.root.certificate.dump()
    return ask_by_bundle(office, added(bundle(office), "roots/stranger.cer", root))
