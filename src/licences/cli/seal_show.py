"""`licences seal list`, `show` and `history`: what the seal register knows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eseal.cli.kinds import KINDS
from eseal.cli.options import write_new
from eseal.cli.voice import Exit, give_up, say_error
from eseal.plain_text import json_text
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_options import (
    JsonOption,
    LimitOption,
    SealArgument,
    open_office,
    open_register,
)
from licences.cli.seal_who import Who, read_who, turn_rows, who_data, who_rows
from licences.cli.seal_words import state_text
from licences.seal_terms import action_words, state_words

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

    from licences.seal_audit import AuditedEvent, SealHistory
    from licences.seal_model import SealRecord


_NONE = "没有印章；申请：licences seal apply there are no seals; licences seal apply asks for one"
_NO_MORE = "后面没有印章了 there are no seals behind it"


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="USCC", help="只列此单位的。Of this owner only.")
    ] = None,
    limit: LimitOption = 100,
    after: Annotated[
        str | None, typer.Option(metavar="SEAL", help="接在此印章之后。Go on behind this seal.")
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """列出印章，状态以登记为准，不核验记录（核验：show、history）。List seals, as registered.

    A list verifies no history: show and history do.
    """
    from eseal.errors import RefusedError
    from licences.seal_clerk import find_seal
    from licences.seal_model import SealRecord

    with open_register(home) as register:
        last = find_seal(register, after).key if after else None
        listed = register.each_seal(limit=limit, after=last, owner=owner)
    found = [each for each in listed if isinstance(each, SealRecord)]
    unread = [each for each in listed if isinstance(each, RefusedError)]
    if as_json:
        for each in found:
            typer.echo(json_text(_as_dict(each)))
    elif found:
        _print_list(found)
    if not listed:
        typer.echo(_NO_MORE if after else _NONE, err=True)
    if found and len(listed) == limit:
        typer.echo(f"后面可能还有 there may be more: --after {found[-1].es_id}", err=True)
    for error in unread:
        say_error(error)
    if unread:
        raise typer.Exit(Exit.FAILED)


def show(
    seal: SealArgument,
    esl: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="把印章对象写到此文件。Write the seal object there."),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """查看一枚印章：状态、内容、现在可由谁办理什么。Show a seal, and who may do what to it now."""
    with open_office(home) as (opened, office):
        record = office.find(seal)
        who = read_who(opened, office, record)
    if as_json:
        data = {**_as_dict(record), **who_data(who)}
        typer.echo(json_text(data, indent=2))
    else:
        _print(record, who)
    if esl is not None:
        if record.esl is None:
            give_up("印章尚未制作", "the seal has not been made yet", Exit.FAILED)
        write_new(esl, record.esl)
        typer.echo(str(esl))


def history(seal: SealArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """核验并列出一枚印章的全部记录。Verify and list everything that was done to a seal.

    退出码 Exit codes: 0 全部属实 all hold; 1 有被改动的 one was altered; 3 不能确定 undetermined.
    """
    from eseal.report import Outcome

    with open_office(home) as (_, office):
        found = office.history(seal)
    _print_history(found, home)
    match found.finding.outcome:
        case Outcome.PASSED:
            return
        case Outcome.FAILED:
            raise typer.Exit(Exit.FAILED)
        case Outcome.UNDETERMINED:
            raise typer.Exit(Exit.UNDETERMINED)


def _as_dict(record: "SealRecord") -> dict[str, object]:
    digest = record.esl_sha256
    return {
        "es_id": record.es_id,
        "id": str(record.key.id),
        "state": record.state.value,
        "version": record.version,
        "name": record.name,
        "kind": record.kind.value,
        "suite": record.suite.value,
        "owner": record.owner,
        "owner_name": record.owner_name,
        "keeper": record.keeper,
        "issuing": record.issuing,
        "valid_from": record.valid_from.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "picture": [record.picture.kind, record.picture.width, record.picture.height],
        "esl_sha256": None if digest is None else digest.hex(),
    }


def _print_list(found: "Sequence[SealRecord]") -> None:
    from eseal.cli.page import in_line, page
    from eseal.cli.rows import Rows
    from eseal.moments import china_day

    rows, stacked = Rows(fixed=2), Rows(fixed=0)
    for each in found:
        ends = f"至 until {china_day(each.valid_until)}"
        number, state = f"[bold]{in_line(each.es_id)}[/]", state_text(each.state.value)
        name, kind = in_line(each.name), f"[dim]{KINDS[each.kind.value]} {each.suite}[/]"
        rest = kind, f"[dim]{in_line(each.keeper)}[/]", f"[dim]{ends}[/]"
        rows.add_row(number, state, name, *rest)
        for line in ((number, state), (f"  {name}",), (f"  {rest[0]}", *rest[1:])):
            stacked.add_row("  ".join(line), whole=True)
    with page() as console:
        console.print(rows if rows.fit(console.width) else stacked)


def _print(record: "SealRecord", who: "Who") -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows

    fields = Rows(fixed=1)
    for label, value in _fields(record, who):
        fields.add_row(f"  [dim]{label}[/]", value)
    with page() as console:
        doubt = f"  [red]✗ {who.broken}[/]" if who.broken else ""
        console.print(f"[bold]{safe(record.name)}[/]  {state_text(record.state.value)}{doubt}")
        console.print(f"{safe(record.es_id)}\n", soft_wrap=True)
        console.print(fields)


def _fields(record: "SealRecord", who: "Who") -> Iterator[tuple[str, str]]:
    from eseal.cli.page import safe
    from eseal.cli.times import china_time

    picture = record.picture
    yield "单位 owner", f"{safe(record.owner_name)}  {safe(record.owner)}"
    yield "种类 kind", f"{KINDS[record.kind.value]} {record.kind}  {record.suite.upper()}"
    yield from who_rows(who)
    yield "有效期 validity", f"{china_time(record.valid_from)} … {china_time(record.valid_until)}"
    yield "用于签发 issuing", "是 yes" if record.issuing else "否 no"
    yield "印模 picture", f"{safe(picture.kind)}  {picture.width} × {picture.height} mm"
    yield "版本 version", f"{record.version}"
    if record.esl is not None:
        yield from _signers(record.esl, who.revoked)
    yield from turn_rows(who)
    yield "登记号 id", str(record.key.id)


def _signers(esl: bytes, revoked: frozenset[bytes]) -> Iterator[tuple[str, str]]:
    """Tell the seal object: its digest, its maker and who may use it, or may no more."""
    import hashlib

    from eseal.certificates import read_certificate
    from eseal.cli.page import safe
    from eseal.seals.reading import read_seal

    seal = read_seal(esl)
    yield "印章对象 seal", f"SHA-256 {hashlib.sha256(esl).hexdigest()}"
    yield "制章者 maker", _holder(seal.maker)
    for der in seal.signers.certificates:
        certificate = read_certificate(der)
        over = "  [red]✗ 证书已吊销 revoked[/]" if certificate.sha256 in revoked else ""
        yield "可用章 signer", f"{_holder(certificate)}{over}"
    for each in seal.signers.digests:
        yield "可用章 signer", f"{safe(each.kind)} {each.value.hex()}"


def _holder(certificate: "Certificate") -> str:
    """Name whom a certificate is for, and until when it is valid."""
    from eseal.cli.page import safe
    from eseal.cli.times import china_time
    from eseal.evidence import common_name, organisation_identifier

    name = common_name(certificate)
    code = organisation_identifier(certificate) or ""
    ends = china_time(certificate.not_valid_after)
    return f"{safe(name)}  {safe(code)}  [dim]证书至 until {ends}[/]"


def _print_history(found: "SealHistory", home: Path) -> None:
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows
    from eseal.cli.times import china_time
    from licences.home_advice import remedy_in
    from licences.seal_audit import advice_on

    rows = Rows(fixed=3)
    for each in found.events:
        rows.add_row(
            f"  [dim]{china_time(each.event.at)}[/]",
            action_words(each.event.action.value),
            safe(each.entry.actor) if each.entry else "?",
            _sign(each),
            f"[dim]{safe(_why(each))}[/]",
        )
    record = found.record
    with page() as console:
        console.print(f"[bold]{safe(record.name)}[/]  {state_words(record.state)}")
        console.print(f"{safe(record.es_id)}\n", soft_wrap=True)
        console.print(rows)
        reason = found.finding.reason
        if reason is None:
            console.print("\n[green]✓[/] 记录完整，签名有效 complete, every signature holds")
        else:
            console.print(f"\n[red]✗[/] {reason}  {reason.zh}  {reason.en}", soft_wrap=True)
            for remedy in advice_on(found.finding) or remedy_in(home, reason):
                console.print(f"  → {safe(remedy)}", soft_wrap=True)


def _sign(each: "AuditedEvent") -> str:
    reason = each.finding.reason
    return "[green]✓[/]" if reason is None else f"[red]✗[/] {reason}"


def _why(each: "AuditedEvent") -> str:
    """Say version, reason and basis; of an event that does not hold, what is wrong."""
    from eseal.cli.times import china_time, in_china

    if each.finding.reason is not None or each.entry is None:
        return in_china(each.finding.detail)
    said = [f"v{each.entry.version}", each.entry.reason, each.entry.basis]
    if each.entry.effective != each.entry.recorded:
        said.append(f"自 since {china_time(each.entry.effective)}")
    return "  ".join(part for part in said if part)
