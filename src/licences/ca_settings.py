"""The CAs whose revocation lists a home publishes, as settings have them: read, and written back.

    [[ca]]
    name = "city-ca"               # its list is published as crl/city-ca.crl
    key = "ca.key.pem"             # opened only when a list is to be signed
    certificate = "ca.pem"
    passphrase_file = "passphrase" # or the environment has it
    algorithm = "sm2-sm3"
    crl_life_hours = 168           # how long a list may be relied on

Rules kept: a name is plain, for it becomes a file's, and stands once. Of the rest as of signers,
see `signer_settings`; the algorithm has to be said, for no suite is named here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from eseal.algorithms import Algorithm
from licences.signer_settings import SignerSettings, entry_lines, read_signer, signer_entries
from licences.strict_table import StrictTable

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_LONGEST_LIFE_HOURS: Final = 366 * 24
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaSettings:
    """A CA whose revocation list is published: its name, its signer, how long a list holds."""

    name: str
    signer: SignerSettings
    crl_life: timedelta


def read_cas(table: StrictTable, home: Path) -> tuple[CaSettings, ...]:
    """Take the CAs out of the settings; there may be none.

    Raises:
        MalformedError: with the reason of `table`.
    """
    return table.each("ca", lambda each: _read_ca(each, home), name=lambda ca: ca.name)


def ca_lines(cas: Iterable[CaSettings], home: Path) -> Iterator[str]:
    """Write CAs as TOML; `read_cas` reads them back."""
    for ca in cas:
        entries = entry_lines((("name", ca.name), *signer_entries(ca.signer, home)))
        yield f"[[ca]]\n{entries}crl_life_hours = {ca.crl_life // _HOUR}\n"


def _read_ca(table: StrictTable, home: Path) -> CaSettings:
    name, hours = table.text("name"), table.integer("crl_life_hours")
    if not _NAME.fullmatch(name):
        table.refuse(
            "应为小写字母、数字、连字符，至多 64 个 "
            "has to be small letters, digits and dashes, 64 at most",
            "name",
        )
    if not 1 <= hours <= _LONGEST_LIFE_HOURS:
        table.refuse(f"数值超出范围 is not from 1 to {_LONGEST_LIFE_HOURS}", "crl_life_hours")
    signer = read_signer(table, table.text("algorithm"), tuple(Algorithm), home)
    return CaSettings(name=name, signer=signer, crl_life=hours * _HOUR)
