"""What `licences seal show` prints of a seal: what it says, who may use it, what is to be changed.

Rule kept: while other content is applied for, what was made and what is proposed stand apart; what
is proposed stands beside what it takes the place of.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from eseal.cli.kinds import KINDS
from licences.cli.seal_who import Who, keeper_words, turn_rows, who_rows
from licences.cli.seal_words import state_text

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

    from licences.seal_application import SealApplication
    from licences.seal_model import SealRecord
    from licences.seal_versions import Content, Difference

FIELDS: Final = {
    "owner_name": "单位名称 owner",
    "name": "印章名称 name",
    "kind": "种类 kind",
    "keeper": "保管人 keeper",
    "issuing": "用于签发 issuing",
    "valid_from": "有效期自 valid from",
    "valid_until": "有效期至 valid until",
    "picture": "印模 picture",
    "signers": "可用章 signers",
}
"""What the fields are called that a change may change."""

_NONE: Final = "—"


def difference_words(one: "Difference") -> str:
    """Say how a field was and how it is to be."""
    from eseal.cli.times import in_china

    old, new = (in_china("；".join(each)) or _NONE for each in (one.old, one.new))
    return f"{FIELDS[one.field]}：{old} → {new}"


def content_data(who: Who) -> dict[str, object]:
    """Put signers, what was made, and what is to be changed into the JSON form."""
    from licences.seal_versions import is_pending, made, pending_differences, wanted

    if who.standing is None:
        return {"signers": None, "made": None, "changes": None}
    there, pending = made(who.standing), is_pending(who.standing)
    shown = wanted(who.standing) if there is None or pending else there
    return {
        "signers": _signers_data(shown),
        "made": None if there is None else _made_data(there),
        "changes": [
            {"field": one.field, "old": list(one.old), "new": list(one.new)}
            for one in pending_differences(who.standing)
        ],
    }


def print_seal(record: "SealRecord", who: Who) -> None:
    """Print a seal for people."""
    from eseal.cli.page import page, safe
    from eseal.cli.rows import Rows

    fields = Rows(fixed=1)
    for label, value in _rows(record, who):
        fields.add_row(f"  [dim]{label}[/]", value)
    with page() as console:
        doubt = f"  [red]✗ {who.broken}[/]" if who.broken else ""
        console.print(f"[bold]{safe(record.name)}[/]  {state_text(record.state.value)}{doubt}")
        console.print(f"{safe(record.es_id)}\n", soft_wrap=True)
        console.print(fields)


def _rows(record: "SealRecord", who: Who) -> Iterator[tuple[str, str]]:
    from eseal.cli.page import safe
    from licences.seal_versions import is_pending, made, pending_differences

    standing = who.standing
    there = made(standing) if standing and is_pending(standing) else None
    if standing is not None and there is not None:
        yield "现有 as made", f"版本 version {there.version}"
        yield from _content(there.application, who)
        yield from _object(record, who.revoked)
        yield "拟改 proposed", f"版本 version {record.version}"
        yield from (("", safe(difference_words(one))) for one in pending_differences(standing))
        yield from _certificates(standing.version.application.certificates, who.revoked)
    else:
        yield from _content(record, who)
        yield "版本 version", f"{record.version}"
        if record.esl is not None:
            yield from _object(record, who.revoked)
        elif standing is not None:
            yield from _certificates(standing.version.application.certificates, who.revoked)
    yield from who_rows(who)
    yield from turn_rows(who)
    yield "登记号 id", str(record.key.id)


def _content(said: "SealRecord | SealApplication", who: Who) -> Iterator[tuple[str, str]]:
    from eseal.cli.page import safe
    from eseal.cli.times import china_time

    picture = said.picture
    yield "单位 owner", f"{safe(said.owner_name)}  {safe(said.owner)}"
    yield FIELDS["name"], safe(said.name)
    yield FIELDS["kind"], f"{KINDS[said.kind.value]} {said.kind}  {said.suite.upper()}"
    yield FIELDS["keeper"], safe(keeper_words(who, said.keeper))
    yield "有效期 validity", f"{china_time(said.valid_from)} … {china_time(said.valid_until)}"
    yield FIELDS["issuing"], "是 yes" if said.issuing else "否 no"
    yield FIELDS["picture"], f"{safe(picture.kind)}  {picture.width} × {picture.height} mm"


def _object(record: "SealRecord", revoked: frozenset[bytes]) -> Iterator[tuple[str, str]]:
    """Tell the seal object: its digest, its maker and who may use it, or may no more."""
    import hashlib

    from eseal.cli.page import safe
    from eseal.seals.reading import read_seal

    esl = record.esl or b""
    seal = read_seal(esl)
    yield "印章对象 seal", f"SHA-256 {hashlib.sha256(esl).hexdigest()}"
    yield "制章者 maker", _holder(seal.maker)
    yield from _certificates(seal.signers.certificates, revoked)
    for each in seal.signers.digests:
        yield "可用章 signer", f"{safe(each.kind)} {each.value.hex()}"


def _certificates(listed: Iterable[bytes], revoked: frozenset[bytes]) -> Iterator[tuple[str, str]]:
    """Tell the certificates of those who may use a seal: holder and code, then which they are."""
    from eseal.certificates import read_certificate
    from eseal.cli.page import safe
    from eseal.cli.times import china_time
    from eseal.evidence import organisation_name

    for der in listed:
        each = read_certificate(der)
        over = "  [red]✗ 证书已吊销 revoked[/]" if each.sha256 in revoked else ""
        yield "可用章 signer", f"{_holder(each)}{over}"
        yield "", f"单位 organisation {safe(organisation_name(each) or _NONE)}"
        yield "", f"序列号 serial {each.serial_number:x}"
        yield "", f"SHA-256 {each.sha256.hex()}"
        yield "", f"证书自 from {china_time(each.not_valid_before)}"


def _holder(certificate: "Certificate") -> str:
    """Name whom a certificate is for, and until when it is valid."""
    from eseal.cli.page import safe
    from eseal.cli.times import china_time
    from eseal.evidence import common_name, organisation_identifier

    name = common_name(certificate)
    code = organisation_identifier(certificate) or ""
    ends = china_time(certificate.not_valid_after)
    return f"{safe(name)}  {safe(code)}  [dim]证书至 until {ends}[/]"


def _made_data(content: "Content") -> dict[str, object]:
    said = content.application
    return {
        "version": content.version,
        "owner_name": said.owner_name,
        "name": said.name,
        "keeper": said.keeper,
        "issuing": said.issuing,
        "valid_from": said.valid_from.isoformat(),
        "valid_until": said.valid_until.isoformat(),
        "picture": [said.picture.kind, said.picture.width, said.picture.height],
        "signers": _signers_data(content),
    }


def _signers_data(content: "Content") -> list[Mapping[str, str | None]]:
    """List who may use it: certificates, also where the seal lists digests that they have."""
    from eseal.certificates import read_certificate

    listed = content.signers
    ders = listed.certificates or tuple(
        each for each in content.application.certificates if listed.lists(read_certificate(each))
    )
    return [_signer_data(read_certificate(each)) for each in ders] or [
        {"digest": f"{each.kind} {each.value.hex()}"} for each in listed.digests
    ]


def _signer_data(certificate: "Certificate") -> Mapping[str, str | None]:
    from eseal.evidence import common_name, organisation_identifier, organisation_name

    return {
        "holder": common_name(certificate),
        "organisation": organisation_name(certificate),
        "code": organisation_identifier(certificate),
        "serial": f"{certificate.serial_number:x}",
        "sha256": certificate.sha256.hex(),
        "valid_from": certificate.not_valid_before.isoformat(),
        "valid_until": certificate.not_valid_after.isoformat(),
    }
