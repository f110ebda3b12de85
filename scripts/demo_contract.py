"""The demo's contract: made here, then sealed by two companies and over its edges, on files alone.

Runs what a person would run: `eseal seal draw`, `eseal seal make`, `eseal stamp`, `eseal verify`;
each command is shown. One company has SM2 keys, the other RSA ones: a document takes both.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import typst

from eseal.algorithms import Suite
from eseal.fonts import FONT_FOLDER
from licences.catalogue import Department
from licences.demo_authority import DemoAuthority
from licences.identifiers import Uscc
from licences.licence_type import Bilingual

ESEAL = str(Path(sys.executable).with_name("eseal"))


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company of the demo: who it is, its suite, the short name of its files."""

    code: str
    name: str
    suite: Suite
    short: str

    @property
    def department(self) -> Department:
        """Who the demo authority certifies."""
        name = Bilingual(zh=self.name, en=self.short)
        return Department(code=Uscc.parse(self.code), name=name)


BUYER = Company(
    code="91999901MAEX000107", name="示例市样本科技有限公司", suite=Suite.SM2, short="buyer"
)
SELLER = Company(
    code="91999901MAEX000294", name="示例市样例制造股份有限公司", suite=Suite.RSA, short="seller"
)
COMPANIES = (BUYER, SELLER)


def make_contract() -> bytes:
    """Set the contract: a plain PDF, as anybody's word processor gives one."""
    compiler = typst.Compiler(
        input=str(Path(__file__).with_suffix(".typ")),
        font_paths=[str(FONT_FOLDER)],
        ignore_system_fonts=True,
    )
    names = {"buyer": BUYER.name, "seller": SELLER.name}
    pdf = compiler.compile(format="pdf", sys_inputs=names)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def seal_contract(root: Path, folder: Path, authority: DemoAuthority) -> int:
    """Make the companies' seals, seal the contract and verify it; gives the verdict's exit code.

    Args:
        root: where commands run; the files are named from there.
        folder: where the contract and the seals go; it is there, and empty.
        authority: who certified the companies and the seal maker.
    """
    (folder / "contract.pdf").write_bytes(make_contract())
    for company in COMPANIES:
        _make_seal(root, folder, authority, company)
    where = (("--keyword", "甲方盖章处"), ("--keyword", "乙方盖章处"), ("--straddle",))
    last = folder / "contract.pdf"
    for number, (company, place) in enumerate(zip((BUYER, SELLER, BUYER), where, strict=True), 1):
        sealed = folder / ("contract-sealed.pdf" if number == 3 else f"contract-{number}.pdf")
        signer = authority.signer_of(company.code, company.suite)
        _run(
            root, authority, "stamp", last, "--seal", folder / f"{company.short}.esl",
            *place, "--key", signer.key, "--cert", signer.certificate,
            "--trust", authority.trust, "--out", sealed,
        )  # fmt: skip
        last = sealed
    return _run(root, authority, "verify", last, "--trust", authority.trust)


def _make_seal(root: Path, folder: Path, authority: DemoAuthority, company: Company) -> None:
    picture, seal = folder / f"{company.short}.svg", folder / f"{company.short}.esl"
    signer = authority.signer_of(company.code, company.suite)
    maker = authority.maker(company.suite)
    _run(
        root, authority, "seal", "draw", "company", "--name", company.name, "--sample",
        "--out", picture,
    )  # fmt: skip
    _run(
        root, authority, "seal", "make", "--picture", picture, "--size", "40,40",
        "--name", f"{company.name}公章（样本）", "--signer", signer.certificate,
        "--maker-key", maker.key, "--maker-cert", maker.certificate, "--out", seal,
    )  # fmt: skip


def _run(root: Path, authority: DemoAuthority, *arguments: str | Path) -> int:
    """Show a command and run it; the passphrase comes from a file, not from the command."""
    words = [str(each.relative_to(root)) if isinstance(each, Path) else each for each in arguments]
    print(f"  $ eseal {' '.join(words)}", flush=True)
    environment = {
        **os.environ,
        "ESEAL_PASSPHRASE": (authority.folder / "passphrase").read_text().strip(),
    }
    return subprocess.run([ESEAL, *words], cwd=root, env=environment, check=False).returncode
