"""The officers of the demo: one for each power, all invented; the powers are apart (三权分立)."""

from dataclasses import dataclass
from typing import Final

from eseal.certificate_making import SubjectName
from licences.seal_life import Power

_ORGANISATION: Final = "示例市印章管理中心"


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoOfficer:
    """An officer: id, name, and the one power."""

    id: str
    name: str
    power: Power

    @property
    def subject(self) -> SubjectName:
        """Who the officer's certificate is for."""
        return SubjectName(common_name=f"{_ORGANISATION}{self.name}", organisation=_ORGANISATION)


DEMO_OFFICERS: Final = (
    DemoOfficer(id="applicant-1", name="申请员（样本）", power=Power.APPLY),
    DemoOfficer(id="approver-1", name="审批员（样本）", power=Power.APPROVE),
    DemoOfficer(id="maker-1", name="制章员（样本）", power=Power.MAKE),
    DemoOfficer(id="keeper-1", name="保管员（样本）", power=Power.KEEP),
)
