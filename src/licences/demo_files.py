"""Files of the demo authority: each appears whole or not at all, and is never replaced."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from eseal.algorithms import Suite, default_algorithm
from eseal.whole_files import create_file
from licences.signer_settings import SignerSettings


def have(path: Path, make: Callable[[], bytes], *, mode: int = 0o644) -> None:
    """Write a file unless it is there; it appears whole and replaces nothing."""
    if path.exists():
        return
    content = make()
    with suppress(FileExistsError):
        create_file(path, content, mode=mode, durable=False)


def signer_settings(folder: Path, suite: Suite, name: str) -> SignerSettings:
    """Say where key and certificate of the one called `name` lie."""
    return SignerSettings(
        key=folder / f"{suite}-{name}.key.pem",
        certificate=folder / f"{suite}-{name}.pem",
        algorithm=default_algorithm(suite),
        passphrase_file=folder / "passphrase",
    )
