"""Officers (经办人员): who does what to seals, by which powers, and signs for it with which keys.

    [[officer]]
    id = "approver-1"
    name = "审批员（样本）"
    powers = ["approve"]
    [officer.sm2]                  # as a department's signer, see `signer_settings`

An officer who has left stays, with `powers = []` and the certificates, so that the history can tell
what was signed by them (see `seal_audit`).

Rules kept: an id is short, plain and no personal data, because it stands in every event; a power
that is not known is an error; an officer acts only with the key, so nobody acts as another; no two
officers with powers name one key or certificate, for one person would count as two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eseal.algorithms import Suite
from eseal.errors import RefusedError
from eseal.signers import Signer
from licences.reasons import LicenceReason
from licences.seal_life import Power
from licences.seal_terms import power_words
from licences.signer_settings import (
    SignerSettings,
    entry_lines,
    quoted,
    read_signers,
    signer_lines,
)
from licences.strict_table import StrictTable

OFFICER_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""What an id looks like; a department's code, which may stand in its place, begins otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficerSettings:
    """An officer as the settings name them: id, name, powers, and a signer for each suite."""

    id: str
    name: str
    powers: frozenset[Power]
    signers: Mapping[Suite, SignerSettings]

    def demand(self, power: Power, *, instead: str = "") -> None:
        """Insist on a power.

        Args:
            power: which.
            instead: says who has it, for the refusal.

        Raises:
            RefusedError: POWER_MISSING.
        """
        if power not in self.powers:
            theirs = "、".join(map(power_words, sorted(self.powers))) or "（无）nothing"
            sentence = f"{self.id} 的职权 may：{theirs}；不含 not：{power_words(power)}" + (
                f"；{instead}" if instead else ""
            )
            raise RefusedError(LicenceReason.POWER_MISSING, sentence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """An officer with an opened key: whoever acts."""

    officer: OfficerSettings
    signer: Signer


def read_officers(table: StrictTable, home: Path) -> tuple[OfficerSettings, ...]:
    """Take the officers out of the settings; there may be none.

    Raises:
        MalformedError: with the reason of `table`.
    """
    officers = table.each(
        "officer", lambda each: _read_officer(each, home), name=lambda one: one.id
    )
    users: dict[Path, str] = {}
    for officer in officers:
        signers = officer.signers.values() if officer.powers else ()
        for path in {each for one in signers for each in (one.key, one.certificate)}:
            if users.setdefault(path, officer.id) != officer.id:
                table.refuse(
                    f"人员 officers {users[path]}、{officer.id} 同用 share {path.name}：一人只用"
                    "一个编号，密钥与证书各人各有 a person has one id, with a key and certificate "
                    "of their own",
                    "officer",
                )
    return officers


def officer_lines(officers: Iterable[OfficerSettings], home: Path) -> Iterator[str]:
    """Write officers as TOML; `read_officers` reads them back."""
    for officer in officers:
        entries = entry_lines((("id", officer.id), ("name", officer.name)))
        powers = quoted(sorted(each.value for each in officer.powers))
        yield f"[[officer]]\n{entries}powers = {powers}\n"
        yield from signer_lines("officer", officer.signers, home)


def _read_officer(table: StrictTable, home: Path) -> OfficerSettings:
    number = table.text("id")
    if not OFFICER_ID.fullmatch(number):
        table.refuse(
            "应为小写字母、数字、连字符，至多 32 个 "
            "has to be small letters, digits and dashes, 32 at most",
            "id",
        )
    listed = table.texts("powers")
    known = {each.value: each for each in Power}
    if not known.keys() >= set(listed):
        table.refuse(f"应列出 has to list some of {', '.join(known)}", "powers")
    officer = OfficerSettings(
        id=number,
        name=table.text("name"),
        powers=frozenset(known[each] for each in listed),
        signers=read_signers(table, home),
    )
    table.close()
    return officer
