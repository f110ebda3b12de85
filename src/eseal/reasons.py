"""Reason codes of evidence: one enum is the source of truth for codes, titles and remedies.

A code is stable for ever; its texts may get better. `sub` is the sub-indication of
ETSI EN 319 102-1 (table 6, read second-hand) where ETSI has a word for it, else the code itself.
Packages above make their own enum with the same base (`ReasonCode`).
"""

from enum import StrEnum
from typing import Self


class ReasonCode(StrEnum):
    """A reason code with its texts; an empty base, so that every layer can have its own enum."""

    sub: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str

    def __new__(cls, code: str, sub: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Self:
        """Make the member `code`; an empty `sub` says: the code is its own sub-indication."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sub = sub or code
        member.zh, member.en = zh, en
        member.remedy_zh, member.remedy_en = remedy_zh, remedy_en
        return member


class Reason(ReasonCode):
    """Why evidence was refused, failed or could not be judged."""

    # -- readable: is it a document at all -------------------------------------------------
    EMPTY_INPUT = (
        "EMPTY_INPUT",
        "FORMAT_FAILURE",
        "文件为空",
        "The input is empty",
        "请重新取得文件；下载可能中断",
        "Fetch the file again; the download may have been cut off",
    )
    UNREADABLE_FILE = (
        "UNREADABLE_FILE",
        "FORMAT_FAILURE",
        "文件不存在或无法读取",
        "The file is not there, or cannot be read",
        "检查路径与权限",
        "Check the path and the permissions",
    )
    INPUT_TOO_LARGE = (
        "INPUT_TOO_LARGE",
        "FORMAT_FAILURE",
        "超过上限（大小、页数、内存或时间）",
        "More than the limit, in bytes, pages, memory or time",
        "电子证照通常不足 1 MB，确认是否拿错文件；其他文件，说明中有所超过的上限",
        "A licence is well under 1 MB: check that this is the right file; else the detail says "
        "which limit it was",
    )
    UNKNOWN_FORMAT = (
        "UNKNOWN_FORMAT",
        "FORMAT_FAILURE",
        "不是 PDF、JSON 证照或印章文件",
        "Not a PDF, nor a JSON licence, nor a seal",
        "请提供签发时的原文件，不要转换格式",
        "Give the file as it was issued, not a converted copy",
    )
    NOT_FOR_ESEAL = (
        "NOT_FOR_ESEAL",
        "FORMAT_FAILURE",
        "eseal 只看 PDF 与印章文件，不看 JSON 与压缩包",
        "eseal takes PDFs and seals, neither JSON nor archives",
        "JSON 证照与审计包请用 licences verify 验",
        "A JSON licence, or an audit pack: licences verify takes it",
    )
    TRUNCATED = (
        "TRUNCATED",
        "FORMAT_FAILURE",
        "文件不完整，尾部缺失",
        "The file is cut off: its end is missing",
        "请重新取得文件",
        "Fetch the file again",
    )
    BROKEN_PDF = (
        "BROKEN_PDF",
        "FORMAT_FAILURE",
        "PDF 结构损坏或不合规范，无法读取",
        "The PDF's structure is broken or irregular, and cannot be read",
        "请重新取得原文件；未签名的可先整理再用，例如 qpdf 旧.pdf 新.pdf",
        "Fetch the original again; an unsigned one can be mended first: qpdf old.pdf new.pdf",
    )
    ENCRYPTED_PDF = (
        "ENCRYPTED_PDF",
        "FORMAT_FAILURE",
        "PDF 已加密",
        "The PDF is encrypted",
        "请提供未加密的原文件",
        "Give the original file without encryption",
    )
    MALFORMED_JSON = (
        "MALFORMED_JSON",
        "FORMAT_FAILURE",
        "JSON 格式错误",
        "Not well-formed JSON",
        "若是已签发的证照，不要改动，请取原文件；自己写的数据，按所指位置改正",
        "Of what was issued get the original file, and change nothing; data of your own are mended "
        "at the place that is named",
    )
    DUPLICATE_JSON_KEY = (
        "DUPLICATE_JSON_KEY",
        "FORMAT_FAILURE",
        "JSON 含重复的键",
        "A JSON object has the same key twice",
        "同一内容可被读成两种意思，拒绝读取；请提供原文件",
        "It can be read in two ways and is refused; give the original file",
    )
    MALFORMED_SD_JWT = (
        "MALFORMED_SD_JWT",
        "FORMAT_FAILURE",
        "不是规范的 SD-JWT",
        "Not a well-formed SD-JWT",
        "请提供签发时的原文件",
        "Give the file as it was issued",
    )

    MALFORMED_STATEMENT = (
        "MALFORMED_STATEMENT",
        "FORMAT_FAILURE",
        "不是规范的签名声明",
        "Not a well-formed signed statement",
        "请向发布者索取原文件；确认没有拿错种类",
        "Ask its publisher for the original, and check that it is of the right kind",
    )

    # -- structure and integrity -----------------------------------------------------------
    UNSIGNED = (
        "UNSIGNED",
        "SIGNED_DATA_NOT_FOUND",
        "文件没有签名",
        "The document carries no signature",
        "无法判断真伪；请索取已签发的原文件",
        "Nothing proves its origin; ask for the issued original",
    )
    SIGNATURE_MALFORMED = (
        "SIGNATURE_MALFORMED",
        "FORMAT_FAILURE",
        "签名结构不合规",
        "The signature's structure does not conform",
        "文件可能被改动；请索取原文件",
        "The file may have been changed; ask for the original",
    )
    SIGNATURE_FORM_NOT_JUDGED = (
        "SIGNATURE_FORM_NOT_JUDGED",
        "",
        "签名不是 CAdES 形式，本程序不判断，也未审查其内容",
        "The signature is of another form than CAdES: it is not judged here, nor examined",
        "这不说明签名有错：用认得这种形式的阅读器验；要由本程序验，请签名者改签 PAdES"
        "（ETSI.CAdES.detached）",
        "Nothing is said against it: a reader that knows the form can judge it; for a verdict here "
        "ask whoever signed for a PAdES signature (ETSI.CAdES.detached)",
    )
    BYTES_NOT_COVERED = (
        "BYTES_NOT_COVERED",
        "FORMAT_FAILURE",
        "签名没有覆盖整个文件",
        "The signature does not cover the whole file",
        "签名之外的内容不可信；请索取原文件",
        "What it does not cover cannot be trusted; ask for the original",
    )
    CHANGED_AFTER_SIGNING = (
        "CHANGED_AFTER_SIGNING",
        "FORMAT_FAILURE",
        "签名之后文件又有增改",
        "The file was added to or changed after it was signed",
        "请索取签发时的原文件",
        "Ask for the file as it was issued",
    )
    OBJECT_NOT_READ = (
        "OBJECT_NOT_READ",
        "",
        "文件中有读不了的对象，无法判断签名之后有无改动",
        "It has an object that cannot be read: whether anything changed after signing is not known",
        "请索取只到此签名为止的文件；今后请先打印成另一份 PDF 再签",
        "Ask for the file as this signature left it; print it into another PDF before it is signed",
    )
    FORM_DRAWN_BY_READERS = (
        "FORM_DRAWN_BY_READERS",
        "",
        "文件有由阅读器自行绘制的表单，或会运行的脚本，所见未必是所签",
        "It has a form for readers to draw, or scripts to run: what is seen need not be signed",
        "请把表单压平、去掉脚本（或打印成另一份 PDF）之后再签",
        "Flatten the form and leave out scripts, or print it into another PDF, and sign that",
    )
    DIGEST_MISMATCH = (
        "DIGEST_MISMATCH",
        "HASH_FAILURE",
        "内容与签名时的摘要不符",
        "The content differs from what was signed",
        "内容被改动或损坏；请索取原文件",
        "It was changed or damaged; ask for the original",
    )
    DISCLOSURE_NOT_COMMITTED = (
        "DISCLOSURE_NOT_COMMITTED",
        "HASH_FAILURE",
        "有字段不在签名承诺之内",
        "A disclosed field is not among those that were signed",
        "该字段被改动或伪造；请索取原文件",
        "The field was altered or invented; ask for the original",
    )
    DISCLOSURE_DUPLICATED = (
        "DISCLOSURE_DUPLICATED",
        "HASH_FAILURE",
        "同一字段披露了两次",
        "The same disclosure stands twice",
        "请索取原文件",
        "Ask for the original",
    )
    SIGNATURE_INVALID = (
        "SIGNATURE_INVALID",
        "SIG_CRYPTO_FAILURE",
        "签名值验证不通过",
        "The signature value is wrong",
        "签名或内容被改动；请索取原文件",
        "Signature or content was changed; ask for the original",
    )
    CERTIFICATE_MISMATCH = (
        "CERTIFICATE_MISMATCH",
        "SIG_CRYPTO_FAILURE",
        "所附证书不是签名时的证书",
        "The certificate shown is not the one that signed",
        "证书被替换；请索取原文件",
        "The certificate was swapped; ask for the original",
    )
    ALGORITHM_REFUSED = (
        "ALGORITHM_REFUSED",
        "SIG_CRYPTO_FAILURE",
        "签名算法不被允许",
        "The signature algorithm is not allowed",
        "只接受 SM2/SM3 与 RSA（≥2048 位，SHA-256）；请联系颁发机构",
        "Only SM2/SM3 and RSA (2048 bits or more, SHA-256) are accepted; ask the issuer",
    )

    # -- certificate path at T -------------------------------------------------------------
    UNKNOWN_ISSUER = (
        "UNKNOWN_ISSUER",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "证书不来自任何受信任的根",
        "The certificate leads to no trusted root",
        "若信任该机构，用 --trust 加入其根证书",
        "If you trust the authority, add its root with --trust",
    )
    PATH_INVALID = (
        "PATH_INVALID",
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "证书链不成立",
        "The certificate path does not hold",
        "证书用途、层级或签名有误；请联系颁发机构",
        "A usage, constraint or signature in it is wrong; ask the issuer",
    )
    KEY_USAGE_REFUSED = (
        "KEY_USAGE_REFUSED",
        "CHAIN_CONSTRAINTS_FAILURE",
        "证书不允许用于签名",
        "The certificate may not be used for signing documents",
        "请联系颁发机构换用签名证书",
        "Ask the issuer to use a signing certificate",
    )
    CERTIFICATE_EXPIRED = (
        "CERTIFICATE_EXPIRED",
        "OUT_OF_BOUNDS_NO_POE",
        "所问时刻证书已过期，且没有仍可信的时间戳证明签名在先",
        "The certificate had expired at the time asked, and no timestamp that still holds proves "
        "that it signed before",
        "用 --at 询问证书有效期内的时刻；有时间戳的，看它为何不再可信",
        "Ask with --at for a time within the certificate's validity; where there is a timestamp, "
        "see why it does not hold",
    )
    CERTIFICATE_NOT_YET_VALID = (
        "CERTIFICATE_NOT_YET_VALID",
        "OUT_OF_BOUNDS_NO_POE",
        "所问时刻证书尚未生效",
        "The certificate was not yet valid at the time asked",
        "检查 --at 与本机时钟",
        "Check --at and this machine's clock",
    )
    SIGNED_LATER = (
        "SIGNED_LATER",
        "SIG_CONSTRAINTS_FAILURE",
        "签名自称的时间晚于所问时刻",
        "The signature says that it was made after the time asked",
        "检查 --at 与本机时钟；若都无误，签名人写的时间不实",
        "Check --at and this machine's clock; if they are right, the signer's time is not",
    )
    SIGNED_OUTSIDE_VALIDITY = (
        "SIGNED_OUTSIDE_VALIDITY",
        "OUT_OF_BOUNDS_NO_POE",
        "所称签名时间不在证书有效期内",
        "The claimed signing time lies outside the certificate's validity",
        "请联系颁发机构重新签发",
        "Ask the issuer to issue it again",
    )
    CERTIFICATE_REVOKED = (
        "CERTIFICATE_REVOKED",
        "REVOKED",
        "签名时证书已被吊销",
        "The certificate was revoked before it signed",
        "该文件无效；请联系颁发机构",
        "The document is not valid; ask the issuer",
    )
    CERTIFICATE_REVOKED_SINCE = (
        "CERTIFICATE_REVOKED_SINCE",
        "REVOKED_NO_POE",
        "证书在所称签名时间之后被吊销，且没有仍可信的时间戳",
        "The certificate was revoked after the claimed signing time, and no timestamp that still "
        "holds proves that time",
        "请颁发机构确认签名时间或重新签发",
        "Ask the issuer to confirm the time or to issue it again",
    )
    NO_REVOCATION_DATA = (
        "NO_REVOCATION_DATA",
        "TRY_LATER",
        "没有可用的吊销列表或 OCSP 应答，无法判断证书是否被吊销",
        "No revocation list or answer for it: whether it was revoked is not known",
        "把该机构的 CRL 放入 --trust 文件夹，或 eseal trust refresh 该文件夹",
        "Put the authority's CRL into the --trust folder, or run eseal trust refresh on it",
    )
    REVOCATION_DATA_STALE = (
        "REVOCATION_DATA_STALE",
        "TRY_LATER",
        "吊销列表或 OCSP 应答已过期",
        "The revocation list or answer is out of date",
        "更新信任文件夹（eseal trust refresh）后再验",
        "Refresh the trust folder (eseal trust refresh) and verify again",
    )
    TRUST_UNREADABLE = (
        "TRUST_UNREADABLE",
        "",
        "信任材料无法读取",
        "The trust material cannot be read",
        "所指之处应为根证书文件，或含根证书（*.pem）与 CRL（*.crl）的文件夹；请把它们放在那里",
        "What is named has to be a root's file, or a folder with roots (*.pem) and lists (*.crl)",
    )

    # -- electronic seals ------------------------------------------------------------------
    SEAL_MALFORMED = (
        "SEAL_MALFORMED",
        "FORMAT_FAILURE",
        "电子印章或电子签章的结构不合规",
        "The structure of the seal, or of the seal's signature, does not conform",
        "印模须先制成印章（eseal seal make）；已制成的可能被改动，请索取原文件或重新制章",
        "A picture is made a seal by eseal seal make; a seal may have been changed: get the "
        "original, or have it made again",
    )
    SEAL_EXTENSION_UNKNOWN = (
        "SEAL_EXTENSION_UNKNOWN",
        "SIG_CONSTRAINTS_FAILURE",
        "印章含有必须理解而本系统不认识的扩展项",
        "It has a critical extension that this verifier does not know",
        "请制章者说明该扩展项",
        "Ask the seal's maker what the extension means",
    )
    SEAL_MAKER_NOT_TRUSTED = (
        "SEAL_MAKER_NOT_TRUSTED",
        "SIG_CONSTRAINTS_FAILURE",
        "制章者不在受信任的制章者之列",
        "The seal's maker is not an accepted maker of seals",
        "若承认该制章者，把其制章者证书放入 --trust 文件夹",
        "If you accept this maker, put its own certificate into the --trust folder",
    )
    NO_SEAL_MAKERS = (
        "NO_SEAL_MAKERS",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "信任材料中没有这种算法的制章者证书，无法判断谁有权制章",
        "The trust material has no seal maker of this suite: who may make seals is not known",
        "把承认的制章者证书（非 CA 证书）放入 --trust 文件夹",
        "Put the certificates (not CAs) of accepted seal makers into the --trust folder",
    )
    SEAL_EXPIRED = (
        "SEAL_EXPIRED",
        "SIG_CONSTRAINTS_FAILURE",
        "到用章时（单看印章则到所问时刻），印章已过有效期",
        "The seal had ended by the time it was used, or, seen by itself, by the time asked for",
        "过期后不能再用：请重新制章；过期后所盖的，用新章重盖",
        "It is not used any more: have it renewed; what was sealed after its end is sealed anew",
    )
    SEAL_EXPIRED_SINCE = (
        "SEAL_EXPIRED_SINCE",
        "OUT_OF_BOUNDS_NO_POE",
        "所问时刻印章已过有效期，且没有仍可信的时间戳证明用章在先",
        "The seal had ended at the time asked, and no timestamp that still holds proves that it "
        "was used before",
        "用 --at 询问印章有效期内的时刻；有时间戳的，看它为何不再可信",
        "Ask with --at for a time within the seal's validity; where there is a timestamp, see why "
        "it does not hold",
    )
    SEAL_NOT_YET_VALID = (
        "SEAL_NOT_YET_VALID",
        "SIG_CONSTRAINTS_FAILURE",
        "到用章时（单看印章则到所问时刻），印章尚未生效",
        "The seal was not yet valid when it was used, or, seen by itself, at the time asked for",
        "检查签章时间（或所问时刻）与印章有效期",
        "Check the time of sealing, or the one asked for, and the seal's validity",
    )
    SEAL_SIGNER_NOT_LISTED = (
        "SEAL_SIGNER_NOT_LISTED",
        "SIG_CONSTRAINTS_FAILURE",
        "签章者证书不在印章的签章者列表中",
        "The signer's certificate is not in the seal's list",
        "若因换发证书，请为印章换证重制：登记的印章 licences seal renew 印章 --cert 新证书",
        "If the certificate was renewed, have the seal made for the new one: of a registered seal "
        "licences seal renew SEAL --cert FILE",
    )
    SEAL_DATA_HASH_MISMATCH = (
        "SEAL_DATA_HASH_MISMATCH",
        "HASH_FAILURE",
        "电子签章中的原文杂凑值与文件不符",
        "The seal's signature is over another document",
        "文件被改动，或签章取自别的文件；请索取原文件",
        "The document was changed, or the seal was taken from another; ask for the original",
    )
    SEAL_REFUSED = (
        "SEAL_REFUSED",
        "",
        "所请求的印章或签章不合规，未制作",
        "The seal, or the sealing, that was asked for breaks the rules; nothing was signed",
        "检查名称、有效期、图片、签章者列表与密码套件",
        "Check its names, validity, picture, list of signers and suite",
    )

    # -- signed containers -----------------------------------------------------------------
    CONTAINER_MALFORMED = (
        "CONTAINER_MALFORMED",
        "FORMAT_FAILURE",
        "不是规范的签名容器（ASiC-E）",
        "Not a well-formed signed container (ASiC-E)",
        "请提供原文件；解压后重新打包会破坏它",
        "Give the original file; unpacking and packing it breaks it",
    )
    CONTAINER_ALTERED = (
        "CONTAINER_ALTERED",
        "HASH_FAILURE",
        "容器被改动：其签名或其中文件的摘要不符",
        "The container was altered: its signature, or the digest of a file in it, is wrong",
        "不可采信；请索取原文件",
        "Do not rely on it; ask for the original",
    )

    # -- what no check came to -------------------------------------------------------------
    NOT_REACHED = (
        "NOT_REACHED",
        "",
        "前面的检查未通过，此项未做",
        "Not checked, because an earlier check failed",
        "先解决前面的问题",
        "See to the earlier failure first",
    )

    # -- keys, engines and signing ---------------------------------------------------------
    KEY_UNREADABLE = (
        "KEY_UNREADABLE",
        "",
        "私钥文件无法读取",
        "The private key cannot be read",
        "检查路径、文件格式（加密 PKCS#8 PEM，如 eseal key new 所生成）与口令",
        "Check its path, form (encrypted PKCS#8 PEM, as eseal key new makes) and passphrase",
    )
    KEY_FILE_EXPOSED = (
        "KEY_FILE_EXPOSED",
        "",
        "私钥或口令的文件可被他人读取",
        "Others can read the file of a private key or passphrase",
        "执行 chmod 600",
        "Run chmod 600 on it",
    )
    KEY_FILE_EXISTS = (
        "KEY_FILE_EXISTS",
        "",
        "私钥文件已存在，不会覆盖",
        "The private key file exists already and is never overwritten",
        "换一个文件名，或先把旧密钥归档",
        "Choose another name, or archive the old key first",
    )
    KEY_NOT_SAVED = (
        "KEY_NOT_SAVED",
        "",
        "私钥文件无法写入",
        "The private key file cannot be written",
        "检查文件夹是否存在、是否可写",
        "Check that its folder exists and can be written to",
    )
    PASSPHRASE_MISSING = (
        "PASSPHRASE_MISSING",
        "",
        "没有提供口令",
        "No passphrase was given",
        "用口令文件或环境变量提供，不要写在命令行",
        "Give it in a file or in the environment, never as an argument",
    )
    PASSPHRASE_WRONG = (
        "PASSPHRASE_WRONG",
        "",
        "口令不正确",
        "The passphrase is wrong",
        "检查口令文件或环境变量 ESEAL_PASSPHRASE",
        "Check the passphrase file, or the variable ESEAL_PASSPHRASE",
    )
    KEY_REFUSED = (
        "KEY_REFUSED",
        "",
        "密钥不符合要求",
        "The key does not meet the rules",
        "RSA 至少 2048 位；SM2 公钥须在曲线上",
        "RSA needs 2048 bits or more; an SM2 point must be on the curve",
    )
    KEY_CERTIFICATE_MISMATCH = (
        "KEY_CERTIFICATE_MISMATCH",
        "",
        "私钥与证书不配对",
        "The private key does not belong to the certificate",
        "检查所给的或设置中的密钥与证书是否为一对",
        "Check that key and certificate, as given or in the settings, are a pair",
    )
    ENGINE_UNAVAILABLE = (
        "ENGINE_UNAVAILABLE",
        "",
        "没有可用的 SM2 引擎",
        "No working SM2 engine",
        "安装 OpenSSL 3 或 gmssl，并运行 licences doctor",
        "Install OpenSSL 3 or gmssl, and run licences doctor",
    )
    CERTIFICATE_MALFORMED = (
        "CERTIFICATE_MALFORMED",
        "",
        "证书无法解析",
        "The certificate cannot be parsed",
        "应为 PEM 或 DER 的 X.509 证书，不是私钥或图片",
        "It has to be an X.509 certificate, PEM or DER, not a key or a picture",
    )
    CERTIFICATE_REFUSED = (
        "CERTIFICATE_REFUSED",
        "",
        "所请求的证书不合规，未签发",
        "The certificate asked for breaks its profile; nothing was signed",
        "检查名称、统一社会信用代码、有效期（不得超过上级）、序列号与签发者",
        "Check its names, the organisation's code, its validity (within the issuer's), its serial "
        "and the issuer",
    )
    CRL_MALFORMED = (
        "CRL_MALFORMED",
        "",
        "吊销列表无法解析",
        "The revocation list cannot be parsed",
        "应为 PEM 或 DER 的 X.509 CRL",
        "It has to be an X.509 CRL, PEM or DER",
    )
    CRL_REFUSED = (
        "CRL_REFUSED",
        "",
        "所请求的吊销列表不合规，未签发",
        "The revocation list asked for breaks the rules; nothing was signed",
        "检查签发者用途、编号、起止时间与重复的序列号",
        "Check the issuer's usage, the number, the times and doubled serials",
    )
    CONTENT_MISMATCH = (
        "CONTENT_MISMATCH",
        "",
        "签成的文件所载内容与应签发的不符，未放行",
        "The signed file does not hold what was to be issued; it was not released",
        "请重试；若再次出现，保留该文件并报告",
        "Try again; if it happens again, keep the file and report it",
    )
    SIGNING_FORBIDDEN = (
        "SIGNING_FORBIDDEN",
        "",
        "该 PDF 自身的规则不允许这一签名",
        "The PDF's own rules do not allow this signature",
        "文件已被认证锁定，或该签名域已签；请换文件或域名",
        "It is certified and locked, or the field is signed; use another file or field",
    )
    PDF_NOT_OURS = (
        "PDF_NOT_OURS",
        "",
        "不是本系统排版的 PDF，快速签名不适用",
        "Not a PDF that we rendered: the quick writer does not apply",
        "外来 PDF 请用通用签名",
        "Sign foreign PDFs with the general writer",
    )

    # -- seals on documents ----------------------------------------------------------------
    SEAL_CONTRADICTS = (
        "SEAL_CONTRADICTS",
        "FORMAT_FAILURE",
        "签章与文件签名所说的时间、范围或签名人不一致",
        "The seal says another time, range or signer than the document's signature",
        "签章可能取自别的文件；请索取原文件",
        "The seal may have been taken from another document; ask for the original",
    )
    SEAL_PICTURE_MISMATCH = (
        "SEAL_PICTURE_MISMATCH",
        "",
        "页面上显示的印章图形不是印章中的图形",
        "The picture shown on the page is not the picture in the seal",
        "不要相信所显示的印章图形；请索取原文件",
        "Do not trust the picture that is shown; ask for the original",
    )
    SEAL_PICTURE_NOT_COMPARED = (
        "SEAL_PICTURE_NOT_COMPARED",
        "",
        "无法比较页面图形与印章中的图形",
        "The picture on the page could not be compared with the one in the seal",
        "图形的格式不能逐点比较；请用 eseal show 人工查看",
        "Its format cannot be compared dot by dot; look at both with eseal show",
    )
    SEAL_PICTURE_UNPROVEN = (
        "SEAL_PICTURE_UNPROVEN",
        "",
        "有像印章的图形，但没有电子签章作证",
        "Something looks like a seal, and no seal signature proves it",
        "图形本身不是证据；请向盖章单位核实",
        "A picture by itself is no evidence; ask whoever is said to have sealed",
    )
    ISSUED_BY_ITS_ORIGIN = (
        "ISSUED_BY_ITS_ORIGIN",
        "",
        "文件由出具者签名并附有数据（如已签发的电子证照），不能再盖章",
        "The document was signed by its origin with data attached, as issued licences are, and "
        "nothing is sealed on it afterwards",
        "再盖章会使它失效：若是电子证照，licences verify 不再通过；请直接提供原文件",
        "A further seal would spoil it: of a licence, licences verify says so; give the original",
    )
    SEAL_PLACE_REFUSED = (
        "SEAL_PLACE_REFUSED",
        "",
        "盖章位置不可用",
        "The place for the seal cannot be used",
        "三选一：--at（从页面左上角起的毫米数，--page 指页）；--keyword（多处时 --nth 指第几处，"
        "--page 指页）；--straddle（骑缝）",
        "One of: --at (millimetres from the page's top left corner, with --page); --keyword (with "
        "--nth where there are several, or --page); --straddle",
    )

    # -- pictures of seals -----------------------------------------------------------------
    SEAL_DESIGN_REFUSED = (
        "SEAL_DESIGN_REFUSED",
        "",
        "印章设计不合规，未绘制",
        "The seal's design breaks the rules; nothing was drawn",
        "检查名称字数（4–30，名章 2–4）、用途字数（至多 12，名章 1）、编号、尺寸与边宽",
        "Check the name's length (4 to 30, a person's 2 to 4), the purpose's (at most 12, a "
        "person's 1), the numbers and the measures",
    )
    SEAL_GLYPH_MISSING = (
        "SEAL_GLYPH_MISSING",
        "",
        "随附字体没有印章上的某个字",
        "The shipped font lacks a character of the seal",
        "上传含该字的印章图片（SVG 或 PNG）代替绘制",
        "Upload a picture of the seal that has it (SVG or PNG) instead",
    )
    SEAL_PICTURE_REFUSED = (
        "SEAL_PICTURE_REFUSED",
        "",
        "印章图片不合规",
        "The seal's picture breaks the rules",
        "用透明底 PNG（≥150 dpi，≤256 KB），或只含填充路径的 SVG（文字与图形先转为路径）；"
        "尺寸为 10 至 60 毫米，宽高之比与图片相同",
        "Use a PNG on transparent ground (150 dpi, 256 KB), or an SVG of filled paths only: "
        "convert text and shapes to paths; its size is 10 to 60 mm, in the picture's proportions",
    )

    # -- what is fetched -------------------------------------------------------------------
    ADDRESS_REFUSED = (
        "ADDRESS_REFUSED",
        "",
        "网址不可用",
        "The address cannot be used",
        "请用不含用户名和口令的 http:// 或 https:// 网址",
        "Give an http:// or https:// address without user and password",
    )
    UNREACHABLE = (
        "UNREACHABLE",
        "TRY_LATER",
        "服务没有给出可用的回答",
        "The service gave no usable answer",
        "检查网址、网络与服务状态后重试",
        "Check the address, the network and the service, then try again",
    )

    # -- status lists ------------------------------------------------------------------------
    STATUS_LIST_MALFORMED = (
        "STATUS_LIST_MALFORMED",
        "FORMAT_FAILURE",
        "不是规范的状态列表",
        "Not a well-formed status list",
        "重新向颁发机构取状态列表；它没有说证照是否有效",
        "Get the list from the issuer again; it says nothing of the licence",
    )
    STATUS_LIST_INVALID = (
        "STATUS_LIST_INVALID",
        "SIG_CRYPTO_FAILURE",
        "状态列表的签名不正确",
        "The signature of the status list is wrong",
        "列表被改动，不可采信；重新向颁发机构取",
        "It was altered and says nothing; get the list from the issuer again",
    )
    STATUS_LIST_STRANGER = (
        "STATUS_LIST_STRANGER",
        "SIG_CONSTRAINTS_FAILURE",
        "状态列表不是由颁发机构签名的",
        "The status list is signed by somebody who may not say it",
        "不可采信；核对网址与信任材料，重新向颁发机构取",
        "Do not believe it; check the address and the trust material, ask the issuer again",
    )
    STATUS_LIST_OTHER = (
        "STATUS_LIST_OTHER",
        "TRY_LATER",
        "手头只有颁发机构的别的状态列表，不是证照所指的那一个",
        "The issuer's status lists at hand are others than the one that the licence names",
        "按证照所载的网址取状态列表",
        "Get the list from the address that the licence names",
    )
    STATUS_INDEX_OUT_OF_RANGE = (
        "STATUS_INDEX_OUT_OF_RANGE",
        "SIG_CONSTRAINTS_FAILURE",
        "状态列表中没有证照所指的位置",
        "The status list has no such index",
        "列表与证照不符，请向颁发机构核实",
        "List and licence do not fit together; ask the issuer",
    )
    STATUS_LIST_STALE = (
        "STATUS_LIST_STALE",
        "TRY_LATER",
        "状态列表已过时，不能说明现在的状态",
        "The status list is too old to tell the status",
        "取最新的状态列表后再验；这不表示证照已失效",
        "Get the newest list and try again; it does not mean that the licence is revoked",
    )
    STATUS_LIST_FROM_LATER = (
        "STATUS_LIST_FROM_LATER",
        "NO_POE",
        "状态列表晚于所问时刻，不能说明当时的状态",
        "The status list was made after the time asked for, and says nothing of that time",
        "提供当时的状态列表，或请颁发机构出具该时刻的状态证明",
        "Give a list of that time, or ask the issuer for a statement about it",
    )
    STATUS_UNAVAILABLE = (
        "STATUS_UNAVAILABLE",
        "TRY_LATER",
        "没有取得状态列表，不知道证照是否仍有效",
        "No status list could be had: whether the licence still stands is not known",
        "稍后再试，或向颁发机构索取状态列表；这不表示证照已失效",
        "Try later, or ask the issuer for the list; it does not mean that the licence is revoked",
    )

    # -- revocation data -------------------------------------------------------------------
    OCSP_MALFORMED = (
        "OCSP_MALFORMED",
        "",
        "OCSP 请求或应答无法解析",
        "The OCSP request or response cannot be parsed",
        "应为 PEM 或 DER 的 OCSP 应答（application/ocsp-response）",
        "It has to be an OCSP response, PEM or DER (application/ocsp-response)",
    )
    OCSP_REFUSED = (
        "OCSP_REFUSED",
        "",
        "所要的 OCSP 请求或应答不合规，未制作",
        "The OCSP request or response asked for breaks the rules; nothing was made",
        "检查应答者证书的用途、起止时间、吊销时间与随机数长度",
        "Check the responder's purpose, the times, the revocation's time and the nonce",
    )
    OCSP_UNANSWERED = (
        "OCSP_UNANSWERED",
        "TRY_LATER",
        "OCSP 应答者没有作答",
        "The OCSP responder gave no answer",
        "稍后重试，或改用 CRL",
        "Try again later, or use a CRL",
    )
    REVOCATION_DATA_OLDER = (
        "REVOCATION_DATA_OLDER",
        "TRY_LATER",
        "取得的吊销列表或应答比已有的旧，未采用",
        "The list or answer that was fetched is older than the one at hand; it was not taken",
        "发布地址可能未更新或遭回放；请联系该机构",
        "What is published there may be out of date, or replayed; ask the authority",
    )
    REVOCATION_DATA_UNNAMED = (
        "REVOCATION_DATA_UNNAMED",
        "TRY_LATER",
        "证书没有写明从何处取得吊销列表或应答",
        "The certificate does not say where its list or an answer can be fetched",
        "请向该机构索取 CRL，放入信任文件夹",
        "Get the CRL from the authority, and put it into the trust folder",
    )
    FILE_NOT_SAVED = (
        "FILE_NOT_SAVED",
        "",
        "文件无法写入",
        "The file cannot be written",
        "检查文件夹是否存在、是否可写",
        "Check that its folder exists and can be written to",
    )

    # -- timestamps ------------------------------------------------------------------------
    TIMESTAMP_MALFORMED = (
        "TIMESTAMP_MALFORMED",
        "FORMAT_FAILURE",
        "时间戳结构不合规",
        "The timestamp's structure does not conform",
        "文件可能被改动，请索取原文件；若是时间戳服务的回答，请联系该服务",
        "The file may have been changed: ask for the original; if a service answered so, tell it",
    )
    TIMESTAMP_MISMATCH = (
        "TIMESTAMP_MISMATCH",
        "HASH_FAILURE",
        "时间戳盖的不是这个签名",
        "The timestamp is over another signature than this",
        "时间戳取自别处；请索取原文件",
        "It was taken from elsewhere; ask for the original",
    )
    TIMESTAMP_INVALID = (
        "TIMESTAMP_INVALID",
        "SIG_CRYPTO_FAILURE",
        "时间戳自身不成立",
        "The timestamp does not hold in itself",
        "其签名、证书或扩展项有误，不能证明时间；请联系颁发机构",
        "Its signature, certificate or extensions are wrong: it proves no time; ask the issuer",
    )
    TIMESTAMP_BEFORE_CLAIM = (
        "TIMESTAMP_BEFORE_CLAIM",
        "SIG_CONSTRAINTS_FAILURE",
        "签名自称的时间晚于时间戳所证明的时间",
        "The signature says that it was made after the time that its timestamp proves",
        "签名人写的时间不实；请联系颁发机构",
        "The signer's time is not true; ask the issuer",
    )
    TSA_REFUSED = (
        "TSA_REFUSED",
        "",
        "时间戳服务拒绝了请求，未签名",
        "The time-stamping authority refused; nothing was signed",
        "请看它的说明，检查策略与密码套件",
        "See its words; check policy and suite",
    )
    TSA_ANSWER_WRONG = (
        "TSA_ANSWER_WRONG",
        "",
        "时间戳服务的回答与请求不符",
        "The time-stamping authority's answer is not one to this request",
        "检查时间戳服务的网址、时钟与策略",
        "Check the authority's address, clock and policy",
    )
