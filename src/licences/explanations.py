"""All reason codes of the house in one list, for `explain` and for whoever documents them.

And the sub-indications of ETSI EN 319 102-1 (read second-hand) that they are counted under.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from eseal.reasons import Reason, ReasonCode
from licences.reasons import LicenceReason

SUB_INDICATIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "FORMAT_FAILURE": ("格式不合", "The format is not as it has to be"),
        "SIGNED_DATA_NOT_FOUND": ("没有签名的内容", "There is nothing signed"),
        "HASH_FAILURE": (
            "内容与签名所记的摘要不符",
            "The content has not the digest that was signed",
        ),
        "SIG_CRYPTO_FAILURE": ("签名值不成立", "The signature value does not hold"),
        "NO_CERTIFICATE_CHAIN_FOUND": (
            "没有通到所信任的根的证书链",
            "No chain of certificates leads to a root that is trusted",
        ),
        "CERTIFICATE_CHAIN_GENERAL_FAILURE": (
            "证书链不成立",
            "The chain of certificates does not hold",
        ),
        "CHAIN_CONSTRAINTS_FAILURE": (
            "证书链不合对它的限制",
            "The chain of certificates breaks a rule that binds it",
        ),
        "OUT_OF_BOUNDS_NO_POE": (
            "所问时刻不在证书有效期内，又没有当时已签的证明",
            "The time asked for is outside the certificate's validity, and nothing proves that it "
            "was signed within",
        ),
        "NO_POE": (
            "没有所问时刻的证明；等待无用，须另有当时的证明",
            "Nothing proves what was at the time asked for; waiting does not help, evidence of "
            "that time does",
        ),
        "SIG_CONSTRAINTS_FAILURE": (
            "签名不合对它的要求",
            "The signature does not meet what is asked of it",
        ),
        "REVOKED": ("证书已吊销", "The certificate was revoked"),
        "REVOKED_NO_POE": (
            "证书已吊销，又没有此前已签的证明",
            "The certificate was revoked, and nothing proves that it was signed before",
        ),
        "TRY_LATER": (
            "手头的数据不足以判断，取得更新的再问",
            "What is at hand does not suffice to tell; ask again with newer data",
        ),
    }
)
"""What each says, Chinese and English."""


def all_reasons() -> tuple[ReasonCode, ...]:
    """List every reason code, evidence first, in the order of their enums."""
    return (*Reason, *LicenceReason)


def reason_of(code: str) -> ReasonCode | None:
    """Find a reason by its code, upper or lower case, `-` for `_`; `None` if there is none."""
    wanted = _normal(code)
    return next((reason for reason in all_reasons() if reason.value == wanted), None)


def reasons_under(code: str) -> tuple[ReasonCode, ...]:
    """List the reasons that are counted under a sub-indication; of anything else none."""
    wanted = _normal(code)
    if wanted not in SUB_INDICATIONS:
        return ()
    return tuple(reason for reason in all_reasons() if reason.sub == wanted)


def near(code: str) -> list[str]:
    """Name up to three codes that look like `code`."""
    known = [*(reason.value for reason in all_reasons()), *SUB_INDICATIONS]
    return get_close_matches(_normal(code), known, n=3, cutoff=0.6)


def _normal(code: str) -> str:
    return code.strip().upper().replace("-", "_")
