"""Where a licence stands (证照状态): what lists and histories say, and which are not believed."""

from typing import Final

from eseal.jose.status_list import build_status_list
from eseal.reasons import Reason, ReasonCode
from licences.checks import LicenceCheck
from licences.licence_life import LifeAction, Standing
from licences.reasons import LicenceReason
from licences.selftest.authority import AT, DAY, SECOND, SIGNED, Impostor
from licences.selftest.office import Office
from licences.selftest.papers import INDEX, claims_of, json_paper, place_of
from licences.selftest.statements import ask, life_of, status_list, suspended_life
from licences.selftest.table import OF_JSON, Cases, Make, Question, doubtful, wrong
from licences.status_lists import BITS, LIST_SIZE

CASES: Final = Cases()

_STATUS: Final = LicenceCheck.STATUS
_STANDINGS: Final[tuple[tuple[Standing, str, ReasonCode], ...]] = (
    (Standing.REVOKED, "吊销", LicenceReason.LICENCE_REVOKED),
    (Standing.SUSPENDED, "暂停", LicenceReason.LICENCE_SUSPENDED),
    (Standing.SUPERSEDED, "被替换", LicenceReason.LICENCE_SUPERSEDED),
    (Standing.CANCELLED, "注销", LicenceReason.LICENCE_CANCELLED),
    (Standing.EXPIRED, "过期", LicenceReason.LICENCE_EXPIRED),
)


def _listed_as(standing: Standing) -> Make:
    def make(office: Office) -> Question:
        return ask(office, json_paper(office), statuses=(status_list(office, standing),))

    make.__name__ = f"listed-as-{standing}"
    return make


for _standing, _zh, _reason in _STANDINGS:
    CASES.bad(f"状态列表：证照已{_zh}", f"status list: {_standing}", wrong(_STATUS, _reason))(
        _listed_as(_standing)
    )


@CASES.open("没有状态列表", "no status list", doubtful(_STATUS, Reason.STATUS_UNAVAILABLE))
def _no_list(office: Office) -> Question:
    return ask(office, json_paper(office), statuses=())


@CASES.open("状态列表已过时", "a stale status list", doubtful(_STATUS, Reason.STATUS_LIST_STALE))
def _stale_list(office: Office) -> Question:
    listed = status_list(office, at=AT - 2 * DAY, lifetime=DAY)
    return ask(office, json_paper(office), statuses=(listed,))


@CASES.open(
    "状态列表晚于所问时刻",
    "a status list from later",
    doubtful(_STATUS, Reason.STATUS_LIST_FROM_LATER),
)
def _list_from_later(office: Office) -> Question:
    return ask(office, json_paper(office), statuses=(status_list(office, at=AT + DAY),))


@CASES.open(
    "状态列表由陌生 CA 的证书签名",
    "a stranger's status list",
    doubtful(_STATUS, Reason.STATUS_LIST_STRANGER),
)
def _list_of_a_stranger(office: Office) -> Question:
    listed = status_list(office, signer=office.strange_signer)
    return ask(office, json_paper(office), statuses=(listed,))


@CASES.bad(
    "状态列表由别的部门签名",
    "another department's status list",
    wrong(_STATUS, Reason.STATUS_LIST_STRANGER),
)
def _list_of_another_department(office: Office) -> Question:
    listed = status_list(office, signer=office.other_signer)
    return ask(office, json_paper(office), statuses=(listed,))


@CASES.bad(
    "状态列表用别的私钥签名",
    "a status list signed with another key",
    wrong(_STATUS, Reason.STATUS_LIST_INVALID),
)
def _list_by_another_key(office: Office) -> Question:
    impostor = Impostor(shown=office.signer, signs=office.company)
    return ask(office, json_paper(office), statuses=(status_list(office, signer=impostor),))


@CASES.open(
    "状态列表属于别的网址",
    "the status list of another address",
    doubtful(_STATUS, Reason.STATUS_LIST_OTHER),
)
def _list_of_another_address(office: Office) -> Question:
    uri = place_of(office.other_department).uri
    return ask(office, json_paper(office), statuses=(status_list(office, uri=uri),))


@CASES.bad(
    "状态列表没有证照所指的位置",
    "an index outside the status list",
    wrong(_STATUS, Reason.STATUS_INDEX_OUT_OF_RANGE),
)
def _index_outside(office: Office) -> Question:
    claims = claims_of(office, place=place_of(office.department, LIST_SIZE))
    return ask(office, json_paper(office, claims=claims))


@CASES.open(
    "状态值未知",
    "a status that is not known",
    doubtful(_STATUS, LicenceReason.STATUS_UNKNOWN),
)
def _unknown_status(office: Office) -> Question:
    listed = status_list(office, statuses=build_status_list(LIST_SIZE, BITS, {INDEX: 7}))
    return ask(office, json_paper(office), statuses=(listed,))


@CASES.good("状态证明：暂停之前", "history: before a suspension", *OF_JSON)
def _before_suspension(office: Office) -> Question:
    stated = suspended_life(office).stated(AT + 3 * DAY)
    return ask(office, json_paper(office), statuses=(stated,), at=AT + DAY - SECOND)


@CASES.bad(
    "状态证明：暂停期间",
    "history: while suspended",
    wrong(_STATUS, LicenceReason.LICENCE_SUSPENDED),
)
def _while_suspended(office: Office) -> Question:
    stated = suspended_life(office).stated(AT + 3 * DAY)
    return ask(office, json_paper(office), statuses=(stated,), at=AT + DAY)


@CASES.good("状态证明：恢复之后", "history: after the suspension", *OF_JSON)
def _after_suspension(office: Office) -> Question:
    stated = suspended_life(office).stated(AT + 3 * DAY)
    return ask(office, json_paper(office), statuses=(stated,), at=AT + 2 * DAY)


@CASES.bad(
    "较新的状态证明：已吊销；较旧的列表：有效",
    "a newer history says revoked, an older list valid",
    wrong(_STATUS, LicenceReason.LICENCE_REVOKED),
)
def _newer_history(office: Office) -> Question:
    stated = life_of(office).then(LifeAction.REVOKE, AT - SECOND).stated(AT)
    listed = status_list(office, at=SIGNED)
    return ask(office, json_paper(office), statuses=(listed, stated))


@CASES.open(
    "状态证明由陌生 CA 的证书签名",
    "a stranger's history",
    doubtful(_STATUS, LicenceReason.HISTORY_STRANGER),
)
def _history_of_a_stranger(office: Office) -> Question:
    stated = life_of(office, office.strange_signer).stated()
    return ask(office, json_paper(office), statuses=(stated,))


@CASES.bad(
    "状态证明用别的私钥签名",
    "a history signed with another key",
    wrong(_STATUS, LicenceReason.HISTORY_INVALID),
)
def _history_by_another_key(office: Office) -> Question:
    impostor = Impostor(shown=office.signer, signs=office.company)
    return ask(office, json_paper(office), statuses=(life_of(office, impostor).stated(),))


@CASES.refused("状态列表是乱码", "a status list that is garbage", Reason.STATUS_LIST_MALFORMED)
def _garbage_list(office: Office) -> Question:
    return ask(office, json_paper(office), statuses=(b"garbage",))
