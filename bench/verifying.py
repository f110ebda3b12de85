"""`licences verify` on 200 PDFs: one process against two, in turn."""

import statistics
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path

import eseal
import licences
from bench.measure import Row, wall_seconds
from bench.world import World, issued
from eseal.algorithms import Suite
from eseal.moments import now
from licences.issuing import Issuer
from licences.model import Format
from licences.output import write_documents
from licences.publishing import publish

FILES = 200
ROUNDS = 5
BAR = 1.7
LICENCES = str(Path(sys.executable).with_name("licences"))


def rows(world: World) -> list[Row]:
    """Issue 200 PDFs, half of each suite, and verify them on one process and on two."""
    folder = world.folder / "pdfs"
    for suite in Suite:
        home = world.home(f"verifying-{suite.value}")
        with Issuer.open(home, clock=now) as issuer:
            requests = world.requests(suite, 0, FILES // 2, (Format.PDF,))
            for outcome in issuer.issue_many(requests):
                licence = issued(outcome)
                documents = issuer.documents_of(licence)
                write_documents(folder / suite.value, licence.identifier, documents)
        for published in publish(home, world.authority.trust, clock=now):
            if published.error is not None:
                raise published.error

    for package in (eseal, licences):
        compile_dir(package.__path__[0], quiet=1)  # as pip compiles what it installs

    def verify(jobs: int) -> float:
        command = [LICENCES, "verify", str(folder), "-j", str(jobs), "--format", "csv"]
        trust = ["--trust", str(world.authority.trust)]
        return wall_seconds(
            lambda: subprocess.run([*command, *trust], check=True, capture_output=True)
        )

    times = [(verify(1), verify(2)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / two for one, two in times)
    one = statistics.median(one for one, _ in times)
    return [
        Row(
            what=f"licences verify, {FILES} PDFs, two processes",
            figure=f"{statistics.median(two for _, two in times):.2f} s",
            ratio=ratio,
            against=f"one process, {one:.2f} s (start included)",
            bar=f">= {BAR}",
            held=ratio >= BAR,
        )
    ]
