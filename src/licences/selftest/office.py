"""The offices of the self-test in one suite: departments, seal maker, authority; and strangers.

The good world; a case takes it and changes one thing. Rules kept: names and codes are those of the
shipped catalogue, whose departments are invented; each signer is made once, when first asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from eseal.algorithms import Suite
from eseal.certificate_making import SubjectName
from eseal.crl import read_crl
from eseal.keys import Sm2PrivateKey
from eseal.ocsp_reading import read_ocsp
from eseal.profiles import TIMESTAMPING
from eseal.signers import Signer, SoftwareSigner
from eseal.trust import TrustStore
from licences.catalogue import Catalogue, Department, LicenceType, load_catalogue
from licences.faces import FaceRenderer
from licences.selftest.authority import Authority, OtherIdKey, make_other_id_key

_TYPE: Final = "business-licence"
_CENTRE: Final = "示例市电子认证中心"


class Office:
    """All who take part, in one suite; keep it, for making keys takes long."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.authority = Authority(suite)
        self.stranger = Authority(suite)
        self.catalogue: Catalogue = load_catalogue()
        self.licence_type: LicenceType = self.catalogue.get(_TYPE)
        self.renderer = FaceRenderer(system_fonts=False)

    @cached_property
    def department(self) -> Department:
        """The department that issues the sample licence."""
        codes = {each.text for each in self.licence_type.issuers}
        return next(each for each in self.catalogue.departments if each.code.text in codes)

    @cached_property
    def other_department(self) -> Department:
        """One that may not issue it."""
        codes = {each.text for each in self.licence_type.issuers}
        return next(each for each in self.catalogue.departments if each.code.text not in codes)

    @cached_property
    def signer(self) -> SoftwareSigner:
        """The department's signer."""
        return self.authority.certify(named(self.department), key=self._keys[0])

    @cached_property
    def wrong_id_signer(self) -> SoftwareSigner:
        """The same key and certificate, but it signs under another SM2 user ID."""
        key = self._keys[1] or self.signer.key
        return SoftwareSigner(
            key=key,
            certificate=self.signer.certificate,
            chain=self.signer.chain,
            algorithm=self.signer.algorithm,
        )

    @cached_property
    def other_signer(self) -> SoftwareSigner:
        """The other department's signer."""
        return self.authority.certify(named(self.other_department))

    @cached_property
    def strange_signer(self) -> SoftwareSigner:
        """Somebody who calls themselves the department, certified by a CA that nobody trusts."""
        return self.stranger.certify(named(self.department))

    @cached_property
    def renewed_signer(self) -> SoftwareSigner:
        """The department's key under a new certificate."""
        return self.authority.certify(named(self.department), key=self.signer.key)

    @cached_property
    def maker(self) -> SoftwareSigner:
        """The seal maker (制章者)."""
        return self.authority.certify(_named("示例市电子印章制作中心"))

    @cached_property
    def company(self) -> SoftwareSigner:
        """Somebody with a good certificate who neither issues licences nor makes seals."""
        return self.authority.certify(_named("示例市样本科技有限公司"))

    @cached_property
    def timestamper(self) -> SoftwareSigner:
        """The time-stamping authority (时间戳机构)."""
        return self.authority.certify(_named("示例市时间戳", _CENTRE), profile=TIMESTAMPING)

    @cached_property
    def strange_timestamper(self) -> SoftwareSigner:
        """A time-stamping authority of a CA that nobody trusts."""
        return self.stranger.certify(_named("示例市时间戳", _CENTRE), profile=TIMESTAMPING)

    @cached_property
    def trust(self) -> TrustStore:
        """What a good verifier believes."""
        return self.trust_with()

    def trust_with(
        self,
        *,
        revoked: Sequence[tuple[Signer, datetime]] = (),
        ca_crl: bytes | None = b"",
        root_crl: bytes | None = b"",
        ocsps: Sequence[bytes] = (),
        makers: Sequence[Signer] | None = None,
    ) -> TrustStore:
        """Give the good trust store with something else about it.

        Args:
            revoked: who stands in the CA's list, and since when.
            ca_crl: another list of the CA, `None`: no list; so of the root's.
            root_crl: another list of the root.
            ocsps: OCSP responses at hand.
            makers: the accepted seal makers.
        """
        authority = self.authority
        if ca_crl == b"":
            ca_crl = authority.crl(authority.ca, revoked=revoked)
        if root_crl == b"":
            root_crl = authority.crl(authority.root)
        accepted = [self.maker] if makers is None else makers
        return TrustStore(
            roots=(authority.root.certificate,),
            intermediates=tuple(each.certificate for each in (authority.ca, *accepted)),
            crls=tuple(read_crl(each) for each in (ca_crl, root_crl) if each is not None),
            ocsps=tuple(map(read_ocsp, ocsps)),
        )

    @cached_property
    def _keys(self) -> tuple[Sm2PrivateKey | None, OtherIdKey | None]:
        return make_other_id_key() if self.suite is Suite.SM2 else (None, None)


def named(department: Department) -> SubjectName:
    """Name a department as its certificate does."""
    name = department.name.zh
    return SubjectName(
        common_name=f"{name}（样本）", organisation=name, organisation_code=department.code.text
    )


def _named(name: str, organisation: str = "") -> SubjectName:
    return SubjectName(common_name=f"{name}（样本）", organisation=organisation or name)
