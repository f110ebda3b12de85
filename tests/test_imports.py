"""The import graph: no module needs another that needs it, late imports counted; none is unused."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ENTRIES = {
    "eseal.cli.main",
    "eseal.__main__",
    "licences.cli.main",
    "licences.__main__",
    "eseal.pdf.child",
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """What imports what; packages that only hold others apart."""
    return grimp.build_graph("eseal", "licences", cache_dir=None)


def test_has_no_cycles(graph: grimp.ImportGraph) -> None:
    """A module stands on what is below it, and on nothing that stands on it."""
    needed = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_has_no_module_that_nobody_imports(graph: grimp.ImportGraph) -> None:
    """What no command reaches is dead."""
    packages = {each for each in graph.modules if graph.find_children(each)}
    reached = set(ENTRIES)
    for entry in (ENTRIES & graph.modules) | packages:
        reached |= graph.find_upstream_modules(entry)
    found = {each for each in graph.modules - packages - reached if "migrations" not in each}
    assert found == set()


def test_each_line_of_the_architecture_stands_on_those_below(graph: grimp.ImportGraph) -> None:
    """As docs/architecture.md draws it; what it names is there, and uses no line above its own."""
    lines = _drawn()
    rank = {module: number for number, line in enumerate(lines) for module in line}
    assert len(lines) > 5
    assert rank.keys() <= graph.modules
    found = {
        (module, used)
        for module in rank
        for used in graph.find_upstream_modules(
            module, as_package=bool(graph.find_children(module))
        )
        if rank.get(used, len(lines)) < rank[module]
    }
    assert found == set()


def _drawn() -> list[list[str]]:
    """The lines of the table, from the top down, with the full names of what stands in them."""
    text = Path(__file__).parents[1].joinpath("docs", "architecture.md").read_text(encoding="utf-8")
    _, _, table = text.partition("|---|---|---|\n")
    columns = [line.split("|")[2:4] for line in table.partition("\n\n")[0].splitlines()]
    return [
        [f"{root}.{name}" for root, names in zip(("eseal", "licences"), line, strict=True)
         for name in re.findall(r"`([a-z0-9_.]+)`", names)]
        for line in columns
    ]  # fmt: skip
