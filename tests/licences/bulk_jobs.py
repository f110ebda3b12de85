"""Bulk jobs for tests, as `run_job` takes them."""

from pathlib import Path

from eseal.algorithms import Suite
from licences.bulk import Job
from licences.model import Format
from tests.homes import BUSINESS, MARKET


def json_job(home: Path, source: Path, *, department: str = MARKET) -> Job:
    """A job for JSON licences of the rows of a file, which go into `out` beside it."""
    return Job(
        home=home,
        type_slug=BUSINESS.slug,
        department=department,
        suite=Suite.SM2,
        formats=(Format.JSON,),
        source=source,
        out=source.parent / "out",
    )
