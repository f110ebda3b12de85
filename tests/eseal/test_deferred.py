"""Deferred packages: their modules are there, their `__init__` runs when it is needed."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from eseal.deferred import defer


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a package inside a package, whose `__init__` takes a name from a module of its own."""
    inner = tmp_path / "outer_room" / "inner_room"
    inner.mkdir(parents=True)
    (inner.parent / "__init__.py").write_text("")
    (inner / "__init__.py").write_text("from outer_room.inner_room.heavy import weight\n")
    (inner / "heavy.py").write_text("weight = 1000\n")
    (inner / "light.py").write_text("weight = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "outer_room.inner_room"
    for name in [each for each in sys.modules if each.startswith("outer_room")]:
        del sys.modules[name]


def test_a_module_is_imported_without_what_its_package_loads(package: str) -> None:
    """The module is there, by import and as an attribute; the package's `__init__` has not run."""
    defer(package)
    light = importlib.import_module(f"{package}.light")
    assert sys.modules[package].light is light
    assert f"{package}.heavy" not in sys.modules


def test_a_module_can_be_asked_for_by_name(package: str) -> None:
    """`from package import module` gives the module, and leaves the package as it is."""
    defer(package)
    assert sys.modules[package].light is importlib.import_module(f"{package}.light")
    assert f"{package}.heavy" not in sys.modules


def test_a_name_of_the_package_makes_it_whole(package: str) -> None:
    """The first name that is asked for runs `__init__`, once; what is not there is not there."""
    defer(package)
    room = importlib.import_module("outer_room").inner_room
    assert room.weight == 1000
    room.weight = 7
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = room.colour
    assert room.weight == 7


def test_threads_wait_until_it_is_whole(package: str, tmp_path: Path) -> None:
    """Who asks while another thread runs `__init__` gets what it makes."""
    defer(package)
    (tmp_path / "outer_room" / "inner_room" / "heavy.py").write_text(
        "import outer_room\nouter_room.at_it()\nweight = 1000\n"
    )
    room, found = importlib.import_module("outer_room"), []
    second = Thread(target=lambda: found.append(room.inner_room.weight))

    def at_it() -> None:
        second.start()
        second.join(0.1)  # it may not end before this does

    vars(room)["at_it"] = at_it
    assert room.inner_room.weight == 1000
    second.join()
    assert found == [1000]


def test_a_package_that_is_loaded_stays_as_it_is(package: str) -> None:
    """Who came first keeps what they have."""
    room = importlib.import_module(package)
    defer(package)
    assert sys.modules[package] is room
    assert room.weight == 1000


def test_a_package_on_top_can_be_deferred(package: str) -> None:
    """A package need not lie inside another."""
    defer("outer_room")
    assert importlib.import_module(package).weight == 1000


@pytest.mark.parametrize("name", ["no_such_room", "outer_room.no_such_room"])
@pytest.mark.usefixtures("package")
def test_refuses_what_is_not_there(name: str) -> None:
    """A package that does not exist is said at once, not at the first name."""
    with pytest.raises(ModuleNotFoundError, match=name):
        defer(name)


def test_judging_loads_no_signing_of_pyhanko() -> None:
    """The verifier loads neither pyHanko's signing nor an HTTP client; both are there on demand."""
    told = subprocess.run(
        [sys.executable, "-c", _TELL], check=True, capture_output=True, text=True
    ).stdout
    assert told.split() == ["[]", "PdfSigner", "fields", "['aiohttp',", "'pyhanko.sign.signers']"]


_TELL = """
import sys
import eseal.pdf.verify
heavy = {"aiohttp", "pyhanko.sign.signers"}
print(sorted(heavy & set(sys.modules)))
import pyhanko.sign
from pyhanko.sign import PdfSigner
print(PdfSigner.__name__, pyhanko.sign.fields.__name__.rpartition(".")[2])
print(sorted(heavy & set(sys.modules)))
"""
