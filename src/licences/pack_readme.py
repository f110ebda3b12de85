"""The text in an audit pack that tells its finder what it is; no personal data, no promise."""

from datetime import datetime
from typing import Final

from eseal.asic import MANIFEST, SIGNATURE
from eseal.moments import CHINA
from licences.claims import LicenceClaims

_TEXT: Final = """\
证照审计包 · Audit pack of a licence
====================================

证照标识 identifier   {identifier}
类型     type         {type_name}
颁发机构 issuer       {authority}（{code}）
装包时间 packed       {packed}

这是什么 · What this is

  {name:22} 证照原文件 the licence as it was issued
  history.jwt            颁发机构签名的状态证明（如有） its history as its department signed it
  status/                状态列表 status list
  certificates/          签名者的证书链，不含根证书 certificates of signers and CAs, no roots
  revocation/            吊销列表与 OCSP 应答 revocation lists and OCSP answers
  {manifest}
  {signature}
                         以上文件的摘要与装包者的签名 digests of all that, packer's signature

怎样验证 · How to verify

  licences verify PACK.asice --trust ROOTS [--at TIME]

  根证书与制章者须由验证者自己提供：包里的东西不能为自己作证。
  Roots and seal makers are the verifier's own: nothing in here can vouch for itself.

  RSA 包也可以 a pack signed with RSA, without that program:
  unzip PACK.asice
  openssl cms -verify -binary -inform DER -in {signature} \\
    -content {manifest} -CAfile ROOT.pem -purpose any -out /dev/null
  其中各文件的 SHA-256 见清单（base64） then compare each file's SHA-256 with the manifest's
"""


def readme(claims: LicenceClaims, name: str, at: datetime) -> bytes:
    """Write the text.

    Args:
        claims: what the licence says of itself.
        name: of its file.
        at: aware; when it is packed.
    """
    text = _TEXT.format(
        identifier=claims.identifier,
        type_name=_line(claims.type_name),
        authority=_line(claims.issuing_authority),
        code=claims.issuing_authority_code,
        packed=f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00",
        name=name,
        manifest=MANIFEST,
        signature=SIGNATURE,
    )
    return text.encode()


def _line(text: str) -> str:
    """Keep a text that came from the document in its line."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
