"""`licences seal apply`, `change` and `renew`: what a seal is to be, and who may use it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from eseal.cli.options import ListKind, StarOption, SuiteName
from eseal.cli.voice import as_usage
from eseal.pictures.design import SealKind
from licences.cli.grounds_options import BasisOption, ReasonOption, in_options
from licences.cli.home_option import DEFAULT_HOME, HomeOption
from licences.cli.seal_content import (
    day_end,
    first_second,
    going_on,
    last_second,
    makers_of,
    name_of,
    redrawn,
    uploaded,
)
from licences.cli.seal_next import say, say_out_of_use
from licences.cli.seal_options import (
    ActorOption,
    CertificatesOption,
    SealArgument,
    open_office,
    read_certificate_files,
    why,
)

NameOption = Annotated[
    str | None, typer.Option(help="印章名称，默认为单位名加用途。The seal's name, as it is filed.")
]
TextOption = Annotated[
    str | None,
    typer.Option(help="印面文字，默认单位名。Words on the seal; the owner's name by default."),
]
PurposeOption = Annotated[
    str | None, typer.Option(help="印面用途一行，如 电子证照专用章。The purpose, in a row.")
]
SampleOption = Annotated[bool, typer.Option("--sample", help="印面标明“样本”。Mark it 样本.")]
PictureOption = Annotated[
    Path | None,
    typer.Option(help="用现成的印模（PNG 或 SVG）代替绘制。A picture instead of drawing one."),
]
SizeOption = Annotated[
    str | None,
    typer.Option(metavar="W,H", help="现成印模的尺寸（毫米），如 42,42。Its size in millimetres."),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="有效期第一天，申请时默认今天。Its first day."),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        metavar="DAY",
        help="有效期最后一天；默认到用章证书或制章者证书到期，至多五年。"
        "Its last day; by default as long as its signers' and makers' certificates, five years "
        "at most.",
    ),
]


def apply(
    officer: ActorOption,
    owner: Annotated[
        str, typer.Option(metavar="USCC", help="用章单位的统一社会信用代码。The owner's code.")
    ],
    keeper: Annotated[
        str, typer.Option(metavar="OFFICER", help="保管人。The officer who keeps it.")
    ],
    cert: CertificatesOption,
    kind: Annotated[SealKind, typer.Option(help="种类。What it is for.")] = SealKind.UNIT,
    suite: Annotated[
        SuiteName, typer.Option(case_sensitive=False, help="算法。Suite.")
    ] = SuiteName.SM2,
    owner_name: Annotated[
        str | None, typer.Option(help="用章单位名称；本主目录的部门可不填。The owner's name.")
    ] = None,
    name: NameOption = None,
    text: TextOption = None,
    purpose: PurposeOption = None,
    star: StarOption = None,
    sample: SampleOption = False,
    picture: PictureOption = None,
    size: SizeOption = None,
    number: Annotated[
        str,
        typer.Option(
            metavar="DIGITS",
            help="公安机关赋予的印章备案编号，13 或 14 位数字；印面与登记簿都用它。没有备案的不填，"
            "登记簿随机取 32 位十六进制编号。The number under which the police filed the seal, 13"
            " or 14 digits, for its face and the register; left out, 32 random hex digits.",
        ),
    ] = "",
    listing: Annotated[
        ListKind, typer.Option("--list", help="名单列证书或其摘要。List certificates or digests.")
    ] = ListKind.CERTIFICATES,
    issuing: Annotated[
        bool, typer.Option("--issuing", help="用于签发证照。The owner issues licences with it.")
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    reason: ReasonOption = "",
    basis: BasisOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """申请一枚印章。Apply for a seal."""
    from eseal.algorithms import Suite
    from eseal.pictures.design import design_of
    from licences.identifiers import Uscc
    from licences.reasons import LicenceReason
    from licences.seal_application import Listing, SealApplication
    from licences.seal_drafting import design_text, draw_picture
    from licences.seal_model import check_registration

    given = why("apply", reason, basis)
    with as_usage(), in_options():
        Uscc.parse(owner)
        if number:
            check_registration(number)
    signers, issuers = read_certificate_files(cert)
    with as_usage(LicenceReason.SEAL_APPLICATION_REFUSED), open_office(home) as (opened, office):
        owned_by = owner_name or name_of(opened.settings, owner)
        if picture is None:
            design = design_of(
                kind,
                name=text or owned_by,
                purpose=purpose,
                number=number,
                tax_number=owner if kind is SealKind.INVOICE else "",
                star=star,
                sample=sample,
            )
            shown, written, use = draw_picture(design), design_text(design), design.purpose
        else:
            shown, written, use = uploaded(picture, size), "", purpose or ""
        wanted = SealApplication(
            owner=owner,
            owner_name=owned_by,
            name=name or f"{owned_by}{use}",
            kind=kind,
            suite=Suite(suite.value),
            keeper=keeper,
            issuing=issuing,
            certificates=tuple(each.dump() for each in signers),
            issuers=tuple(each.dump() for each in issuers),
            listing=Listing(listing.value),
            valid_from=first_second(since),
            valid_until=last_second(since, until, signers, makers_of(opened, Suite(suite.value))),
            picture=shown,
            design=written,
        )
        actor = opened.acting(officer, wanted.suite)
        applied = office.apply(wanted, actor, given, number=number)
        say(opened, office, applied)


def change(
    seal: SealArgument,
    officer: ActorOption,
    owner_name: Annotated[
        str | None,
        typer.Option(
            help="用章单位更名后的名称，照新证书。The owner's new name, by new certificates."
        ),
    ] = None,
    name: NameOption = None,
    text: TextOption = None,
    purpose: PurposeOption = None,
    picture: PictureOption = None,
    size: SizeOption = None,
    keeper: Annotated[
        str | None, typer.Option(metavar="OFFICER", help="新保管人。Another keeper.")
    ] = None,
    cert: Annotated[
        list[Path] | None,
        typer.Option("--cert", metavar="FILE", help="新的用章证书。Other signers' certificates."),
    ] = None,
    issuing: Annotated[
        bool | None, typer.Option("--issuing/--no-issuing", help="是否用于签发。Whether to issue.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    reason: ReasonOption = "",
    basis: BasisOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """变更印章：提出新版本的申请，办结前停止使用。Apply for other content, out of use meanwhile.

    未给出的各项保持不变；新版本经审批、制作、启用后才能再用。What is not given stays as it is; the
    seal can be used again when its new version was approved, made and activated.
    """
    from licences.reasons import LicenceReason

    given = why("change", reason, basis)
    with as_usage(LicenceReason.SEAL_APPLICATION_REFUSED), open_office(home) as (opened, office):
        wanted = going_on(office.standing(seal), cert)
        if picture is not None:
            wanted = replace(wanted, picture=uploaded(picture, size), design="")
        elif text is not None or purpose is not None:
            wanted = redrawn(wanted, text, purpose)
        if cert:
            signers, issuers = read_certificate_files(cert)
            wanted = replace(
                wanted,
                certificates=tuple(each.dump() for each in signers),
                issuers=tuple(each.dump() for each in issuers),
            )
        wanted = replace(
            wanted,
            owner_name=owner_name or wanted.owner_name,
            name=name or wanted.name,
            keeper=keeper or wanted.keeper,
            issuing=wanted.issuing if issuing is None else issuing,
            valid_from=first_second(since) if since else wanted.valid_from,
            valid_until=day_end(until) if until else wanted.valid_until,
        )
        actor = opened.acting(officer, wanted.suite)
        known = office.find(seal)
        changed = office.change(seal, wanted, actor, given)
        say_out_of_use(known)
        say(opened, office, changed)


def renew(
    seal: SealArgument,
    officer: ActorOption,
    cert: CertificatesOption,
    reason: ReasonOption = "",
    basis: BasisOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """换证：用章证书更换后重制，内容不变，不再审批。Make it again for renewed certificates.

    新证书须属于同一单位。启用中的印章随即停止使用，由保管人重新启用（activate）后才能再用，其间也不能用它签发。
    The new certificates must be the same organisation's. An active seal goes out of use at once,
    for issuing as well, until its keeper activates it again.
    """
    given = why("renew", reason, basis)
    signers, issuers = read_certificate_files(cert)
    with open_office(home) as (opened, office):
        known = office.find(seal)
        actor = opened.acting(officer, known.suite)
        renewed = office.renew(seal, signers, actor, given, issuers=issuers)
        say_out_of_use(known)
        say(opened, office, renewed)
