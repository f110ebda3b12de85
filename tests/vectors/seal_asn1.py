"""The structures of seals in asn1crypto's terms: another encoder, which also makes V1, V5 and bad.

Source: GB/T 38540-2020, 6.1 and 7.1; GM/T 0031-2014; GM/T 0031-2025 (read second-hand).
"""

from typing import Any

from asn1crypto import algos, core

Field = tuple[str, Any] | tuple[str, Any, dict[str, object]]


def sequence(name: str, *fields: Field) -> Any:
    """Make a SEQUENCE of these fields."""
    return type(name, (core.Sequence,), {"_fields": list(fields)})


def sequence_of(name: str, child: Any) -> Any:
    """Make a SEQUENCE OF."""
    return type(name, (core.SequenceOf,), {"_child_spec": child})


OPTIONAL: dict[str, object] = {"optional": True}
TAGGED: dict[str, object] = {"explicit": 0, "optional": True}

_extension: tuple[Field, Field, Field] = (
    ("extn_id", core.ObjectIdentifier),
    ("critical", core.Boolean, {"default": False}),
    ("extn_value", core.OctetString),
)
ExtData = sequence("ExtData", *_extension)
ExtDataWithFalse = sequence(
    "ExtDataWithFalse", _extension[0], ("critical", core.Boolean), _extension[2]
)
ExtensionDatas = sequence_of("ExtensionDatas", core.Any)

Header = sequence(
    "SES_Header", ("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)
)
CertDigestObj = sequence(
    "CertDigestObj", ("type", core.PrintableString), ("value", core.OctetString)
)
SignerCertificates = sequence_of("SES_CertList_certs", core.OctetString)
SignerDigests = sequence_of("SES_CertList_certDigestList", CertDigestObj)
PropertyV1 = sequence(
    "SES_ESPropertyInfo_V1",
    ("type", core.Integer),
    ("name", core.UTF8String),
    ("cert_list", SignerCertificates),
    ("create_date", core.UTCTime),
    ("valid_start", core.UTCTime),
    ("valid_end", core.UTCTime),
)
Property = sequence(
    "SES_ESPropertyInfo",
    ("type", core.Integer),
    ("name", core.UTF8String),
    ("cert_list_type", core.Integer),
    ("cert_list", core.Any),
    ("create_date", core.GeneralizedTime),
    ("valid_start", core.GeneralizedTime),
    ("valid_end", core.GeneralizedTime),
)
Picture = sequence(
    "SES_ESPictrueInfo",
    ("type", core.IA5String),
    ("data", core.OctetString),
    ("width", core.Integer),
    ("height", core.Integer),
)
InfoV1 = sequence(
    "SES_SealInfo_V1",
    ("header", Header),
    ("es_id", core.IA5String),
    ("property", PropertyV1),
    ("picture", Picture),
)
_info: tuple[Field, ...] = (
    ("header", Header),
    ("es_id", core.IA5String),
    ("property", Property),
    ("picture", Picture),
)
Info = sequence("SES_SealInfo", *_info, ("ext_datas", ExtensionDatas, OPTIONAL))
InfoWithTag = sequence("SES_SealInfo_tagged", *_info, ("ext_datas", ExtensionDatas, TAGGED))

SignedByMaker = sequence(
    "SignedByMaker_V1",
    ("info", InfoV1),
    ("cert", core.OctetString),
    ("signature_algorithm", core.ObjectIdentifier),
)
SignInfoV1 = sequence(
    "SES_SignInfo_V1",
    ("cert", core.OctetString),
    ("signature_algorithm", core.ObjectIdentifier),
    ("sign_data", core.OctetBitString),
)
SealV1 = sequence("SESeal_V1", ("info", InfoV1), ("sign_info", SignInfoV1))


def _seal(name: str, info: Any, algorithm: Any = core.ObjectIdentifier) -> Any:
    return sequence(
        name,
        ("info", info),
        ("cert", core.OctetString),
        ("sign_alg_id", algorithm),
        ("signed_value", core.OctetBitString),
        ("time_stamp", core.OctetBitString, TAGGED),  # V5
    )


Seal = _seal("SESeal", Info)
SealWithTag = _seal("SESeal_tagged", InfoWithTag)
SealWithParameters = _seal("SESeal_parameters", Info, algos.SignedDigestAlgorithm)

TbsV1 = sequence(
    "TBS_Sign_V1",
    ("version", core.Integer),
    ("eseal", core.Any),
    ("time_info", core.OctetBitString),
    ("data_hash", core.OctetBitString),
    ("property_info", core.IA5String),
    ("cert", core.OctetString),
    ("signature_algorithm", core.ObjectIdentifier),
)
SignatureV1 = sequence("SES_Signature_V1", ("to_sign", TbsV1), ("signature", core.OctetBitString))
_tbs: tuple[Field, ...] = (
    ("version", core.Integer),
    ("eseal", core.Any),
    ("time_info", core.GeneralizedTime),
    ("data_hash", core.OctetBitString),
    ("property_info", core.IA5String),
)
Tbs = sequence("TBS_Sign", *_tbs, ("ext_datas", ExtensionDatas, TAGGED))
TbsWithoutTag = sequence("TBS_Sign_untagged", *_tbs, ("ext_datas", ExtensionDatas, OPTIONAL))
Signature = sequence(
    "SES_Signature",
    ("to_sign", core.Any),
    ("cert", core.OctetString),
    ("signature_alg_id", core.Any),
    ("signature", core.OctetBitString),
    ("time_stamp", core.OctetBitString, TAGGED),
)
