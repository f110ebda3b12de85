"""What is remembered of seals while many documents are judged: who may make them, and signatures.

A memory lasts as long as its judge.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from asn1crypto import x509

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.errors import RefusedError
from eseal.keys import suite_of
from eseal.report import Finding
from eseal.seals.model import Seal

MAX_REMEMBERED: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What was found out in one run: who may make seals, and maker's signatures by their bytes.

    Attributes:
        makers: SHA-256 of the certificates of those who may make seals, by suite.
        signatures: what was found about makers' signatures.
    """

    makers: Mapping[Suite, frozenset[bytes]]
    signatures: dict[bytes, Finding]

    def keep(self, key: bytes, finding: Finding) -> None:
        """Remember what was found about a maker's signature; of too many all are forgotten."""
        if len(self.signatures) >= MAX_REMEMBERED:
            self.signatures.clear()
        self.signatures[key] = finding


_memories: WeakKeyDictionary[PathJudge, Memory] = WeakKeyDictionary()


def memory_of(judge: PathJudge) -> Memory:
    """Give what was found out by this judge."""
    memory = _memories.get(judge)
    if memory is None:
        makers = {suite: _makers(judge, suite) for suite in Suite}
        memory = _memories.setdefault(judge, Memory(makers=makers, signatures={}))
    return memory


def makers_like(judge: PathJudge, maker: x509.Certificate) -> frozenset[bytes]:
    """Give the SHA-256 of the certificates of those who may make seals with a key of this suite."""
    suite = _suite(maker)
    return frozenset() if suite is None else memory_of(judge).makers[suite]


def _makers(judge: PathJudge, suite: Suite) -> frozenset[bytes]:
    return frozenset(one.sha256 for one in judge.trust.makers if _suite(one) is suite)


def _suite(certificate: x509.Certificate) -> Suite | None:
    try:
        return suite_of(certificate.public_key)
    except RefusedError:
        return None


def seal_key(seal: Seal) -> bytes:
    """Name all that the check of a maker's signature depends on."""
    hashed = hashlib.sha256()
    for part in (seal.algorithm.encode(), seal.maker.sha256, seal.signature, seal.signed_bytes):
        hashed.update(b"%d:" % len(part))
        hashed.update(part)
    return hashed.digest()
