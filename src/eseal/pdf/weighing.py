"""Weighs what was found about the signatures of one PDF: the worst of each check counts.

Left to others: judging a signature to `signatures`, what a file is worth by all of it to `verify`.
"""

from collections.abc import Iterable, Sequence

from eseal.pdf.judged_signature import JudgedSignature
from eseal.pdf.marks import on_pages
from eseal.report import Finding, Outcome, passed, worst
from eseal.seals.checks import SealCheck


def worst_of_each(rows: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Give the worst finding of each check over all rows, the first of equals."""
    return tuple(worst(column) for column in zip(*rows, strict=True))


def timestamp_findings(signatures: Iterable[JudgedSignature]) -> tuple[Finding, ...]:
    """Give the worst finding about timestamps; none where there is none."""
    found = [one.timestamp for one in signatures if one.timestamp is not None]
    return (worst(found),) if found else ()


def seal_findings(signatures: Sequence[JudgedSignature]) -> tuple[Finding, ...]:
    """Give the worst finding of each check on seals; none where there is no seal.

    Where the pictures of several are all as they should be, the places are counted together.
    """
    seals = [one.seal for one in signatures if one.seal is not None]
    rows = [one.seal.findings if one.seal is not None else one.seal_fault for one in signatures]
    found = worst_of_each(row for row in rows if row)
    shown = sum(seal.shown for seal in seals)
    if len(seals) < 2 or not shown:
        return found
    return tuple(
        passed(each.check, on_pages(shown))
        if each.check is SealCheck.PICTURE and each.outcome is Outcome.PASSED
        else each
        for each in found
    )
