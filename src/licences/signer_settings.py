"""Where the key and certificate of whoever signs lie, as settings have it: read, and written back.

Departments and officers have the same tables, one a suite:

    [department.sm2]
    key = "sm2.key.pem"            # encrypted PKCS#8
    certificate = "sm2.pem"        # the signer's, then its issuers' without the root
    passphrase_file = "passphrase" # or the environment has it
    algorithm = "sm2-sm3"          # left out: the suite's own

Paths start at the home's folder; no secret stands here.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eseal.algorithms import Algorithm, Suite, default_algorithm
from licences.strict_table import StrictTable


@dataclass(frozen=True, kw_only=True, slots=True)
class SignerSettings:
    """Where the key and certificate of a signer lie.

    Attributes:
        key: the private key, encrypted PKCS#8 in PEM.
        certificate: PEM: the signer's certificate, then its issuers' without the root.
        algorithm: the signature algorithm; its suite is the key's.
        passphrase_file: its first line opens the key; `None`: the environment has the passphrase.
    """

    key: Path
    certificate: Path
    algorithm: Algorithm
    passphrase_file: Path | None = None


def read_signers(table: StrictTable, home: Path) -> dict[Suite, SignerSettings]:
    """Take the signers of a department or an officer, one a suite at most.

    Raises:
        MalformedError: with the reason of `table`.
    """
    return {
        suite: _read_signer_of(table.table(suite.value), suite, home)
        for suite in Suite
        if table.has(suite.value)
    }


def signer_lines(owner: str, signers: Mapping[Suite, SignerSettings], home: Path) -> Iterator[str]:
    """Write the signers of `owner` (`department`, `officer`) as TOML tables."""
    for suite, signer in signers.items():
        yield f"[{owner}.{suite.value}]\n" + entry_lines(signer_entries(signer, home))


def entry_lines(entries: Iterable[tuple[str, str]]) -> str:
    """Write entries of a TOML table, a text each."""
    return "".join(f"{key} = {quoted(value)}\n" for key, value in entries)


def quoted(value: str | list[str]) -> str:
    """Write a TOML basic string, or a list of them; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)


def read_signer(
    table: StrictTable, algorithm: str, allowed: Sequence[Algorithm], home: Path
) -> SignerSettings:
    """Take the rest of a signer's table, whose algorithm was taken, and close it.

    Raises:
        MalformedError: with the reason of `table`.
    """
    if algorithm not in {each.value for each in allowed}:
        table.refuse(f"应为其中之一 is none of {', '.join(allowed)}", "algorithm")
    passphrase_file = table.text("passphrase_file", "")
    signer = SignerSettings(
        key=home / table.text("key"),
        certificate=home / table.text("certificate"),
        algorithm=Algorithm(algorithm),
        passphrase_file=home / passphrase_file if passphrase_file else None,
    )
    table.close()
    return signer


def signer_entries(signer: SignerSettings, home: Path) -> Iterator[tuple[str, str]]:
    """Give the entries of a signer's table."""
    yield "key", _short(signer.key, home)
    yield "certificate", _short(signer.certificate, home)
    if signer.passphrase_file is not None:
        yield "passphrase_file", _short(signer.passphrase_file, home)
    yield "algorithm", signer.algorithm.value


def _read_signer_of(table: StrictTable, suite: Suite, home: Path) -> SignerSettings:
    algorithm = table.text("algorithm", default_algorithm(suite).value)
    return read_signer(table, algorithm, [each for each in Algorithm if each.suite is suite], home)


def _short(path: Path, home: Path) -> str:
    """Write a path from the home's folder, so that both can be moved together."""
    return os.path.relpath(path.absolute(), home)
