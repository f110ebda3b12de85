"""What the options of `licences seal apply` and `change` mean: names, pictures, days."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eseal.cli.options import read_file
from eseal.cli.voice import give_up
from licences.cli.seal_options import read_day

if TYPE_CHECKING:
    from datetime import datetime

    from asn1crypto.x509 import Certificate

    from eseal.algorithms import Suite
    from eseal.seals.model import SealPicture
    from licences.home import Home
    from licences.seal_application import SealApplication
    from licences.seal_history import Standing
    from licences.settings import Settings


def name_of(settings: "Settings", owner: str) -> str:
    """Take the name of a department of this home."""
    found = settings.find_department(owner)
    if found is None:
        give_up(
            f"{owner} 不是本主目录的部门，请用 --owner-name 写明单位名称",
            f"{owner} is no department of this home: give its name with --owner-name",
        )
    return found.name.zh


def uploaded(path: Path, size: str | None) -> "SealPicture":
    """Read a picture and check it."""
    from licences.seal_drafting import checked_picture

    measures = re.fullmatch(r"([0-9]{1,4}),([0-9]{1,4})", size or "")
    if measures is None:
        give_up("请用 --size 写明尺寸，如 42,42", "give its size with --size, such as 42,42")
    return checked_picture(read_file(path), width=int(measures[1]), height=int(measures[2]))


def going_on(standing: "Standing", certificates: list[Path] | None) -> "SealApplication":
    """Give what a change goes on from, where it names no certificates of its own."""
    from licences.seal_versions import carried_on, lists_its_own

    if not certificates and not lists_its_own(standing):
        give_up(
            "这枚印章只列证书摘要，换证后的证书没有留存，请用 --cert 指明",
            "the seal lists digests only, and was renewed for certificates that are not kept: "
            "name them with --cert",
        )
    return carried_on(standing)


def redrawn(known: "SealApplication", text: str | None, purpose: str | None) -> "SealApplication":
    """Draw a seal anew with other words."""
    from licences.seal_drafting import design_text, draw_picture, read_design

    if not known.design:
        give_up(
            "原印模是上传的图片，请用 --picture 另行提供",
            "its picture was uploaded: give another one with --picture",
        )
    design = read_design(known.design)
    design = replace(
        design,
        name=design.name if text is None else text,
        purpose=design.purpose if purpose is None else purpose,
    )
    return replace(known, picture=draw_picture(design), design=design_text(design))


def first_second(since: str | None) -> "datetime":
    """Begin a day in China; today's if none is given."""
    from datetime import datetime, time

    from eseal.moments import CHINA, china_day, now

    day = read_day(since, "--from") if since else china_day(now())
    return datetime.combine(day, time.min, CHINA)


def last_second(
    since: str | None,
    until: str | None,
    signers: "tuple[Certificate, ...]",
    makers: "tuple[Certificate, ...]",
) -> "datetime":
    """End the day that is given, else with the first signer's certificate, or the last maker's.

    Whoever makes it cannot make one that outlives their own certificate.
    """
    from licences.seal_application import MOST_VALID

    if until:
        return day_end(until)
    ends: list[datetime] = [each.not_valid_after for each in signers]
    if makers:
        ends.append(max(each.not_valid_after for each in makers))
    return min(first_second(since) + MOST_VALID, *ends)


def makers_of(home: "Home", suite: "Suite") -> "tuple[Certificate, ...]":
    """Give the certificates of those who may make a seal of this suite."""
    from licences.home import read_chain
    from licences.seal_life import Power

    signers = (
        each.signers[suite]
        for each in home.settings.officers
        if Power.MAKE in each.powers and suite in each.signers
    )
    return tuple(read_chain(each)[0] for each in signers)


def day_end(day: str) -> "datetime":
    """Give the last second of a day in China."""
    from datetime import datetime, time

    from eseal.moments import CHINA

    return datetime.combine(read_day(day, "--until"), time(23, 59, 59), CHINA)
