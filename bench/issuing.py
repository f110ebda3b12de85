"""Issuing one licence: JSON against the raw signature, PDF against the newcomer's pipeline."""

import gc
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import Row, interleaved
from bench.newcomer import licence_pdf
from bench.world import TYPE, World, different, issued
from eseal.algorithms import Suite
from eseal.certificates import to_pem
from eseal.jose.issuing import SdJwtIssuer
from eseal.jose.verification import self_verify
from eseal.signers import Signer
from licences.catalogue import Department
from licences.claims import LICENCE_TYP, make_claims
from licences.glyphs import FONT_FOLDER
from licences.home import Home
from licences.identifiers import LicenceIdentifier
from licences.issuing import Issuer
from licences.model import Format
from licences.moments import now

JSON_BAR, PDF_BAR_MS, NEWCOMER_BAR = 0.7, 10.0, 10.0
ROUNDS, CALLS, BATCH = 15, 40, 32
REFERENCE_RAW_MS = {Suite.SM2: 0.223, Suite.RSA: 0.253}
"""What a raw signature took on the machine for which the bar in milliseconds was set."""


def rows(world: World) -> list[Row]:
    """Measure JSON and PDF issuing for both suites."""
    table: list[Row] = []
    gc.freeze()  # as the processes of a bulk job do
    for suite in Suite:
        home = world.home(f"issuing-{suite.value}")
        signer = home.signer(world.authority.departments[0].code.text, suite)
        table += _json_rows(home, signer, suite)
        table += _pdf_rows(world, home, signer, suite)
    return table


def _json_rows(home: Home, signer: Signer, suite: Suite) -> list[Row]:
    licence_type = home.catalogue().get(TYPE)
    settings = home.settings.departments[0]
    department = Department(code=settings.code, name=settings.name)
    issuer = SdJwtIssuer(signer, typ=LICENCE_TYP)
    prepared = iter([different(number) for number in range(2 * CALLS * (ROUNDS + 1))])
    message, at = bytes(1100), now()

    def issue() -> bytes:
        data = next(prepared)
        if licence_type.check_data(data):
            raise RuntimeError(TYPE)
        identifier = LicenceIdentifier.build(
            type_code=licence_type.type_code, issuer=department.code, serial="BENCH0001"
        )
        claims = make_claims(licence_type, department, data, identifier=identifier, issued_at=at)
        return issuer.issue(claims, seed=bytes(32))

    def issue_and_verify() -> None:
        self_verify(issue(), signer.certificate, typ=LICENCE_TYP)

    alone = interleaved(lambda: signer.sign(message), issue, rounds=ROUNDS, calls=CALLS)
    whole = interleaved(lambda: signer.sign(message), issue_and_verify, rounds=ROUNDS, calls=CALLS)
    return [
        Row(
            what=f"JSON issue (check, build, sign), {suite}",
            figure=f"{alone.second * 1e6:.0f} us",
            ratio=1 / alone.ratio,
            against=f"raw signature, {alone.first * 1e6:.0f} us",
            bar=f">= {JSON_BAR}",
            held=1 / alone.ratio >= JSON_BAR,
        ),
        Row(
            what=f"JSON issue with self-verification, {suite}",
            figure=f"{whole.second * 1e6:.0f} us",
            ratio=1 / whole.ratio,
            against=f"raw signature, {whole.first * 1e6:.0f} us",
        ),
    ]


def _pdf_rows(world: World, home: Home, signer: Signer, suite: Suite) -> list[Row]:
    requests = world.requests(suite, 0, 10_000, (Format.PDF, Format.JSON))
    with tempfile.TemporaryDirectory() as folder, Issuer.open(home, clock=now) as issuer:
        outcomes = issuer.issue_many(requests)

        def issue() -> None:
            issued(next(outcomes))

        newcomer = _newcomer(world, home, Path(folder))
        # issue_many works in batches of 32: whole batches are measured, so that none is cut.
        beside_raw = interleaved(
            lambda: _times(lambda: signer.sign(bytes(1100)), 4 * BATCH),
            lambda: _times(issue, BATCH),
            rounds=7,
        )
        beside_newcomer = interleaved(
            lambda: _times(newcomer, 2), lambda: _times(issue, BATCH), rounds=5
        )
    ours, raw = beside_raw.second / BATCH, beside_raw.first / (4 * BATCH)
    in_raw = beside_raw.ratio * 4
    reference = in_raw * REFERENCE_RAW_MS[suite]
    theirs = beside_newcomer.first / 2
    faster = 1 / beside_newcomer.ratio * BATCH / 2
    return [
        Row(
            what=f"PDF and JSON issue, register and all, {suite}",
            figure=f"{ours * 1e3:.1f} ms CPU",
            ratio=in_raw,
            against=f"raw signature, {raw * 1e6:.0f} us",
            bar=f"<= {PDF_BAR_MS:.0f} ms",
            held=ours * 1e3 <= PDF_BAR_MS,
        ),
        Row(
            what=f"  the same where a raw signature takes {REFERENCE_RAW_MS[suite]} ms",
            figure=f"{reference:.1f} ms CPU",
            ratio=in_raw,
            against="raw signature",
        ),
        Row(
            what=f"the newcomer's pipeline (RSA), beside {suite}",
            figure=f"{theirs * 1e3:.0f} ms CPU",
            ratio=faster,
            against="PDF and JSON issue",
            bar=f">= {NEWCOMER_BAR:.0f}",
            held=faster >= NEWCOMER_BAR,
        ),
    ]


def _times(call: Callable[[], object], count: int) -> None:
    for _ in range(count):
        call()


def _newcomer(world: World, home: Home, folder: Path) -> Callable[[], bytes]:
    """Prepare the peer's files; its key is the department's RSA key, in the form that it reads."""
    settings = world.authority.departments[0].signers[Suite.RSA]
    if settings.passphrase_file is None:
        raise RuntimeError("the demo authority has a passphrase file")
    passphrase = settings.passphrase_file.read_bytes().strip()
    signer = home.signer(world.authority.departments[0].code.text, Suite.RSA)
    (folder / "leaf.pem").write_bytes(to_pem(signer.certificate))
    (folder / "ca.pem").write_bytes(to_pem(*signer.chain))
    numbers: Iterator[int] = itertools.count(50_000)
    return lambda: licence_pdf(
        different(next(numbers)),
        "营业执照",
        fonts=(FONT_FOLDER / "LicenceSong-Regular.ttc", FONT_FOLDER / "LicenceSong-Bold.ttc"),
        key=settings.key,
        certificate=folder / "leaf.pem",
        chain=(folder / "ca.pem",),
        passphrase=passphrase,
    )
