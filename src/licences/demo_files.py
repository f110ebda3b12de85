"""Files of the demo authority: each appears whole or not at all, and is never replaced."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from eseal.algorithms import Suite, default_algorithm
from licences.signer_settings import SignerSettings


def have(path: Path, make: Callable[[], bytes], *, mode: int = 0o644) -> None:
    """Write a file unless it is there; it appears whole and replaces nothing."""
    if path.exists():
        return
    content = make()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def signer_settings(folder: Path, suite: Suite, name: str) -> SignerSettings:
    """Say where key and certificate of the one called `name` lie."""
    return SignerSettings(
        key=folder / f"{suite}-{name}.key.pem",
        certificate=folder / f"{suite}-{name}.pem",
        algorithm=default_algorithm(suite),
        passphrase_file=folder / "passphrase",
    )
