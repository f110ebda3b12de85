"""What is fuzzed: every reader of what others wrote, with good inputs to begin with.

Rules kept: a target takes any bytes and may refuse them by an EvidenceError only; a verifier never
raises at all. Whatever else comes out is a finding, and becomes a test.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from eseal.algorithms import Suite
from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.containers import read_container
from eseal.crl import read_crl
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError
from eseal.jose.statements import read_statement
from eseal.jose.status_list import STATUS_LIST_TYP, read_status_list
from eseal.ocsp_reading import read_ocsp
from eseal.pdf.embedded import embedded_files
from eseal.pdf.reader import OpenPdf
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason
from eseal.seals.reading import read_seal, read_seal_signature
from eseal.signed_data import read_signed_data
from eseal.timestamps.tokens import read_token
from licences.authority_register import read_register
from licences.bulk_rows import read_rows
from licences.bundle_contents import catalogue_of, describe_all, seals_of, trust_of
from licences.history_statement import read_history
from licences.pack_verification import verify_input
from licences.trust_bundle import BundleFile, read_bundle
from licences.verification import Verifier
from tests.bundles import bundle, good_files, register
from tests.eseal.pdf.test_embedded import WAYS, written
from tests.homes import CATALOGUE
from tests.licences.papers import (
    BUSINESS,
    good_statuses,
    market_signer,
    paper,
    pdf_paper,
    status_list,
)
from tests.licences.test_status_check import born
from tests.packs import bare_trust, pack_of, repacked
from tests.rendered import render_sample
from tests.sealed import stamp_of
from tests.stamps import stamps_of
from tests.world import DAY, NOW, Authority, World, make_world

Run = Callable[[bytes], object]


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that reads bytes.

    Attributes:
        seeds: good inputs of an authority's suite.
        make: gives what reads them.
        raises: whether it may refuse, by an EvidenceError.
        form: the outer form that mutations keep right: `der`, `jws`, `container`, or none.
    """

    seeds: Callable[[Authority], list[bytes]]
    make: Callable[[World], Run]
    raises: bool = True
    form: str = ""


def _reader(run: Run) -> Callable[[World], Run]:
    return lambda _world: run


def _verifier(world: World) -> Run:
    verifier = Verifier(world.trust, CATALOGUE, at=NOW, statuses=good_statuses(world.sm2))
    return lambda data: verifier.verify("fuzzed", data)


def _pdf(world: World) -> Run:
    judge = PathJudge(world.trust, at=NOW)
    return lambda data: verify_pdf(data, judge=judge)


def _hole(world: World) -> Run:
    """Put the bytes in the place of a PDF's signature, in hexadecimal."""
    judge = PathJudge(world.trust, at=NOW)
    good = pdf_paper(market_signer(world.sm2))
    start = good.index(b"/Contents<") + len(b"/Contents<")
    end = good.index(b">", start)

    def run(data: bytes) -> object:
        contents = data.hex().encode()[: end - start].ljust(end - start, b"0")
        return verify_pdf(good[:start] + contents + good[end:], judge=judge)

    return run


def _bundle(world: World) -> Run:
    """Sign the files of a bundle anew, so that what is in them is read."""
    kinds = {file.name: file.kind for file in good_files(world)}

    def run(data: bytes) -> object:
        contained = read_container(data, reason=Reason.CONTAINER_MALFORMED)
        files = [
            BundleFile(kind=kinds[each.name], name=each.name, data=each.data)
            for each in contained
            if each.name in kinds
        ]
        signed = read_bundle(bundle(world, files=files))
        trust_of(signed)
        seals_of(signed)
        catalogue_of(signed)
        return list(describe_all(signed))

    return run


def _manifest(_world: World) -> Run:
    return read_bundle


def _pack(world: World) -> Run:
    """Sign the files of a pack anew, and judge them."""
    verifier = Verifier(bare_trust(world.sm2), CATALOGUE, at=NOW)
    signer = world.sm2.signing

    def run(data: bytes) -> object:
        with contextlib.suppress(EvidenceError):
            data = repacked(data, lambda _files: None, signer)
        return verify_input(verifier, "fuzzed.asice", data)

    return run


def _embedded(data: bytes) -> object:
    return embedded_files(OpenPdf(data))


def _anything(world: World) -> Run:
    verifier = Verifier(world.trust, CATALOGUE, at=NOW)
    return lambda data: verify_input(verifier, "fuzzed", data)


def _rows(suffix: str) -> Callable[[World], Run]:
    def make(_world: World) -> Run:
        folder = TemporaryDirectory()
        file = Path(folder.name) / f"rows.{suffix}"

        def run(data: bytes) -> object:
            file.write_bytes(data)
            return folder, list(read_rows(file, BUSINESS))

        return run

    return make


def _contents(authority: Authority) -> list[bytes]:
    good = pdf_paper(market_signer(authority))
    start = good.index(b"/Contents<") + len(b"/Contents<")
    return [bytes.fromhex(good[start : good.index(b">", start)].decode()).rstrip(b"\0")]


def _small_pdf(authority: Authority) -> list[bytes]:
    """A file short enough to be changed in all its parts."""
    return [sign_rendered_pdf(render_sample(), CmsTemplate(authority.signing), at=NOW)]


def _cms(authority: Authority) -> list[bytes]:
    plain = CmsTemplate(authority.signing)
    stamped = CmsTemplate(authority.signing, timestamps=stamps_of(authority))
    return [plain.build(bytes(32)), stamped.build(bytes(32))]


def _seal_signature(authority: Authority) -> list[bytes]:
    return [stamp_of(authority).sign(bytes(32), at=NOW, property_info="0,1,2,3")]


def _history(authority: Authority) -> list[bytes]:
    return [born(market_signer(authority)).state(NOW + DAY)]


def _token(authority: Authority) -> list[bytes]:
    stamps = stamps_of(authority)
    return [stamps.stamp(b"data", digest=each) for each in DigestAlgorithm]


def _crl(authority: Authority) -> list[bytes]:
    return list(authority.crls())


def _registers(authority: Authority) -> list[bytes]:
    return [register(authority)]


def _bundles(authority: Authority) -> list[bytes]:
    return [] if authority.suite is Suite.RSA else [bundle(make_world())]


def _letters(_authority: Authority) -> list[bytes]:
    return [written(way) for way in WAYS]


def _others(authority: Authority) -> list[bytes]:
    """What is no licence, of all kinds that are told apart."""
    kinds = (_registers, _bundles, _crl, _csv, _letters)
    texts = [
        b"{}",
        b"[1]",
        b"PK\x03\x04" + bytes(26) + b"OFD.xml",
        to_pem(authority.root.certificate),
    ]
    return [authority.seal(), *texts, *(data for kind in kinds for data in kind(authority))]


def _csv(_authority: Authority) -> list[bytes]:
    sample = BUSINESS.sample()
    lines = [",".join(sample), ",".join(f'"{each}"' for each in sample.values())]
    return ["\n".join(lines).encode(), b"\xef\xbb\xbf" + "\r\n".join(lines).encode()]


TARGETS: dict[str, Target] = {
    "pdf": Target(seeds=_small_pdf, make=_pdf, raises=False),
    "hole": Target(seeds=_contents, make=_hole, raises=False, form="der"),
    "embedded": Target(seeds=_letters, make=_reader(_embedded)),
    "other": Target(seeds=_others, make=_anything, raises=False),
    "licence": Target(
        seeds=lambda each: [paper(market_signer(each))], make=_verifier, raises=False
    ),
    "cms": Target(seeds=_cms, make=_reader(read_signed_data), form="der"),
    "seal": Target(seeds=lambda each: [each.seal()], make=_reader(read_seal), form="der"),
    "seal-signature": Target(seeds=_seal_signature, make=_reader(read_seal_signature), form="der"),
    "status-list": Target(
        seeds=lambda each: [status_list(market_signer(each), lifetime=timedelta(days=9))],
        make=_reader(read_status_list),
        form="jws",
    ),
    "statement": Target(
        seeds=lambda each: [status_list(market_signer(each))],
        make=_reader(lambda data: read_statement(data, typ=STATUS_LIST_TYP, max_bytes=1 << 20)),
        form="jws",
    ),
    "history": Target(seeds=_history, make=_reader(read_history), form="jws"),
    "register": Target(seeds=_registers, make=_reader(read_register), form="jws"),
    "timestamp": Target(seeds=_token, make=_reader(read_token), form="der"),
    "ocsp": Target(seeds=lambda each: [each.ocsp()], make=_reader(read_ocsp), form="der"),
    "crl": Target(seeds=_crl, make=_reader(read_crl), form="der"),
    "bundle": Target(seeds=_bundles, make=_bundle, form="container"),
    "manifest": Target(seeds=_bundles, make=_manifest, form="container"),
    "pack": Target(
        seeds=lambda each: [pack_of(each).data], make=_pack, raises=False, form="container"
    ),
    "csv": Target(seeds=_csv, make=_rows("csv")),
    "ndjson": Target(seeds=lambda _: [b'{"name": "x"}\n{}'], make=_rows("ndjson")),
}


def guarded(target: Target, world: World) -> Run:
    """Give the target's reader, which lets its refusals by."""
    run = target.make(world)

    def guard(data: bytes) -> None:
        try:
            run(data)
        except EvidenceError:
            if not target.raises:
                raise

    return guard
