"""Trust bundles for tests: the good world in one file, and how to spoil one thing about it."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from eseal.certificate_making import SubjectName
from eseal.containers import ContainedFile, read_container, write_container
from eseal.signers import Signer, SoftwareSigner
from licences.authority_entries import AuthorityEntry
from licences.authority_register import AuthorityRegister, sign_register
from licences.identifiers import Uscc
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_snapshot import SealStanding, write_snapshot
from licences.trust_bundle import (
    BUNDLE_TYP,
    MANIFEST,
    BundleFile,
    BundlePolicy,
    FileKind,
    sign_bundle,
)
from tests.homes import BUSINESS, MARKET
from tests.licences.papers import good_list
from tests.statements import forged
from tests.world import DAY, NOW, SEAL_ID, SEAL_NAME, YEAR, Authority, World

PUBLISHER = "11999900MB0000086B"
"""Code of the office that publishes bundles."""

Change = Callable[[dict[str, Any]], None]


@cache
def publisher(authority: Authority) -> SoftwareSigner:
    """Make a certificate for the office that publishes bundles."""
    subject = SubjectName(
        common_name="示例市政务数据管理局（样本）",
        organisation="示例市政务数据管理局",
        organisation_code=PUBLISHER,
    )
    return authority.department(subject=subject)


def register(authority: Authority) -> bytes:
    """Sign a register by which the market regulator may issue business licences."""
    entry = AuthorityEntry(
        department=Uscc.parse(MARKET), types=frozenset({BUSINESS.type_code}), certificates=None
    )
    listed = AuthorityRegister(
        issuer=Uscc.parse(PUBLISHER), made_at=NOW - DAY, expires_at=NOW + YEAR, entries=(entry,)
    )
    return sign_register(publisher(authority), listed)


def snapshot(authority: Authority) -> bytes:
    """Write a snapshot with the department's good seal, active."""
    standing = SealStanding(
        es_id=SEAL_ID,
        owner=MARKET,
        name=SEAL_NAME,
        states=((NOW - 30 * DAY, SealState.ACTIVE),),
        objects=(hashlib.sha256(authority.good_seal.der).hexdigest(),),
    )
    return write_snapshot([standing])


@cache
def good_files(world: World) -> tuple[BundleFile, ...]:
    """Give what the good bundle has, one file of each kind at least."""
    sm2, rsa = world.sm2, world.rsa
    kinds = FileKind
    files = [
        BundleFile(kind=kinds.AUTHORITIES, name="authorities.jwt", data=register(sm2)),
        BundleFile(kind=kinds.SEALS, name="seals.json", data=snapshot(sm2)),
        BundleFile(kind=kinds.STATUS, name="status/list.jwt", data=good_list(sm2)),
        BundleFile(kind=kinds.OCSP, name="ocsps/signer.ocsp", data=sm2.ocsp()),
        BundleFile(kind=kinds.CA, name="cas/ca.cer", data=sm2.ca.certificate.dump()),
    ]
    for authority in (sm2, rsa):
        suite = authority.suite
        root, maker = authority.root.certificate.dump(), authority.maker.certificate.dump()
        files.append(BundleFile(kind=kinds.ROOT, name=f"roots/{suite}.cer", data=root))
        files.append(BundleFile(kind=kinds.MAKER, name=f"makers/{suite}.cer", data=maker))
        for name, der in zip(("ca", "root"), authority.crls(), strict=True):
            files.append(BundleFile(kind=kinds.CRL, name=f"crls/{suite}-{name}.crl", data=der))
    folder = BUSINESS.folder
    for name in ("type.toml", "schema.json"):
        path = f"types/{folder.name}/{name}"
        data = (folder / name).read_bytes()
        files.append(BundleFile(kind=kinds.TYPE, name=path, data=data))
    return tuple(files)


def bundle(
    world: World,
    signer: Signer | None = None,
    *,
    files: Sequence[BundleFile] | None = None,
    at: datetime = NOW - DAY,
    expires_at: datetime = NOW + 30 * DAY,
    policy: BundlePolicy | None = None,
) -> bytes:
    """Sign the good bundle, or one with something else about it."""
    return sign_bundle(
        signer or publisher(world.sm2),
        good_files(world) if files is None else files,
        at=at,
        expires_at=expires_at,
        policy=policy or BundlePolicy(),
    )


def payload_of(files: Sequence[BundleFile]) -> dict[str, Any]:
    """Say of files what a good manifest says."""
    return {
        "iss": PUBLISHER,
        "iat": int((NOW - DAY).timestamp()),
        "exp": int((NOW + 30 * DAY).timestamp()),
        "policy": {"max_status_age": None, "authorities_by": None},
        "files": [
            {
                "name": file.name,
                "kind": file.kind.value,
                "size": len(file.data),
                "sha256": hashlib.sha256(file.data).hexdigest(),
            }
            for file in sorted(files, key=lambda file: file.name)
        ],
    }


def forged_bundle(
    signer: Signer, files: Sequence[BundleFile], change: Change, *, typ: str = BUNDLE_TYP
) -> bytes:
    """Sign a bundle whose manifest says what no good one says."""
    payload = payload_of(files)
    change(payload)
    ordered = sorted(files, key=lambda file: file.name)
    manifest = ContainedFile(name=MANIFEST, data=forged(signer, payload, typ=typ))
    return packed([manifest, *(ContainedFile(name=each.name, data=each.data) for each in ordered)])


def packed(files: Sequence[ContainedFile]) -> bytes:
    """Write a container."""
    return write_container(files, reason=LicenceReason.BUNDLE_REFUSED)


def tampered(data: bytes, name: str) -> bytes:
    """Change one bit of one file in a container, and keep the container's form."""
    files = read_container(data, reason=LicenceReason.BUNDLE_MALFORMED)
    return packed([_flipped(each) if each.name == name else each for each in files])


def _flipped(file: ContainedFile) -> ContainedFile:
    place = len(file.data) - len(file.data) // 3
    changed = bytearray(file.data)
    changed[place] ^= 1
    return ContainedFile(name=file.name, data=bytes(changed))
