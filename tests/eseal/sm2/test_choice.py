"""Which SM2 engine is used, and that a choice is never silently overruled."""

import pytest

from eseal import sm2
from eseal.errors import UnavailableError
from eseal.reasons import Reason
from eseal.sm2 import choose_engine, default_engine
from eseal.sm2.libcrypto import LibcryptoEngine
from eseal.sm2.portable import PortableEngine


def test_libcrypto_comes_first(libcrypto: LibcryptoEngine) -> None:
    """Where the machine's libcrypto can do SM2 it is what is used."""
    assert choose_engine().name == libcrypto.name
    assert choose_engine("libcrypto").name == libcrypto.name


def test_the_portable_engine_can_be_asked_for() -> None:
    """`portable` gives gmssl even where there is a libcrypto."""
    assert isinstance(choose_engine("portable"), PortableEngine)


def test_without_libcrypto_the_portable_engine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a usable libcrypto still signs."""

    def find_nothing(path: str | None = None) -> LibcryptoEngine:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, f"none at {path}")

    monkeypatch.setattr(sm2, "find_engine", find_nothing)
    assert isinstance(choose_engine(), PortableEngine)


@pytest.mark.parametrize(
    ("choice", "path"),
    [(None, "/nowhere"), ("libcrypto", "/nowhere"), ("bouncy", None)],
    ids=["a path that does not work", "the same, by name", "an unknown engine"],
)
def test_a_choice_that_does_not_work_is_refused(choice: str | None, path: str | None) -> None:
    """What was asked for is used or refused."""
    with pytest.raises(UnavailableError) as unavailable:
        choose_engine(choice, path)
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """ESEAL_SM2_ENGINE and ESEAL_LIBCRYPTO are read, once a process."""
    asked = []
    monkeypatch.setenv("ESEAL_SM2_ENGINE", "libcrypto")
    monkeypatch.setenv("ESEAL_LIBCRYPTO", "/opt/lib")
    monkeypatch.setattr(sm2, "choose_engine", lambda *choice: asked.append(choice))
    default_engine.__wrapped__()
    assert asked == [("libcrypto", "/opt/lib")]


def test_the_engine_is_found_once() -> None:
    """A second question gets the same engine."""
    assert default_engine() is default_engine()
