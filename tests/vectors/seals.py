"""Seals and their use with one thing about them: `GOOD` that hold, `VECTORS` with one defect each.

The good world's seal is taken, one thing is changed, and whoever signs what was changed signs it
again, so that only the one rule can refuse it. What our own maker does not make (V1, V5, what is
tolerated, what is broken) is put together by asn1crypto.

Source: GB/T 38540-2020, 6.3 and 7.3; GM/T 0031-2014, 6.1.2 and 6.2.3 (read second-hand).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import algos, cms, core, tsp

from eseal import digests
from eseal.certificate_making import SubjectName
from eseal.digests import DigestAlgorithm
from eseal.keys import Sm2PrivateKey, Suite
from eseal.oids import SM2_WITH_SM3
from eseal.profiles import TIMESTAMPING
from eseal.reasons import Reason
from eseal.report import Outcome
from eseal.seals.checks import SealCheck
from eseal.seals.making import SealStamp
from eseal.seals.model import Deviation, SealVersion, list_certificates, list_digests
from eseal.signers import Signer, SoftwareSigner
from eseal.sm2 import DEFAULT_USER_ID, decode_signature
from eseal.sm2.encodings import read_public_key_info
from eseal.sm2.protocol import identity_digest
from eseal.trust import TrustStore
from tests.vectors import seal_asn1
from tests.world import DAY, MAKER, NOW, SECOND, YEAR, Authority

DOCUMENT = "示例采购合同（样本）".encode()
PROPERTY = "[0 1024 9216 2048]"
EXTENSION = "1.2.156.10197.6.7.2.2.1"

Sign = Callable[[bytes], bytes]
Change = Callable[[Any], object]


class SealForge:
    """Makes seals of one authority and uses them, good and bad."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.maker = authority.maker
        self.signer = authority.signing
        self.trust = authority.trust()
        self.good_seal = authority.good_seal
        self.stamp = SealStamp(self.good_seal, self.signer)
        self.good = self.stamp.sign(self.digest(), at=NOW, property_info=PROPERTY)

    def digest(self, document: bytes = DOCUMENT) -> bytes:
        """The digest that stands for a document."""
        return digests.digest(self.signer.algorithm.digest, document)

    def seal(
        self,
        change: Change = lambda _info: None,
        *,
        spec: Any = seal_asn1.Seal,
        maker: SoftwareSigner | None = None,
        sign: Sign | None = None,
        **fields: object,
    ) -> bytes:
        """The good seal with its info changed, signed by the maker as it is then.

        Args:
            change: what is done to the info.
            spec: the structure that it is written in.
            maker: the good one, unless told otherwise.
            sign: the maker's own way to sign, unless told otherwise.
            fields: outer fields that are written otherwise.
        """
        maker = maker or self.maker
        good = seal_asn1.Seal.load(self.good_seal.der)
        info = spec._fields[0][1](good["info"].native | {"property": good["info"]["property"]})
        change(info)
        values = {
            "info": info,
            "cert": maker.certificate.dump(),
            "sign_alg_id": self.good_oid,
            "signed_value": (sign or maker.sign)(info.dump(force=True)),
        }
        return bytes(spec(values | fields).dump(force=True))

    @property
    def good_oid(self) -> str:
        """The algorithm's number."""
        return str(self.signer.algorithm.signed_digest_algorithm["algorithm"].dotted)

    def use(
        self,
        seal: bytes | None = None,
        change: Change = lambda _tbs: None,
        *,
        spec: Any = seal_asn1.Tbs,
        signer: Signer | None = None,
        sign: Sign | None = None,
        **fields: object,
    ) -> bytes:
        """A use of the good seal, or of another, with what is signed changed before."""
        signer = signer or self.signer
        tbs = spec(
            {
                "version": 4,
                "eseal": core.Any.load(seal or self.good_seal.der),
                "time_info": NOW,
                "data_hash": self.digest(),
                "property_info": PROPERTY,
            }
        )
        change(tbs)
        values = {
            "to_sign": core.Any(tbs),
            "cert": signer.certificate.dump(),
            "signature_alg_id": core.Any(core.ObjectIdentifier(self.good_oid)),
            "signature": (sign or signer.sign)(tbs.dump(force=True)),
        }
        return bytes(seal_asn1.Signature(values | fields).dump(force=True))

    def use_anew(self, **changes: Any) -> bytes:
        """A use of the department's seal made with other attributes."""
        return self.use(self.authority.seal(**changes))

    def seal_v1(self, number: int = 1) -> bytes:
        """The good seal in V1."""
        good = seal_asn1.Seal.load(self.good_seal.der)["info"].native
        about = good["property"]
        listed = list(self.good_seal.signers.certificates)
        info = seal_asn1.InfoV1(
            {
                "header": good["header"] | {"version": number},
                "es_id": good["es_id"],
                "property": {name: about[name] for name in about if name not in {"cert_list_type"}}
                | {"cert_list": listed},
                "picture": good["picture"],
            }
        )
        signed = {
            "info": info,
            "cert": self.maker.certificate.dump(),
            "signature_algorithm": self.good_oid,
        }
        value = self.maker.sign(seal_asn1.SignedByMaker(signed).dump())
        sign_info = {
            "cert": signed["cert"],
            "signature_algorithm": self.good_oid,
            "sign_data": value,
        }
        return bytes(seal_asn1.SealV1({"info": info, "sign_info": sign_info}).dump())

    def use_v1(self, seal: bytes | None = None, time_info: bytes | None = None) -> bytes:
        """A use of the good seal, all in V1."""
        tbs = seal_asn1.TbsV1(
            {
                "version": 1,
                "eseal": core.Any.load(seal or self.seal_v1()),
                "time_info": time_info or core.UTCTime(NOW).dump(),
                "data_hash": self.digest(),
                "property_info": PROPERTY,
                "cert": self.signer.certificate.dump(),
                "signature_algorithm": self.good_oid,
            }
        )
        signature = self.signer.sign(tbs.dump())
        return bytes(seal_asn1.SignatureV1({"to_sign": tbs, "signature": signature}).dump())

    def raw(self, signer: Signer) -> Sign:
        """A signer's way to sign, as r || s."""

        def sign(data: bytes) -> bytes:
            r, s = decode_signature(signer.sign(data))
            return r.to_bytes(32) + s.to_bytes(32)

        return sign

    def under_another_id(self, signer: SoftwareSigner) -> Sign:
        """A signer's way to sign, under another SM2 user ID."""
        key = signer.key
        assert isinstance(key, Sm2PrivateKey)
        return lambda data: key._key.sign(data, b"sample@example.cn")


@dataclass(frozen=True, kw_only=True)
class Good:
    """A use of a seal that holds, and how it has to be read."""

    name: str
    make: Callable[[SealForge], bytes]
    version: SealVersion
    deviations: tuple[Deviation, ...]
    suites: tuple[Suite, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """The use of a seal, what is believed, and the document that it is found on."""

    signature: bytes
    trust: TrustStore | None = None
    document: bytes = field(default=DOCUMENT)


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A use of a seal with one defect, and what has to be found."""

    name: str
    make: Callable[[SealForge], Case]
    check: SealCheck
    reason: Reason
    outcome: Outcome
    suites: tuple[Suite, ...]


GOOD: list[Good] = []
VECTORS: list[Vector] = []

BOTH = tuple(Suite)
SM2 = (Suite.SM2,)


def good(
    *deviations: Deviation, version: SealVersion = SealVersion.V4, suites: tuple[Suite, ...] = BOTH
) -> Callable[[Callable[[SealForge], bytes]], Callable[[SealForge], bytes]]:
    """Enter a function into `GOOD`."""

    def enter(make: Callable[[SealForge], bytes]) -> Callable[[SealForge], bytes]:
        GOOD.append(
            Good(
                name=make.__name__,
                make=make,
                version=version,
                deviations=deviations,
                suites=suites,
            )
        )
        return make

    return enter


def vector(
    check: SealCheck,
    reason: Reason,
    *,
    outcome: Outcome = Outcome.FAILED,
    suites: tuple[Suite, ...] = BOTH,
) -> Callable[[Callable[[SealForge], Case]], Callable[[SealForge], Case]]:
    """Enter a function into `VECTORS`."""

    def enter(make: Callable[[SealForge], Case]) -> Callable[[SealForge], Case]:
        VECTORS.append(
            Vector(
                name=make.__name__,
                make=make,
                check=check,
                reason=reason,
                outcome=outcome,
                suites=suites,
            )
        )
        return make

    return enter


# -- good ones -------------------------------------------------------------------------------


@good()
def as_we_make_it(forge: SealForge) -> bytes:
    """Valid: made and used by us; for RSA the seal of the RSA suite."""
    return forge.good


@good()
def as_asn1crypto_makes_it(forge: SealForge) -> bytes:
    """Valid: the same by another encoder."""
    return forge.use(forge.seal())


@good(version=SealVersion.V1)
def v1(forge: SealForge) -> bytes:
    """Valid: GM/T 0031-2014; the maker's signature is over certificate and algorithm, too."""
    return forge.use_v1()


@good(version=SealVersion.V1)
def v1_of_any_number(forge: SealForge) -> bytes:
    """Valid: V1 leaves its number to the vendor."""
    return forge.use_v1(forge.seal_v1(number=11))


@good(version=SealVersion.V1)
def v1_with_generalized_time(forge: SealForge) -> bytes:
    """Valid: V1's time of sealing as GeneralizedTime."""
    return forge.use_v1(time_info=core.GeneralizedTime(NOW).dump())


@good(version=SealVersion.V1)
def v1_with_a_timestamp(forge: SealForge) -> bytes:
    """Valid: V1's time of sealing as a timestamp token; it is told, and not examined."""
    stamped = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": bytes(32),
            },
            "serial_number": 1,
            "gen_time": NOW,
        }
    )
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "tst_info", "content": stamped},
            "signer_infos": [],
        }
    )
    token = cms.ContentInfo({"content_type": "signed_data", "content": data})
    return forge.use_v1(time_info=token.dump())


def _number(number: int) -> Change:
    def change(info: Any) -> None:
        info["header"]["version"] = number

    return change


def _number_of_use(number: int) -> Change:
    def change(tbs: Any) -> None:
        tbs["version"] = number

    return change


@good(version=SealVersion.V5)
def v5(forge: SealForge) -> bytes:
    """Valid: GM/T 0031-2025 without timestamps."""
    return forge.use(forge.seal(_number(5)), _number_of_use(5))


@good(version=SealVersion.V5)
def v5_with_timestamps(forge: SealForge) -> bytes:
    """Valid: GM/T 0031-2025 with timestamps over both signatures; told, and not examined."""
    seal = forge.seal(_number(5), time_stamp=b"sample")
    return forge.use(seal, _number_of_use(5), time_stamp=b"sample")


@good(version=SealVersion.V5)
def v5_use_of_a_v4_seal(forge: SealForge) -> bytes:
    """Valid: a seal of the edition before."""
    return forge.use(None, _number_of_use(5))


@good(Deviation.VERSION_NUMBER)
def other_numbers(forge: SealForge) -> bytes:
    """Valid: V4 in its structure, with numbers of no edition."""
    return forge.use(forge.seal(_number(3)), _number_of_use(3))


@good(Deviation.RAW_SIGNATURE, suites=SM2)
def raw_signatures(forge: SealForge) -> bytes:
    """Valid: both signatures as r || s."""
    return forge.use(forge.seal(sign=forge.raw(forge.maker)), sign=forge.raw(forge.signer))


@good(Deviation.ALGORITHM_PARAMETERS)
def algorithms_with_null(forge: SealForge) -> bytes:
    """Valid: AlgorithmIdentifiers with NULL, where a bare OID belongs."""
    return _with_algorithm_identifiers(forge, {"parameters": core.Null()})


@good(Deviation.ALGORITHM_PARAMETERS)
def algorithms_without_parameters(forge: SealForge) -> bytes:
    """Valid: AlgorithmIdentifiers without parameters."""
    return _with_algorithm_identifiers(forge, {})


def _with_algorithm_identifiers(forge: SealForge, parameters: dict[str, core.Null]) -> bytes:
    identifier = algos.SignedDigestAlgorithm({"algorithm": forge.good_oid} | parameters)
    seal = forge.seal(spec=seal_asn1.SealWithParameters, sign_alg_id=identifier)
    return forge.use(seal, signature_alg_id=core.Any(identifier))


def extended(spec: Any, *, critical: bool = False) -> Change:
    """Add an extension."""

    def change(value: Any) -> None:
        extension = {"extn_id": EXTENSION, "critical": critical, "extn_value": b"sample"}
        value["ext_datas"] = seal_asn1.ExtensionDatas([core.Any(spec(extension))])

    return change


@good()
def extensions(forge: SealForge) -> bytes:
    """Valid: an extension in the seal, untagged, and one in its use, tagged, in DER."""
    add = extended(seal_asn1.ExtData)
    return forge.use(forge.seal(add), add)


@good(Deviation.EXPLICIT_FALSE)
def explicit_false(forge: SealForge) -> bytes:
    """Valid: `critical FALSE` is written; the signatures are over the bytes as they stand."""
    add = extended(seal_asn1.ExtDataWithFalse)
    return forge.use(forge.seal(add), add)


@good(Deviation.EXTENSIONS_TAGGED)
def extensions_tagged_in_the_seal(forge: SealForge) -> bytes:
    """Valid: a seal's extensions in a tag."""
    return forge.use(forge.seal(extended(seal_asn1.ExtData), spec=seal_asn1.SealWithTag))


@good(Deviation.EXTENSIONS_UNTAGGED)
def extensions_untagged_in_the_use(forge: SealForge) -> bytes:
    """Valid: a seal signature's extensions without theirs."""
    return forge.use(None, extended(seal_asn1.ExtData), spec=seal_asn1.TbsWithoutTag)


@good(Deviation.DATA_HASH_WITH_Z, suites=SM2)
def data_hash_with_z(forge: SealForge) -> bytes:
    """Valid: the document was digested with Z in front, as some products do."""
    point = read_public_key_info(forge.signer.certificate.public_key.dump())
    z = identity_digest(point, DEFAULT_USER_ID)
    return forge.use(None, _set("data_hash", forge.digest(z + DOCUMENT)))


def _set(name: str, value: object) -> Change:
    def change(tbs: Any) -> None:
        tbs[name] = value

    return change


@good()
def signer_by_sm3(forge: SealForge) -> bytes:
    """Valid: the signer is listed by the SM3 digest of the certificate."""
    listed = list_digests([forge.signer.certificate], DigestAlgorithm.SM3)
    return forge.use_anew(signers=listed)


@good()
def signer_by_sha256(forge: SealForge) -> bytes:
    """Valid: the signer is listed by the SHA-256 digest of the certificate, behind another."""
    certificates = [forge.maker.certificate, forge.signer.certificate]
    return forge.use_anew(signers=list_digests(certificates, DigestAlgorithm.SHA256))


@good()
def in_its_first_second(forge: SealForge) -> bytes:
    """Valid: used in the first second in which the seal may be."""
    return forge.use_anew(valid_from=NOW)


@good()
def in_its_last_second(forge: SealForge) -> bytes:
    """Valid: used in the last second in which the seal may be."""
    return forge.use_anew(valid_until=NOW)


# -- format ----------------------------------------------------------------------------------


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def nothing(_forge: SealForge) -> Case:
    """Invalid: no bytes at all."""
    return Case(signature=b"")


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def trailing_byte(forge: SealForge) -> Case:
    """Invalid: something stands behind it."""
    return Case(signature=forge.good + b"\0")


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def trailing_field(forge: SealForge) -> Case:
    """Invalid: a field more, which no signature covers."""
    value = seal_asn1.Signature.load(forge.good)
    contents = value.contents + core.Null().dump()
    return Case(signature=core.Sequence(contents=contents).dump())


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def trailing_byte_behind_the_seal(forge: SealForge) -> Case:
    """Invalid: the seal in it is longer than its fields; the signer signed it so."""
    contents = seal_asn1.Seal.load(forge.good_seal.der).contents + core.Null().dump()
    return Case(signature=forge.use(core.Sequence(contents=contents).dump()))


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def long_length(forge: SealForge) -> Case:
    """Invalid: the outer length is written longer than it needs to be."""
    return Case(signature=b"\x30\x83\x00" + forge.good[2:])


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def indefinite_length(forge: SealForge) -> Case:
    """Invalid: BER's indefinite length."""
    return Case(signature=b"\x30\x80" + forge.good[4:] + b"\0\0")


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def long_number(forge: SealForge) -> Case:
    """Invalid: a version number with a zero in front, signed so."""
    good = seal_asn1.Signature.load(forge.good)["to_sign"].parse(spec=seal_asn1.Tbs)
    tbs = core.Sequence(contents=b"\x02\x02\0\x04" + good.contents[3:])
    return Case(signature=forge.use(to_sign=core.Any(tbs), signature=forge.signer.sign(tbs.dump())))


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def v1_seal_in_v4(forge: SealForge) -> Case:
    """Invalid: a use in V4 of a seal in V1."""
    return Case(signature=forge.use(forge.seal_v1()))


@vector(SealCheck.FORMAT, Reason.SEAL_MALFORMED)
def v4_seal_in_v1(forge: SealForge) -> Case:
    """Invalid: a use in V1 of a seal in V4."""
    return Case(signature=forge.use_v1(forge.good_seal.der))


@vector(SealCheck.FORMAT, Reason.SEAL_EXTENSION_UNKNOWN, outcome=Outcome.UNDETERMINED)
def critical_extension_of_the_seal(forge: SealForge) -> Case:
    """Undetermined: the seal has an extension that its readers have to know."""
    return Case(signature=forge.use(forge.seal(extended(seal_asn1.ExtData, critical=True))))


@vector(SealCheck.FORMAT, Reason.SEAL_EXTENSION_UNKNOWN, outcome=Outcome.UNDETERMINED)
def critical_extension_of_the_use(forge: SealForge) -> Case:
    """Undetermined: the seal's use has one."""
    return Case(signature=forge.use(None, extended(seal_asn1.ExtData, critical=True)))


@vector(SealCheck.FORMAT, Reason.ALGORITHM_REFUSED)
def sha1_in_the_seal(forge: SealForge) -> Case:
    """Invalid: RSA with SHA-1, which V1 permitted."""
    return Case(signature=forge.use(forge.seal(sign_alg_id="1.2.840.113549.1.1.5")))


@vector(SealCheck.FORMAT, Reason.ALGORITHM_REFUSED)
def sha1_in_the_use(forge: SealForge) -> Case:
    """Invalid: the same in the seal's use."""
    algorithm = core.Any(core.ObjectIdentifier("1.2.840.113549.1.1.5"))
    return Case(signature=forge.use(signature_alg_id=algorithm))


# -- the maker -------------------------------------------------------------------------------


@vector(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID)
def remade_with_another_key(forge: SealForge) -> Case:
    """Invalid: the seal shows the maker's certificate, and somebody else signed it."""
    return Case(signature=forge.use(forge.seal(sign=forge.authority.timestamping.sign)))


@vector(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID)
def altered_picture(forge: SealForge) -> Case:
    """Invalid: another picture under the maker's old signature."""
    return Case(signature=forge.use(_altered(forge, _set_picture(b"sample"))))


@vector(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID)
def altered_list(forge: SealForge) -> Case:
    """Invalid: a signer entered themselves into somebody else's seal."""
    other = forge.authority.seal(signers=list_certificates([forge.maker.certificate]))
    listed = seal_asn1.SignerCertificates([forge.signer.certificate.dump()])

    def change(info: Any) -> None:
        info["property"]["cert_list"] = core.Any(listed)

    return Case(signature=forge.use(_altered(forge, change, other)))


def _set_picture(data: bytes) -> Change:
    def change(info: Any) -> None:
        info["picture"]["data"] = data

    return change


def _altered(forge: SealForge, change: Change, seal: bytes | None = None) -> bytes:
    """A seal with its info changed and its signature as it was."""
    value = seal_asn1.Seal.load(seal or forge.good_seal.der)
    change(value["info"])
    return bytes(value.dump(force=True))


@vector(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID, suites=SM2)
def maker_under_another_id(forge: SealForge) -> Case:
    """Invalid: the maker signed under another SM2 user ID."""
    return Case(signature=forge.use(forge.seal(sign=forge.under_another_id(forge.maker))))


@vector(SealCheck.MAKER_SIGNATURE, Reason.KEY_REFUSED)
def algorithm_of_another_suite(forge: SealForge) -> Case:
    """Invalid: the algorithm is not one of the maker's key."""
    other = "1.2.840.113549.1.1.11" if forge.authority.suite is Suite.SM2 else SM2_WITH_SM3
    return Case(signature=forge.use(forge.seal(sign_alg_id=other)))


@vector(SealCheck.MAKER_PATH, Reason.SEAL_MAKER_NOT_TRUSTED)
def remade_by_another_maker(forge: SealForge) -> Case:
    """Invalid: somebody with a good certificate made the seal, who is no maker of seals."""
    return Case(signature=forge.use_anew(maker=another_company(forge)))


def another_company(forge: SealForge) -> SoftwareSigner:
    """A company with a good certificate under the same CA."""
    authority = forge.authority
    subject = SubjectName(common_name="示例贸易有限公司（样本）", organisation="示例贸易有限公司")
    return authority.department(subject=subject, key=authority.timestamping.key)


@vector(SealCheck.MAKER_PATH, Reason.SEAL_MAKER_NOT_TRUSTED)
def remade_by_its_signer(forge: SealForge) -> Case:
    """Invalid: the department made its seal itself."""
    return Case(signature=forge.use_anew(maker=forge.signer))


@vector(SealCheck.MAKER_PATH, Reason.NO_SEAL_MAKERS, outcome=Outcome.UNDETERMINED)
def no_makers_known(forge: SealForge) -> Case:
    """Undetermined: nobody said who may make seals."""
    return Case(signature=forge.good, trust=forge.authority.trust(makers=[]))


@vector(SealCheck.MAKER_PATH, Reason.UNKNOWN_ISSUER, outcome=Outcome.UNDETERMINED)
def maker_of_another_root(forge: SealForge) -> Case:
    """Undetermined: a maker of the same name under a root that nobody trusts."""
    return Case(signature=forge.use_anew(maker=Authority(forge.authority.suite).maker))


@vector(SealCheck.MAKER_PATH, Reason.KEY_USAGE_REFUSED)
def maker_that_stamps_times(forge: SealForge) -> Case:
    """Invalid: the maker's certificate, accepted as it is, is for timestamps only."""
    maker = forge.authority.department(
        profile=TIMESTAMPING, subject=MAKER, key=forge.authority.maker.key
    )
    trust = forge.authority.trust(makers=[maker])
    return Case(signature=forge.use_anew(maker=maker), trust=trust)


@vector(SealCheck.MAKER_PATH, Reason.CERTIFICATE_REVOKED)
def maker_revoked_before(forge: SealForge) -> Case:
    """Invalid: the maker was revoked when the seal was made."""
    authority = forge.authority
    revoked = authority.revoked(forge.maker, forge.good_seal.created)
    return Case(signature=forge.good, trust=authority.trust(revoked=[revoked]))


@vector(SealCheck.MAKER_PATH, Reason.CERTIFICATE_REVOKED_SINCE, outcome=Outcome.UNDETERMINED)
def maker_revoked_since(forge: SealForge) -> Case:
    """Undetermined: the maker was revoked a second after the seal says that it was made."""
    authority = forge.authority
    revoked = authority.revoked(forge.maker, forge.good_seal.created + SECOND)
    return Case(signature=forge.good, trust=authority.trust(revoked=[revoked]))


# -- the seal's validity ---------------------------------------------------------------------


@vector(SealCheck.VALIDITY, Reason.SEAL_EXPIRED)
def expired_seal(forge: SealForge) -> Case:
    """Invalid: used in the first second after its last."""
    return Case(signature=forge.use_anew(valid_until=NOW - SECOND))


@vector(SealCheck.VALIDITY, Reason.SEAL_NOT_YET_VALID)
def seal_not_yet_valid(forge: SealForge) -> Case:
    """Invalid: used in the last second before its first."""
    return Case(signature=forge.use_anew(valid_from=NOW + SECOND))


# -- the signer ------------------------------------------------------------------------------


@vector(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def signer_not_listed(forge: SealForge) -> Case:
    """Invalid: the seal lists another's certificate."""
    listed = list_certificates([forge.maker.certificate])
    return Case(signature=forge.use_anew(signers=listed))


@vector(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def signer_not_listed_by_digest(forge: SealForge) -> Case:
    """Invalid: the seal lists another's digest."""
    listed = list_digests([forge.maker.certificate], DigestAlgorithm.SM3)
    return Case(signature=forge.use_anew(signers=listed))


@vector(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def renewed_certificate(forge: SealForge) -> Case:
    """Invalid: the signer's new certificate, of the same name and key, is not in the list."""
    renewed = forge.authority.department(not_after=NOW + YEAR)
    return Case(signature=forge.use(signer=renewed))


@vector(SealCheck.SIGNER_PATH, Reason.CERTIFICATE_REVOKED)
def signer_revoked_before(forge: SealForge) -> Case:
    """Invalid: the signer was revoked in the second of sealing."""
    authority = forge.authority
    trust = authority.trust(revoked=[authority.revoked(forge.signer, NOW)])
    return Case(signature=forge.good, trust=trust)


@vector(SealCheck.SIGNER_PATH, Reason.CERTIFICATE_REVOKED_SINCE, outcome=Outcome.UNDETERMINED)
def signer_revoked_since(forge: SealForge) -> Case:
    """Undetermined: the signer was revoked since, and only they say when it was sealed."""
    authority = forge.authority
    used = forge.stamp.sign(forge.digest(), at=NOW - 2 * DAY, property_info=PROPERTY)
    trust = authority.trust(revoked=[authority.revoked(forge.signer, NOW - DAY)])
    return Case(signature=used, trust=trust)


@vector(SealCheck.SIGNER_PATH, Reason.UNKNOWN_ISSUER, outcome=Outcome.UNDETERMINED)
def signer_of_another_root(forge: SealForge) -> Case:
    """Undetermined: the seal lists a signer whom no trusted root vouches for."""
    signer = Authority(forge.authority.suite).signing
    seal = forge.authority.seal(signers=list_certificates([signer.certificate]))
    return Case(signature=forge.use(seal, signer=signer))


# -- the signature and what it is over -------------------------------------------------------


@vector(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID)
def signed_by_another(forge: SealForge) -> Case:
    """Invalid: it shows the signer's certificate, and somebody else signed."""
    return Case(signature=forge.use(sign=forge.maker.sign))


@vector(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID)
def another_time(forge: SealForge) -> Case:
    """Invalid: the time of sealing was changed."""
    value = seal_asn1.Signature.load(forge.good)
    tbs = value["to_sign"].parse(spec=seal_asn1.Tbs)
    tbs["time_info"] = NOW - DAY
    value["to_sign"] = core.Any(tbs)
    return Case(signature=bytes(value.dump(force=True)))


@vector(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID, suites=SM2)
def signer_under_another_id(forge: SealForge) -> Case:
    """Invalid: the signer signed under another SM2 user ID."""
    return Case(signature=forge.use(sign=forge.under_another_id(forge.signer)))


@vector(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID, suites=SM2)
def raw_signature_of_zeros(forge: SealForge) -> Case:
    """Invalid: r || s of sixty-four zeros."""
    return Case(signature=forge.use(sign=lambda _data: bytes(64)))


@vector(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def another_document(forge: SealForge) -> Case:
    """Invalid: a good use of the seal, moved to another document."""
    return Case(signature=forge.good, document=DOCUMENT + b"\n")
