"""A company's desk on files: keys, certificates, trust, a seal and a contract, for the commands."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eseal.certificates import to_pem
from eseal.pkcs8 import save_private_key
from eseal.signers import SoftwareSigner
from tests.command import Command, Outcome
from tests.rendered import render_sample
from tests.sealed import tiny_picture
from tests.world import Authority, World

PASSPHRASE = "a passphrase for tests"
KEYWORD = "The second page."
ITERATIONS = 1000


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The command on a folder of one suite's files, which are made when first asked for."""

    eseal: Command
    folder: Path
    world: World
    authority: Authority

    @cached_property
    def trust(self) -> Path:
        """Roots, CAs, makers and CRLs."""
        folder = self.world.write_trust(self.folder / "trust")
        for one in (self.world.sm2, self.world.rsa):
            (folder / f"{one.suite}-ca.pem").write_bytes(to_pem(one.ca.certificate))
        return folder

    @cached_property
    def key(self) -> Path:
        """The signer's key file."""
        return self.key_of("signer", self.authority.signing)

    @cached_property
    def cert(self) -> Path:
        """The signer's certificate, without its issuer's."""
        return self.write("signer.pem", to_pem(self.authority.signing.certificate))

    @cached_property
    def seal(self) -> Path:
        """A seal that lists the signer's certificate."""
        return self.seal_with()

    @cached_property
    def pdf(self) -> Path:
        """A contract of two pages, unsigned."""
        return self.write("contract.pdf", render_sample())

    def write(self, name: str, data: bytes) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def key_of(self, name: str, signer: SoftwareSigner) -> Path:
        """Write a key file."""
        path = self.folder / f"{name}.key.pem"
        save_private_key(signer.key, path, PASSPHRASE.encode(), iterations=ITERATIONS)  # type: ignore[arg-type]
        return path

    def seal_with(self, name: str = "company.esl", **changes: Any) -> Path:
        """Write the seal, with something else about it."""
        changes.setdefault("picture", tiny_picture())
        return self.write(name, self.authority.seal(**changes))

    def stamp(self, pdf: Path, out: str, *arguments: object) -> Outcome:
        """Stamp a PDF, with the desk's seal, key and trust."""
        return self.eseal(
            *("stamp", pdf, "--seal", self.seal, "--key", self.key, "--trust", self.trust),
            *("--out", self.folder / out, *arguments),
        )

    def stamped(self, pdf: Path, out: str, *arguments: object) -> Path:
        """Stamp a PDF, which has to succeed."""
        outcome = self.stamp(pdf, out, *arguments)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out == f"{self.folder / out}\n"
        return self.folder / out

    def verify(self, *arguments: object) -> Outcome:
        """Verify files by the desk's trust."""
        return self.eseal("verify", "--trust", self.trust, *arguments)
