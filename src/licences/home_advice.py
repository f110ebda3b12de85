"""What to do about what an examination of a home finds, and what a command that uses it refuses.

A reason's own remedy speaks to whoever verifies a document, with options like --trust and --at;
whoever keeps a home is told where in the home something is missing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eseal.errors import EvidenceError
from eseal.reasons import Reason, ReasonCode
from licences.reasons import LicenceReason
from licences.symptoms import Advice, Symptom

_RENEW: Final = (
    "换发证书，在 settings.toml 中换上；并检查本机时钟",
    "Renew the certificate and enter it in settings.toml; check this machine's clock, too",
)
_ASK_CA: Final = (
    "请发证的 CA 另发一张能签文件的证书，在 settings.toml 中换上",
    "Have its CA issue one that may sign documents, and enter it in settings.toml",
)
_REVOKED: Final = (
    "停用此密钥，换发证书并在 settings.toml 中换上；查明此前签过什么",
    "Use this key no more, enter a new certificate in settings.toml; find out what it has signed",
)
_REFRESH: Final = (
    "更新吊销列表：eseal trust refresh {trust}；设置中有 [[ca]] 的：licences publish",
    "Renew the lists: eseal trust refresh {trust}; those of the settings' [[ca]]: licences publish",
)
_MAKERS: Final = (
    "把所承认的制章者的证书（非 CA 证书）放入 {trust}",
    "Put the certificates (not CAs) of accepted seal makers into {trust}",
)
_IN_A_HOME: Final[Mapping[ReasonCode, Advice]] = {
    Reason.TRUST_UNREADABLE: (
        "根证书（*.pem）与吊销列表（*.crl）须在 {trust} 中",
        "Root certificates (*.pem) and revocation lists (*.crl) have to lie in {trust}",
    ),
    Reason.UNKNOWN_ISSUER: (
        "把该证书的根证书放入 {trust}；其间的 CA 证书附在该证书之后",
        "Put its root into {trust}; certificates of CAs between stand behind it in its file",
    ),
    Reason.NO_REVOCATION_DATA: (
        "把其 CA 的吊销列表放入 {trust}，或 eseal trust refresh {trust}；设置中有 [[ca]] 的："
        "licences publish",
        "Put its CA's revocation list into {trust}, or run eseal trust refresh {trust}; those of "
        "the settings' [[ca]]: licences publish",
    ),
    Reason.REVOCATION_DATA_STALE: _REFRESH,
    Reason.NO_SEAL_MAKERS: _MAKERS,
    Reason.SEAL_MAKER_NOT_TRUSTED: _MAKERS,
    Reason.SEAL_SIGNER_NOT_LISTED: (
        "若因换发证书：licences seal renew 印章 --as 制章人 --cert 新证书，再由保管人 activate",
        "If the certificate was renewed: licences seal renew SEAL --as MAKER --cert FILE, then its "
        "keeper activates it",
    ),
    Reason.CERTIFICATE_EXPIRED: _RENEW,
    Reason.SIGNED_OUTSIDE_VALIDITY: _RENEW,
    Reason.CERTIFICATE_NOT_YET_VALID: (
        "等证书生效；并检查本机时钟",
        "Wait until it is valid, and check this machine's clock",
    ),
    Reason.CERTIFICATE_REVOKED: _REVOKED,
    Reason.CERTIFICATE_REVOKED_SINCE: _REVOKED,
    Reason.PATH_INVALID: _ASK_CA,
    Reason.KEY_USAGE_REFUSED: _ASK_CA,
    LicenceReason.SIGNER_NOT_ISSUER: (
        "证书载明的是另一机构：在 settings.toml 中换上该部门自己的",
        "The certificate names another organisation: enter the department's own in settings.toml",
    ),
}


def remedy_in(home: Path, reason: ReasonCode) -> Advice:
    """Say what whoever keeps a home does about a reason, in Chinese and in English."""
    zh, en = _IN_A_HOME.get(reason, (reason.remedy_zh, reason.remedy_en))
    return _at(home, zh), _at(home, en)


@contextmanager
def advised(home: Path) -> Iterator[None]:
    """Give what a block refuses an advice that fits a home."""
    try:
        yield
    except EvidenceError as error:
        error.advice = error.advice or remedy_in(home, error.reason)
        raise


def advice_on(symptom: Symptom, home: Path) -> Advice | None:
    """Say what to do about a symptom, in Chinese and in English; `None`: nothing."""
    if symptom.advice is not None:
        zh, en = symptom.advice
        return _at(home, zh), _at(home, en)
    return None if symptom.reason is None else remedy_in(home, symptom.reason)


def _at(home: Path, words: str) -> str:
    return words.replace("{trust}", str(home / "trust"))
