"""Sealing: what it adds to issuing a PDF licence, and what stamping an existing PDF takes."""

import gc
import statistics
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from fpdf import FPDF

from bench.issuing import REFERENCE_RAW_MS
from bench.measure import Row, cpu_seconds
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
from licences.issuing import BATCH, Issuer, Outcome
from licences.model import Format
from licences.seal_drafting import draw_picture

ADDED_BAR_MS, STAMP_BAR_MS = 1.0, 30.0
ROUNDS, STAMPS, PAGES = 21, 5, 20
RAW = 4 * BATCH


def rows(world: World) -> list[Row]:
    """Measure both for both suites."""
    table: list[Row] = []
    gc.freeze()  # as the processes of a bulk job do
    for suite in Suite:
        plain, sealed = (
            world.home(f"sealing-{suite.value}-{each}", sealed=each) for each in (False, True)
        )
        signer = plain.signer(world.authority.departments[0].code.text, suite)
        table += _added_rows(world, plain, sealed, signer)
        table += _stamp_rows(world, sealed, signer)
    return table


def _added_rows(world: World, plain: Home, sealed: Home, signer: Signer) -> list[Row]:
    """Issue the same batches from a home that seals and from one that does not, in turn."""
    suite, formats = signer.algorithm.suite, (Format.PDF, Format.JSON)
    with Issuer.open(plain, clock=now) as one, Issuer.open(sealed, clock=now) as other:
        unsealed, others = (
            each.issue_many(world.requests(suite, 0, 2 * BATCH * (ROUNDS + 1), formats))
            for each in (one, other)
        )
        without, with_seal = (
            partial(_times, partial(_issue, each), BATCH) for each in (unsealed, others)
        )
        # There and back again, so that a machine that gets slower or faster weighs on both.
        taken = _in_turn(without, with_seal, _raw(signer), with_seal, without)
    figures = [((b + c - a - d) / 2 / BATCH, raw / RAW) for a, b, raw, c, d in taken]
    added = statistics.median(difference for difference, _ in figures)
    ratio = statistics.median(difference / raw for difference, raw in figures)
    raw = statistics.median(raw for _, raw in figures)
    return _rows(f"sealing adds to a PDF and JSON issue, {suite}", added, ratio, raw, suite, 2)


def _stamp_rows(world: World, home: Home, signer: Signer) -> list[Row]:
    """Stamp an existing PDF; whoever stamps one judges its signer anew."""
    at, trust, pdf = now(), load_trust(world.authority.trust), _contract()
    suite = signer.algorithm.suite
    maker = home.acting("maker-1", suite).signer
    stamp = SealStamp(read_seal(_company_seal(maker, signer, at)), signer)
    wish = Wish(at="120mm,200mm", page=PAGES)

    def put() -> None:
        stamp_pdf(pdf, stamp, wish, judge=PathJudge(trust, at=at), at=at)

    figures = _in_turn(lambda: _times(put, STAMPS), _raw(signer))
    took = statistics.median(a for a, _ in figures) / STAMPS
    ratio = statistics.median(a / STAMPS / (raw / RAW) for a, raw in figures)
    raw = statistics.median(raw for _, raw in figures) / RAW
    what = f"stamping a PDF of {PAGES} pages, {len(pdf) // 1024} KiB, {suite}"
    return _rows(what, took, ratio, raw, suite, 1)


def _rows(what: str, took: float, ratio: float, raw: float, suite: Suite, digits: int) -> list[Row]:
    """Tell a figure by itself, and where the bars in milliseconds were set."""
    bar = ADDED_BAR_MS if digits == 2 else STAMP_BAR_MS
    there = ratio * REFERENCE_RAW_MS[suite]
    return [
        Row(
            what=what,
            figure=f"{took * 1e3:.{digits}f} ms CPU",
            ratio=ratio,
            against=f"raw signature, {raw * 1e6:.0f} us",
            bar=f"<= {bar} ms",
            held=took * 1e3 <= bar,
        ),
        Row(
            what=f"  the same where a raw signature takes {REFERENCE_RAW_MS[suite]} ms",
            figure=f"{there:.{digits}f} ms CPU",
            ratio=ratio,
            against="raw signature",
        ),
    ]


def _issue(outcomes: Iterator[Outcome]) -> None:
    issued(next(outcomes))


def _raw(signer: Signer) -> Callable[[], None]:
    return partial(_times, partial(signer.sign, bytes(1100)), RAW)


def _in_turn(*actions: Callable[[], object]) -> list[tuple[float, ...]]:
    """Measure the CPU seconds of several things in turn; one uncounted round warms all up."""
    rounds = [tuple(cpu_seconds(each, 1) for each in actions) for _ in range(ROUNDS + 1)]
    return rounds[1:]


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
