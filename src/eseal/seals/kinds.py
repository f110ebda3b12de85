"""The number that stands in a seal as its type (印章类型).

Source: GM/T 0031-2014 (read second-hand) for 1 and 2; GB/T 38540-2020 leaves it open.
"""

from eseal.pictures.design import SealKind


def type_number(kind: SealKind) -> int:
    """Give the number that stands in a seal as its type: 1 a unit's, 2 a person's, 3 others."""
    match kind:
        case SealKind.UNIT | SealKind.COMPANY | SealKind.SMALL_UNIT | SealKind.FOREIGN:
            return 1
        case SealKind.PERSON:
            return 2
        case (
            SealKind.DEPARTMENT
            | SealKind.SPECIAL
            | SealKind.CONTRACT
            | SealKind.INVOICE
            | SealKind.FINANCE
        ):
            return 3
