"""Sealing: what it adds to issuing a PDF licence, and what stamping an existing PDF takes."""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from fpdf import FPDF

from bench.measure import Row, interleaved
from bench.world import World, issued
from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.fonts import FONT_FOLDER
from eseal.moments import now
from eseal.pdf.stamping import Wish, stamp_pdf
from eseal.pictures.design import SealKind, design_of
from eseal.seals.making import SealDraft, SealStamp, make_seal
from eseal.seals.model import list_certificates
from eseal.seals.reading import read_seal
from eseal.signers import Signer
from eseal.trust import load_trust
from licences.home import Home
from licences.issuing import BATCH, Issuer
from licences.model import Format
from licences.seal_drafting import draw_picture

ADDED_BAR_MS, STAMP_BAR_MS = 1.0, 30.0
ROUNDS, STAMPS, PAGES = 9, 5, 20


def rows(world: World) -> list[Row]:
    """Measure both for both suites."""
    table: list[Row] = []
    gc.freeze()  # as the processes of a bulk job do
    for suite in Suite:
        homes = [world.home(f"sealing-{suite.value}-{each}", sealed=each) for each in (False, True)]
        signer = homes[0].signer(world.authority.departments[0].code.text, suite)
        raw = partial(_times, partial(signer.sign, bytes(1100)), 4 * BATCH)
        table.append(_added_row(world, homes, raw, suite))
        table.append(_stamp_row(world, homes[1], signer, raw, suite))
    return table


def _added_row(world: World, homes: list[Home], raw: Callable[[], None], suite: Suite) -> Row:
    """Issue the same batches from a home that seals and from one that does not, in turn."""
    formats = (Format.PDF, Format.JSON)
    count = 2 * BATCH * (ROUNDS + 1)
    with Issuer.open(homes[0], clock=now) as plain, Issuer.open(homes[1], clock=now) as sealed:
        unsealed = plain.issue_many(world.requests(suite, 0, count, formats))
        others = sealed.issue_many(world.requests(suite, 0, count, formats))
        pair = interleaved(
            lambda: _times(lambda: issued(next(unsealed)), BATCH),
            lambda: _times(lambda: issued(next(others)), BATCH),
            rounds=ROUNDS,
        )
        signing = interleaved(
            raw, lambda: _times(lambda: issued(next(others)), BATCH), rounds=ROUNDS // 2
        )
    added, one = pair.difference / BATCH, signing.first / (4 * BATCH)
    return Row(
        what=f"sealing adds to a PDF and JSON issue, {suite}",
        figure=f"{added * 1e3:.2f} ms CPU",
        ratio=added / one,
        against=f"raw signature, {one * 1e6:.0f} us",
        bar=f"<= {ADDED_BAR_MS} ms",
        held=added * 1e3 <= ADDED_BAR_MS,
    )


def _stamp_row(
    world: World, home: Home, signer: Signer, raw: Callable[[], None], suite: Suite
) -> Row:
    """Stamp an existing PDF; whoever stamps one judges its signer anew."""
    at, trust, pdf = now(), load_trust(world.authority.trust), _contract()
    maker = home.acting("maker-1", suite).signer
    stamp = SealStamp(read_seal(_company_seal(maker, signer, at)), signer)
    wish = Wish(at="120mm,200mm", page=PAGES)

    def put() -> None:
        stamp_pdf(pdf, stamp, wish, judge=PathJudge(trust, at=at), at=at)

    pair = interleaved(raw, lambda: _times(put, STAMPS), rounds=ROUNDS)
    figure, one = pair.second / STAMPS, pair.first / (4 * BATCH)
    return Row(
        what=f"stamping a PDF of {PAGES} pages, {len(pdf) // 1024} KiB, {suite}",
        figure=f"{figure * 1e3:.1f} ms CPU",
        ratio=pair.ratio * 4 * BATCH / STAMPS,
        against=f"raw signature, {one * 1e6:.0f} us",
        bar=f"<= {STAMP_BAR_MS:.0f} ms",
        held=figure * 1e3 <= STAMP_BAR_MS,
    )


def _company_seal(maker: Signer, signer: Signer, at: datetime) -> bytes:
    """Make a company's seal, drawn by us, that the signer may use."""
    number = "9999990000001"
    design = design_of(SealKind.COMPANY, name="示例市样本有限公司", number=number, sample=True)
    draft = SealDraft(
        es_id=number,
        kind=1,
        name="示例市样本有限公司（样本）",
        signers=list_certificates([signer.certificate]),
        created=at,
        valid_from=at,
        valid_until=at + timedelta(days=365),
        picture=draw_picture(design),
    )
    return make_seal(draft, maker)


def _contract() -> bytes:
    """Make a contract of some pages with somebody else's software, unsigned."""
    pdf = FPDF()
    pdf.add_font("song", "", str(FONT_FOLDER / "LicenceSong-Regular.ttc"))
    for page in range(1, PAGES + 1):
        pdf.add_page()
        pdf.set_font("song", "", 12)
        for line in range(1, 26):
            text = f"{page}.{line} 甲乙双方经协商一致，签订本合同，共同遵守（样本）。"
            pdf.cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _times(call: Callable[[], object], count: int) -> None:
    for _ in range(count):
        call()
