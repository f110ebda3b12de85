"""The demo: an authority, a sealed licence of each type, verified, tampered, suspended; a contract.

Runs what a person would run, `licences` and `eseal stamp` as the commands they are; only
making the departments' seals and the sixteen issues go through the library in one process, to save
starting Python so often.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.demo_contract import COMPANIES, seal_contract

from eseal.algorithms import Suite
from eseal.jose.sdjwt import read_sd_jwt
from eseal.moments import now
from licences.catalogue import load_catalogue
from licences.demo_authority import DemoAuthority, create_demo_authority
from licences.demo_seals import create_demo_seals
from licences.home import Home, create_home, open_home
from licences.issuing import Issuer, Refused
from licences.model import IssueRequest
from licences.output import write_documents

ROOT = Path(__file__).parents[1]
AUTHORITY = ROOT / "keys" / "demo"
DEMO = ROOT / "demo"
OUT = DEMO / "out"
TAMPERED = DEMO / "tampered"
CONTRACT = DEMO / "contract"
LICENCES = str(Path(sys.executable).with_name("licences"))


def main() -> int:
    """Run the demo; gives 0 when every verdict is the expected one."""
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.rmtree(TAMPERED, ignore_errors=True)
    shutil.rmtree(CONTRACT, ignore_errors=True)
    say("1  建立演示用的颁发机构（SM2 与 RSA）", "a demo authority for both suites")
    departments = load_catalogue().departments
    companies = [each.department for each in COMPANIES]
    authority = create_demo_authority(AUTHORITY, [*departments, *companies])
    homes = {suite: _home(suite, authority) for suite in Suite}
    say("2  每种证照各签发一份，盖部门的印章", "one licence of every shipped type, sealed")
    for suite, home in homes.items():
        _issue_all(home, suite)
    say(
        "3  公布状态列表，逐个验证",
        "publish status lists; licences verify demo/out --trust keys/demo/trust",
    )
    _publish()
    good = _verify("demo/out")
    say("4  改动一份副本再验", "change one value in a copy and verify it")
    bad = _verify(_tamper())
    say("5  暂扣一份再验，然后恢复", "suspend one and verify it, then resume it")
    suspended = _suspend_and_verify()
    say("6  两家公司给合同盖章，再盖骑缝章", "two companies seal a contract, and over its edges")
    CONTRACT.mkdir(parents=True)
    sealed = seal_contract(ROOT, CONTRACT, authority)
    _farewell()
    return 0 if (good, bad, suspended, sealed) == (0, 1, 1, 0) else 1


def say(zh: str, en: str) -> None:
    """Print a heading."""
    print(f"\n\033[1m{zh}\033[0m  {en}" if sys.stdout.isatty() else f"\n{zh}  {en}", flush=True)


def _home(suite: Suite, authority: DemoAuthority) -> Home:
    """Open the suite's demo home, or make it; the two suites have a register each."""
    path = DEMO / "home" / suite.value
    companies = {each.code for each in COMPANIES}
    if not (path / "settings.toml").exists():
        create_home(
            path,
            departments=[each for each in authority.departments if each.code.text not in companies],
            trust=authority.trust_files,
            officers=authority.officers,
        )
    home = open_home(path)
    seals = create_demo_seals(home)
    print(f"  {suite.value}: {len(seals)} 枚证照印章，经申请、审批、制作、启用 seals, by all steps")
    return home


def _issue_all(home: Home, suite: Suite) -> None:
    requests = [
        IssueRequest(
            type_slug=each.slug,
            department=sorted(code.text for code in each.issuers)[0],
            data=each.sample(),
            suite=suite,
        )
        for each in home.catalogue().types
    ]
    with Issuer.open(home, clock=now) as issuer:
        for request, result in zip(requests, issuer.issue_many(requests), strict=True):
            if isinstance(result, Refused):
                sys.exit(f"{request.type_slug}: {result.problems}")
            stem = f"{request.type_slug}-{suite.value}"
            write_documents(OUT, stem, issuer.documents_of(result))
            print(f"  {stem:<40} {result.identifier}")


def _publish() -> None:
    """Publish what verifiers need, beside the roots that they trust."""
    for suite in Suite:
        _licences("publish", "--home", f"demo/home/{suite.value}", "--out", "keys/demo/trust")


def _verify(target: str) -> int:
    return _licences("verify", target, "--trust", "keys/demo/trust")


def _suspend_and_verify() -> int:
    """Suspend a licence, verify its PDF, and resume it; gives the exit code of verifying."""
    suite = Suite.SM2
    home, why = f"demo/home/{suite.value}", ("--by", "张样例", "--reason", "演示（样本）")
    document = f"demo/out/business-licence-{suite.value}.json"
    payload = read_sd_jwt((ROOT / document).read_bytes()).claims()
    identifier = str(payload["certificate_identifier"])
    _licences("suspend", identifier, *why, "--home", home)
    _publish()
    code = _verify(document)
    _licences("resume", identifier, *why, "--home", home)
    _publish()
    _licences("history", identifier, "--home", home)
    return code


def _licences(*arguments: str) -> int:
    return subprocess.run([LICENCES, *arguments], cwd=ROOT, check=False).returncode


def _tamper() -> str:
    """Change one letter of a business licence's stored page, as a forger's editor would."""
    name = "business-licence-sm2.pdf"
    data = bytearray((OUT / name).read_bytes())
    place = data.index(b"stream", len(data) // 3) + 64
    data[place] ^= 0x01
    TAMPERED.mkdir(parents=True)
    (TAMPERED / name).write_bytes(data)
    return f"demo/tampered/{name}"


def _farewell() -> None:
    say("完成", "done")
    print(
        "  证照 licences          demo/out/\n"
        "  盖章的合同 contract     demo/contract/contract-sealed.pdf\n"
        "  信任的根 trusted roots  keys/demo/trust/\n"
        "\n接下来可以试试 What to try next:\n"
        "  . .venv/bin/activate\n"
        "  licences verify demo/out/talent-card-rsa.json --trust keys/demo/trust\n"
        "  licences explain DIGEST_MISMATCH\n"
        "  eseal show demo/contract/contract-sealed.pdf\n"
        "  licences seal list --home demo/home/sm2\n"
        "  licences types business-licence --sample | sed s/00018/00026/ > my.json\n"
        "  licences issue business-licence --data my.json --out . --home demo/home/sm2\n"
        "  pdfsig -nocert demo/out/business-licence-rsa.pdf"
    )


if __name__ == "__main__":
    sys.exit(main())
