"""A bulk job is killed at every step, one after the other; going on completes it.

Each time the job goes on in a process that ends itself by SIGKILL at the next point. What is left
at the end has to be what a job leaves that nobody disturbed.
"""

import json
import os
import signal
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from eseal import whole_files
from eseal.algorithms import Suite
from licences import bulk, bulk_record, bulk_results
from licences.bulk import Job, run_job
from licences.bulk_results import RESULTS
from licences.demo_authority import DemoAuthority
from licences.documents import FolderDocuments
from licences.model import Format
from tests.homes import BUSINESS, MARKET, clean_processes, make_home
from tests.licences.inline_pool import InlinePool
from tests.registers import AnyRegisters
from tests.world import NOW

ROWS = 12
POINTS: dict[str, tuple[Any, str, int]] = {
    "issued, and no document written": (bulk, "write_documents", 1),
    "the second document not written": (whole_files, "write_new", 2),
    "a result not recorded": (bulk_results.RowResult, "as_json", 1),
    "some results recorded": (bulk_results.RowResult, "as_json", 4),
    "all recorded, out of order": (bulk_record, "_put_in_place", 1),
}
"""Before which call of what the process ends, counted from its beginning."""


def go_on_and_die(job: Job, point: str) -> None:
    """Go on with a job, and be killed at a point."""
    owner, name, call = POINTS[point]
    with pytest.MonkeyPatch.context() as patch:
        real, calls = getattr(owner, name), count(1)

        def last(*arguments: Any, **options: Any) -> Any:
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        patch.setattr(owner, name, last)
        finish(job, patch)


def finish(job: Job, patch: pytest.MonkeyPatch) -> list[str]:
    """Go on with a job to its end; give the identifiers, row by row."""
    patch.setattr(bulk, "ProcessPoolExecutor", InlinePool)
    patch.setattr(bulk, "ROWS_AT_ONCE", 2)
    patch.setattr(bulk, "now", lambda: NOW)
    results = list(run_job(job, jobs=1, resume=(job.out / RESULTS).exists()))
    assert [each.number for each in results] == list(range(1, ROWS + 1))
    return [each.identifier for each in results]


@pytest.mark.unmeasured
def test_killed_everywhere_a_job_is_completed(
    registers: AnyRegisters,
    tmp_path: Path,
    demo_authority: DemoAuthority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each row is issued once, its document is there once and whole, and it is recorded once."""
    home = make_home(tmp_path / "home", demo_authority, registers.fresh())
    job = Job(
        home=home.path,
        type_slug=BUSINESS.slug,
        department=MARKET,
        suite=Suite.SM2,
        formats=(Format.JSON,),
        source=_rows(tmp_path / "rows.ndjson"),
        out=tmp_path / "out",
    )
    for point in POINTS:
        process = clean_processes.Process(target=go_on_and_die, args=(job, point))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL, point
    identifiers = finish(job, monkeypatch)
    assert len(set(identifiers)) == ROWS
    written = {each.stem: each.read_bytes() for each in job.out.glob("1.2.*.json")}
    assert written.keys() == set(identifiers)
    documents = FolderDocuments(home.settings.documents)
    with closing(home.register()) as register:
        assert register.unfinished(limit=1) == ()
        for identifier in identifiers:
            licence = register.find_by_identifier(identifier)
            assert licence is not None
            (document,) = licence.documents
            assert documents.path(document.sha256).read_bytes() == written[identifier]
    kept = [each for each in (home.settings.documents / "sha256").rglob("*") if each.is_file()]
    assert len(kept) == ROWS
    lines = (job.out / RESULTS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in lines] == list(range(1, ROWS + 1))


def _rows(path: Path) -> Path:
    rows = [BUSINESS.sample() | {"licence_number": f"{each:021d}"} for each in range(1, ROWS + 1)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n")
    return path
