"""All cases, in the order in which they are run."""

from typing import Final

from licences.selftest.cases import (
    authorities,
    bundles,
    bytes_,
    certificates,
    content,
    good,
    packs,
    seal_register,
    seals,
    statuses,
    timestamps,
)
from licences.selftest.table import Case

ALL_CASES: Final[tuple[Case, ...]] = tuple(
    case
    for module in (
        good,
        bytes_,
        certificates,
        content,
        seals,
        timestamps,
        statuses,
        authorities,
        seal_register,
        bundles,
        packs,
    )
    for case in module.CASES.all
)
