"""The import graph: no module needs another that needs it, late imports counted; none is unused."""

from graphlib import CycleError, TopologicalSorter

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
