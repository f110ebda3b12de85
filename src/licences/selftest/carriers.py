"""Files that carry others, for the self-test: trust bundles and audit packs, good ones and spoiled.

A bundle is the other department's, and has all that judging the sample licence takes. A pack is
packed by a company that has no say in licences; it is judged by roots and seal makers alone.
"""

from dataclasses import replace
from datetime import datetime

from eseal.asic import read_asic, write_asic
from eseal.containers import ContainedFile, read_container, write_container
from eseal.reasons import Reason
from eseal.signers import Signer
from licences.audit_pack import MAX_PACK_BYTES
from licences.bundle_pins import pins_of
from licences.licence_life import Standing
from licences.pack_making import make_pack
from licences.selftest.authority import AT, DAY, SIGNED
from licences.selftest.office import Office
from licences.selftest.papers import json_paper
from licences.selftest.statements import register, status_list
from licences.selftest.table import Question
from licences.status_files import read_statuses
from licences.trust_bundle import BundleFile, BundlePolicy, FileKind, sign_bundle
from licences.verification import Verifier

STATUS_NAME = "status/list.jwt"


def bundle(
    office: Office,
    *,
    signer: Signer | None = None,
    status: bytes | None = None,
    expires_at: datetime = AT + DAY,
) -> bytes:
    """Sign the good bundle, or one with something else about it.

    Args:
        office: whose world it is of.
        signer: who signs it instead.
        status: another status list.
        expires_at: after when it says nothing.
    """
    return sign_bundle(
        signer or office.other_signer,
        _files(office, status or status_list(office)),
        at=SIGNED,
        expires_at=expires_at,
        policy=BundlePolicy(),
    )


def ask_by_bundle(office: Office, data: bytes, *believed: Signer) -> Question:
    """Ask about the sample licence with a bundle; by default its good publisher is believed."""
    pins = pins_of(each.certificate for each in believed or (office.other_signer,))
    return Question(data=json_paper(office), trust=office.trust, bundle=data, pins=pins)


def pack(
    office: Office,
    licence: bytes | None = None,
    *,
    standing: Standing = Standing.VALID,
) -> bytes:
    """Pack the sample licence, or another, with a list in which it stands so."""
    sources = read_statuses([("status", status_list(office, standing))])
    made = make_pack(
        licence or json_paper(office),
        verifier=Verifier(office.trust, office.catalogue, at=AT, statuses=sources),
        statuses=sources,
        signer=office.company,
        at=AT,
    )
    return made.data


def signed_by(signer: Signer, data: bytes) -> bytes:
    """Sign a pack anew, as somebody else would."""
    container = read_asic(data, max_bytes=MAX_PACK_BYTES)
    return write_asic(container.files, root=container.root, signer=signer, at=AT)


def ask_of_pack(office: Office, data: bytes) -> Question:
    """Ask about a pack, years after all that is not in it is gone: roots and makers are left."""
    bare = replace(office.trust, intermediates=(office.maker.certificate,), crls=())
    return Question(data=data, trust=bare)


def exchanged(data: bytes, name: str, content: bytes) -> bytes:
    """Put other content into a file of a container, which stays in its form."""
    files = read_container(data, reason=Reason.CONTAINER_MALFORMED)
    others = (replace(each, data=content) if each.name == name else each for each in files)
    return write_container(others, reason=Reason.CONTAINER_MALFORMED)


def added(data: bytes, name: str, content: bytes) -> bytes:
    """Put one more file at the end of a container, which stays in its form."""
    files = read_container(data, reason=Reason.CONTAINER_MALFORMED)
    more = ContainedFile(name=name, data=content)
    return write_container((*files, more), reason=Reason.CONTAINER_MALFORMED)


def _files(office: Office, status: bytes) -> tuple[BundleFile, ...]:
    trust = office.trust
    root, (ca, maker), (ca_list, root_list) = trust.roots[0], trust.intermediates, trust.crls
    kinds = FileKind
    return (
        BundleFile(kind=kinds.AUTHORITIES, name="authorities.jwt", data=register(office)),
        BundleFile(kind=kinds.CA, name="cas/ca.cer", data=ca.dump()),
        BundleFile(kind=kinds.CRL, name="crls/ca.crl", data=ca_list.dump()),
        BundleFile(kind=kinds.CRL, name="crls/root.crl", data=root_list.dump()),
        BundleFile(kind=kinds.MAKER, name="makers/maker.cer", data=maker.dump()),
        BundleFile(kind=kinds.ROOT, name="roots/root.cer", data=root.dump()),
        BundleFile(kind=kinds.STATUS, name=STATUS_NAME, data=status),
    )
