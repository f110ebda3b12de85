"""`licences seal use`: a PDF is sealed by the seal's keeper, and the use is journaled before."""

import json
import os
import re
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from eseal import whole_files
from eseal.algorithms import Suite
from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.errors import UnavailableError
from eseal.moments import now
from eseal.pdf import foreign, stamping
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Indication, judge
from eseal.signers import SoftwareSigner
from licences.cli.main import main
from licences.demo_authority import create_demo_authority
from licences.demo_seals import create_demo_seals, demo_number
from licences.home import Home, open_home, read_chain
from licences.home_advice import remedy_in
from licences.issuing import Issued, Issuer
from licences.model import Format
from licences.reasons import LicenceReason
from licences.seal_store import SealRegister
from licences.seal_using import SealUsage
from tests.command import Command, Outcome
from tests.homes import DEPARTMENTS, MARKET, QuickFaces, clean_processes, quick_face, request
from tests.rendered import render_sample
from tests.vectors.pdf import PdfForge, encrypted
from tests.world import World

MATTER = "样本合同用印（样本）"
KEYWORD = "The second page."
NUMBER = demo_number(MARKET, Suite.SM2)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """The command on a home whose departments have SM2 seals, and a contract of two pages."""

    licences: Command
    home: Path
    folder: Path

    @property
    def pdf(self) -> Path:
        """The contract."""
        path = self.folder / "contract.pdf"
        if not path.exists():
            path.write_bytes(render_sample())
        return path

    @property
    def out(self) -> Path:
        """Where the sealed contract goes."""
        return self.folder / "contract-sealed.pdf"

    def use(
        self,
        *arguments: object,
        seal: str = NUMBER,
        pdf: Path | None = None,
        officer: str = "keeper-1",
        matter: str = MATTER,
    ) -> Outcome:
        """Use a seal."""
        return self.licences(
            *("seal", "use", seal, pdf or self.pdf, "--as", officer, "--matter", matter),
            *("--home", self.home, *arguments),
        )

    def step(self, action: str, officer: str) -> None:
        """Do something to the seal, which has to succeed."""
        outcome = self.licences(
            *("seal", action, NUMBER, "--as", officer, "--reason", "样本", "--home", self.home)
        )
        assert outcome.code == 0, outcome.err

    def uses(self, seal: str = NUMBER) -> list[dict[str, str]]:
        """What the journal says."""
        outcome = self.licences("seal", "uses", seal, "--home", self.home, "--json")
        return [json.loads(line) for line in outcome.out.splitlines()]

    def indication(self) -> Indication:
        """Our verifier's verdict on the sealed contract."""
        trust = open_home(self.home).trust_store()
        evidence = verify_pdf(self.out.read_bytes(), judge=PathJudge(trust, at=now()))
        assert [seal.info.es_id for seal in evidence.seals]
        return judge(evidence.findings).indication


@pytest.fixture
def counter(licences: Command, home_with_seals: Path, tmp_path: Path) -> Counter:
    """The command on a new home with the demo's SM2 seals."""
    return Counter(licences=licences, home=home_with_seals, folder=tmp_path)


def refused(
    counter: Counter, outcome: Outcome, reason: ReasonCode, *, used: int = 0, code: int = 1
) -> None:
    """The command told this reason; there is no document, and so many uses were journaled."""
    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert reason in outcome.err
    assert remedy_in(counter.home, reason)[0] in outcome.err
    assert not counter.out.exists()
    assert len(counter.uses()) == used


@pytest.mark.parametrize(
    ("place", "operation"),
    [
        (("--at", "60mm,40mm", "--page", "2"), "stamp"),
        (("--keyword", KEYWORD), "stamp"),
        (("--straddle",), "straddle"),
    ],
)
@pytest.mark.unmeasured
def test_seals_and_journals(counter: Counter, place: tuple[str, ...], operation: str) -> None:
    """The PDF verifies; the journal has who, what for, what was done, and the digest signed."""
    outcome = counter.use(*place)
    assert (outcome.code, outcome.out) == (0, f"{counter.out}\n"), outcome.err
    assert counter.indication() is Indication.TOTAL_PASSED
    (use,) = counter.uses()
    assert (use["actor"], use["matter"], use["operation"]) == ("keeper-1", MATTER, operation)
    assert (use["suite"], use["licence"]) == ("sm2", "")
    # The digest is what the CMS signs as message-digest.
    contents = re.search(
        rb"/Contents<([0-9a-fA-F]+)>|/Contents <([0-9a-fA-F]+)>", counter.out.read_bytes()
    )
    assert contents is not None
    assert use["digest"] in (contents[1] or contents[2]).decode().lower()
    shown = counter.licences("seal", "uses", NUMBER, "--home", counter.home).out
    for said in ("keeper-1", MATTER, operation, use["digest"]):
        assert said in shown


def test_an_rsa_seal(counter: Counter) -> None:
    """A seal of the RSA suite is used with the keeper's and the department's RSA keys."""
    create_demo_seals(open_home(counter.home), suites=[Suite.RSA])
    number = demo_number(MARKET, Suite.RSA)
    assert counter.use("--straddle", seal=number).code == 0
    assert counter.indication() is Indication.TOTAL_PASSED
    assert [use["suite"] for use in counter.uses(number)] == ["rsa"]


@pytest.mark.unmeasured
def test_two_seals_on_one_document(counter: Counter) -> None:
    """The second seal leaves the first valid; each has its use."""
    first = counter.folder / "first.pdf"
    other = demo_number(DEPARTMENTS[1].code.text, Suite.SM2)
    assert counter.use("--keyword", KEYWORD, "--out", first).code == 0
    second = counter.use("--straddle", "--out", counter.out, seal=other, pdf=first)
    assert second.code == 0, second.err
    assert counter.indication() is Indication.TOTAL_PASSED
    assert (len(counter.uses()), len(counter.uses(other))) == (1, 1)


def test_only_its_keeper_uses_it(counter: Counter) -> None:
    """POWER_MISSING, NOT_THE_KEEPER, UNKNOWN_OFFICER: nobody else, with whatever key."""
    settings = counter.home / "settings.toml"
    text = settings.read_text("utf-8")
    start = text.index('[[officer]]\nid = "keeper-1"')
    other = text[start:].replace("keeper-1", "keeper-2", 1)
    for name in re.findall(r'"([^"]*keeper-1[^"]*)"', other):
        copy = shutil.copy2(counter.home / name, counter.folder / Path(name).name)
        other = other.replace(name, str(copy))
    settings.write_text(f"{text}\n{other}", "utf-8")
    for officer, reason in (
        ("maker-1", LicenceReason.POWER_MISSING),
        ("keeper-2", LicenceReason.NOT_THE_KEEPER),
        ("nobody", LicenceReason.UNKNOWN_OFFICER),
    ):
        refused(counter, counter.use("--straddle", officer=officer), reason)


def test_only_while_it_is_active(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEAL_NOT_ACTIVE while it is suspended; after it is resumed it can be used."""
    counter.step("suspend", "approver-1")
    with monkeypatch.context() as keyless:
        keyless.delattr(Home, "acting")  # nobody's key is asked for in vain
        refused(counter, counter.use("--straddle"), LicenceReason.SEAL_NOT_ACTIVE)
    counter.step("resume", "approver-1")
    assert counter.use("--straddle").code == 0


def test_a_seal_suspended_on_the_way(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEAL_NOT_ACTIVE: suspended after the check, it is refused when the use is journaled."""
    record_use = SealRegister.record_use

    def suspended_first(register: SealRegister, planned: object) -> None:
        monkeypatch.setattr(SealRegister, "record_use", record_use)
        counter.step("suspend", "approver-1")
        record_use(register, planned)  # type: ignore[arg-type]

    monkeypatch.setattr(SealRegister, "record_use", suspended_first)
    refused(counter, counter.use("--straddle"), LicenceReason.SEAL_NOT_ACTIVE)


def test_a_licence_is_not_sealed_again(counter: Counter) -> None:
    """ISSUED_BY_ITS_ORIGIN: it would be no licence any more; nothing is journaled or signed."""
    with Issuer.open(open_home(counter.home), clock=now, faces=QuickFaces()) as issuer:
        issued = issuer.issue(request())
        assert isinstance(issued, Issued)
        counter.pdf.write_bytes(issuer.documents_of(issued)[Format.PDF])
    refused(counter, counter.use("--at", "40mm,30mm"), Reason.ISSUED_BY_ITS_ORIGIN)


def test_an_attachment_alone_makes_no_licence(counter: Counter) -> None:
    """What was not issued as a licence is sealed, whatever is attached to it."""
    place = ("--at", "40mm,30mm")
    counter.pdf.write_bytes(quick_face(b"{}", now()))
    outcome = counter.use(*place)
    assert outcome.code == 0, outcome.err
    assert counter.use(*place, "--out", counter.folder / "2.pdf", pdf=counter.out).code == 0


@pytest.mark.parametrize("matter", ["", "   ", "两\n行", "长" * 201])
@pytest.mark.unmeasured
def test_a_matter_has_to_be_said(counter: Counter, matter: str) -> None:
    """Exit code 2, TEXT_REFUSED: empty, of two lines, too long; nothing is journaled or signed."""
    outcome = counter.use("--straddle", matter=matter)
    assert (outcome.code, outcome.out) == (2, "")
    assert LicenceReason.TEXT_REFUSED in outcome.err
    assert "（--matter）" in outcome.err
    assert (counter.uses(), counter.out.exists()) == ([], False)


@pytest.mark.parametrize("place", [(), ("--straddle", "--page", "2"), ("--page", "2")])
def test_without_a_place_it_is_no_command(counter: Counter, place: tuple[str, ...]) -> None:
    """Exit code 2, SEAL_PLACE_REFUSED: none of --at, --keyword and --straddle, or a page of all."""
    outcome = counter.use(*place)
    assert (outcome.code, outcome.out) == (2, "")
    assert Reason.SEAL_PLACE_REFUSED in outcome.err


def test_without_a_matter_it_is_no_command(counter: Counter) -> None:
    """--matter is required, and so is --as."""
    arguments = ("seal", "use", NUMBER, counter.pdf, "--straddle", "--home", counter.home)
    assert counter.licences(*arguments, "--as", "keeper-1").code == 2
    assert counter.licences(*arguments, "--matter", MATTER).code == 2


def test_what_cannot_be_sealed(counter: Counter, world: World) -> None:
    """An encrypted PDF, a place off the page, a text: refused, and no use is journaled."""
    bad = counter.folder / "bad.pdf"
    for data, place, reason in (
        (encrypted(PdfForge(world.sm2)), "60mm,40mm", Reason.ENCRYPTED_PDF),
        (render_sample(), "1mm,1mm", Reason.SEAL_PLACE_REFUSED),
    ):
        bad.write_bytes(data)
        outcome = counter.use("--at", place, "--out", counter.out, pdf=bad)
        refused(counter, outcome, reason)
    refused(counter, counter.use("--straddle", seal="0" * 13), LicenceReason.UNKNOWN_SEAL)
    bad.write_bytes(b"a text")
    outcome = counter.use("--straddle", pdf=bad)
    assert (outcome.code, "另存或打印为 PDF" in outcome.err) == (2, True)
    assert counter.uses() == []


def test_where_nothing_can_be_written(counter: Counter) -> None:
    """A file that is there, a folder that is not: told before the seal is used."""
    counter.out.write_bytes(b"mine")
    assert counter.use("--straddle").code == 2
    assert counter.use("--straddle", "--out", counter.folder / "none" / "a.pdf").code == 2
    assert counter.uses() == []
    assert counter.out.read_bytes() == b"mine"


def test_a_use_stays_whatever_comes_after(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signer that fails after the journal leaves the use, and no document."""

    def silent(_signer: SoftwareSigner, _data: bytes) -> bytes:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, "no answer")

    monkeypatch.setattr(SoftwareSigner, "sign", silent)
    refused(counter, counter.use("--straddle"), Reason.ENGINE_UNAVAILABLE, used=1)
    monkeypatch.undo()


def test_another_key(counter: Counter, authority_folder: Path) -> None:
    """--key and --cert go together; a signer that the seal does not list is refused."""
    authority = create_demo_authority(authority_folder, DEPARTMENTS, clock=now)
    ours, others = (each.signers[Suite.SM2] for each in authority.departments)
    assert ours.passphrase_file is not None
    passphrase = ("--passphrase-file", ours.passphrase_file)
    assert counter.use("--straddle", "--key", ours.key).code == 2
    assert counter.use("--straddle", "--cert", ours.certificate).code == 2
    wrong = counter.use(
        "--straddle", "--key", others.key, "--cert", others.certificate, *passphrase
    )
    refused(counter, wrong, Reason.SEAL_SIGNER_NOT_LISTED)
    chain = counter.folder / "chain.pem"
    chain.write_bytes(to_pem(*read_chain(ours)))
    good = counter.use("--straddle", "--key", ours.key, "--cert", chain, *passphrase)
    assert good.code == 0, good.err
    assert len(counter.uses()) == 1


def test_the_seal_of_a_unit_without_a_signer_here(counter: Counter) -> None:
    """A seal whose owner is no department of the home needs --key and --cert, and says so."""
    settings = counter.home / "settings.toml"
    text = settings.read_text("utf-8")
    start = text.index("[[department]]")
    settings.write_text(text[:start] + text[text.index("[[department]]", start + 1) :], "utf-8")
    outcome = counter.use("--straddle")
    assert outcome.code == 2
    assert "--key" in outcome.err
    assert counter.uses() == []


POINTS: dict[str, tuple[Any, str]] = {
    "not journaled": (SealUsage, "journal"),
    "journaled, not signed": (foreign, "_fill"),
    "signed, not verified": (stamping, "_check"),
    "verified, not written": (whole_files, "write_new"),
    "written": (whole_files, "sync_folder"),
}
"""Before what the process ends."""


def die(*_arguments: object, **_options: object) -> None:
    """End this process as nothing can catch."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_everywhere(arguments: list[str], out: Path) -> None:
    """For each point fork a process that runs the command and kills itself there."""
    for point, place in POINTS.items():
        child = os.fork()
        if not child:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(*place, die)
                patch.setattr(sys, "argv", ["licences", *arguments])
                main()
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), point
        assert out.exists() is (point == "written"), point


@pytest.mark.unmeasured
def test_killed_anywhere_no_use_is_unjournaled(counter: Counter) -> None:
    """Nothing is there that is not whole and journaled, and it can be done again."""
    arguments = [
        *("seal", "use", NUMBER, str(counter.pdf), "--keyword", KEYWORD, "--as", "keeper-1"),
        *("--matter", MATTER, "--home", str(counter.home), "--out", str(counter.out)),
    ]
    killer = clean_processes.Process(target=die_everywhere, args=(arguments, counter.out))
    killer.start()
    killer.join()
    assert killer.exitcode == 0
    assert counter.indication() is Indication.TOTAL_PASSED
    assert len(counter.uses()) == len(POINTS) - 1
    again = counter.folder / "again.pdf"
    assert counter.use("--keyword", KEYWORD, "--out", again).code == 0
    assert len(counter.uses()) == len(POINTS)
