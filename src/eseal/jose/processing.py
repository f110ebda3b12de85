"""Putting disclosed claims back in their places (RFC 9901, section 7.1, steps 3 to 6).

Rules kept:
    - every disclosure is there once, and some digest in the payload, or in a disclosure that is
      itself in its place, commits to it;
    - no digest stands twice, whether anything was disclosed for it or not;
    - a disclosed claim never takes the place of another one;
    - `_sd` is an array of strings, `...` stands alone with a string in an array's element,
      `_sd_alg` stands at the top or nowhere;
    - digests without a disclosure (withheld, or decoys) leave no trace;
    - no `exp`, `nbf`, `aud` or `cnf` at the top: a document says in its own terms when it is valid,
      and a condition that nobody here checks must not stand there.

Whether the payload was signed is asked elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eseal.errors import MalformedError, RefusedError
from eseal.jose import disclosures as forms
from eseal.jose.strict_json import MAX_DEPTH, JsonObject, JsonValue
from eseal.reasons import Reason

MAX_DISCLOSURES: Final = 4096
MAX_NAME: Final = 256  # characters of a member's name: places repeat the names above them
CONDITIONS: Final = frozenset({"aud", "cnf", "exp", "nbf"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Processed:
    """A payload with what was disclosed in its place.

    Attributes:
        claims: the processed payload, without `_sd` and `_sd_alg`.
        places: for each disclosure the JSON pointer (RFC 6901) of its claim in `claims`.
        withheld: how many digests have no disclosure here: withheld claims and decoys.
        repeated: numbers of the disclosures that stood there before.
        uncommitted: numbers of the disclosures that no digest commits to.
    """

    claims: JsonObject
    places: dict[str, str]
    withheld: int
    repeated: tuple[int, ...]
    uncommitted: tuple[int, ...]

    def check_disclosures(self) -> None:
        """Refuse disclosures that the issuer did not commit to, and repeated ones.

        Raises:
            RefusedError: `DISCLOSURE_DUPLICATED` or `DISCLOSURE_NOT_COMMITTED`.
        """
        if self.repeated:
            sentence = "同一披露重复 a disclosure stands twice"
            raise RefusedError(
                Reason.DISCLOSURE_DUPLICATED, sentence, at=_disclosure(self.repeated)
            )
        if self.uncommitted:
            sentence = "已签名的摘要中没有它 no digest that was signed commits to the disclosure"
            at = _disclosure(self.uncommitted)
            raise RefusedError(Reason.DISCLOSURE_NOT_COMMITTED, sentence, at=at)


def process(payload: JsonObject, disclosures: Sequence[str]) -> Processed:
    """Weave `disclosures` into `payload`.

    Args:
        payload: what the issuer signed.
        disclosures: as they were given, still encoded, ASCII only.

    Raises:
        MalformedError: `MALFORMED_SD_JWT` and the reasons of strict JSON; the issuer's own form is
            wrong.
        RefusedError: `DISCLOSURE_DUPLICATED`, `DISCLOSURE_NOT_COMMITTED`, or `ALGORITHM_REFUSED`
            for an unknown `_sd_alg`.
    """
    processed = unsafe_process(payload, disclosures)
    processed.check_disclosures()
    return processed


def unsafe_process(payload: JsonObject, disclosures: Sequence[str]) -> Processed:
    """Do as `process` does, and leave `check_disclosures` to the caller."""
    if len(disclosures) > MAX_DISCLOSURES:
        raise _malformed(f"披露过多 more than {MAX_DISCLOSURES} disclosures", "")
    visible = dict(payload)
    name = visible.pop(forms.DIGEST_ALGORITHM, "sha-256")
    weaver = _Weaver(forms.digester(forms.read_algorithm(name)), disclosures)
    claims = weaver.object(visible, "", 1)
    conditions = CONDITIONS & claims.keys()
    if conditions:
        raise _malformed(
            f"有此处不核验的条件 conditions that are not checked here: {sorted(conditions)}", ""
        )
    numbers = {disclosure: number for number, disclosure in reversed([*enumerate(disclosures)])}
    return Processed(
        claims=claims,
        places=weaver.places,
        withheld=weaver.withheld,
        repeated=tuple(n for n, each in enumerate(disclosures) if numbers[each] != n),
        uncommitted=tuple(n for n, each in enumerate(disclosures) if each not in weaver.places),
    )


class _Weaver:
    """The digests met and the disclosures placed so far."""

    def __init__(self, digest: forms.Digester, disclosures: Sequence[str]) -> None:
        self.places: dict[str, str] = {}
        self.withheld = 0
        found = digest(each.encode("ascii") for each in disclosures)
        self._by_digest = dict(zip(found, disclosures, strict=True))
        self._met: set[str] = set()

    def object(self, node: JsonObject, at: str, depth: int) -> JsonObject:
        if forms.ELEMENT_DIGEST in node or forms.DIGEST_ALGORITHM in node:
            raise _malformed("保留名用错了地方 a reserved name out of its place", at)
        woven: JsonObject = {}
        for name, value in node.items():
            if name != forms.DIGESTS:
                woven[name] = self._value(value, _below(at, name), depth)
        for digest in _digests(node.get(forms.DIGESTS, []), at):
            disclosure = self._take(digest, at)
            if disclosure is not None:
                self._place_property(disclosure, woven, at, depth)
        return woven

    def _value(self, value: JsonValue, at: str, depth: int) -> JsonValue:
        if depth >= MAX_DEPTH:
            raise _malformed(f"嵌套过深 nested deeper than {MAX_DEPTH}", at)
        if isinstance(value, dict):
            return self.object(value, at, depth + 1)
        if isinstance(value, list):
            return self._array(value, at, depth + 1)
        return value

    def _array(self, node: list[JsonValue], at: str, depth: int) -> JsonValue:
        woven: list[JsonValue] = []
        for element in node:
            place = f"{at}/{len(woven)}"
            if not isinstance(element, dict) or forms.ELEMENT_DIGEST not in element:
                woven.append(self._value(element, place, depth))
                continue
            disclosure = self._take(_element_digest(element, place), place)
            if disclosure is not None:
                self.places[disclosure] = place
                value = forms.read_element(disclosure, at=place)
                woven.append(self._value(value, place, depth))
        return woven

    def _place_property(self, disclosure: str, woven: JsonObject, at: str, depth: int) -> None:
        name, value = forms.read_property(disclosure, at=at)
        place = _below(at, name)
        if name in woven:
            raise _malformed(
                "披露的成员与另一成员同名 a disclosed claim has the name of another one", place
            )
        self.places[disclosure] = place
        woven[name] = self._value(value, place, depth)

    def _take(self, digest: str, at: str) -> str | None:
        if digest in self._met:
            raise _malformed("同一摘要重复 a digest stands twice", at)
        self._met.add(digest)
        disclosure = self._by_digest.get(digest)
        self.withheld += disclosure is None
        return disclosure


def _digests(value: JsonValue, at: str) -> list[str]:
    if isinstance(value, list):
        digests = [each for each in value if isinstance(each, str)]
        if len(digests) == len(value):
            return digests
    raise _malformed(f"应为文字的数组 {forms.DIGESTS} is an array of strings", at)


def _element_digest(element: JsonObject, at: str) -> str:
    digest = element[forms.ELEMENT_DIGEST]
    if len(element) != 1 or not isinstance(digest, str):
        raise _malformed(f"应单独且为文字 {forms.ELEMENT_DIGEST} stands alone, with a string", at)
    return digest


def _below(at: str, name: str) -> str:
    """The JSON pointer of the member `name` (RFC 6901, section 3)."""
    if len(name) > MAX_NAME:
        raise _malformed(f"成员名过长 a name is longer than {MAX_NAME} characters", at)
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{at}/{name}"


def _disclosure(numbers: tuple[int, ...]) -> str:
    return f"header/disclosures/{numbers[0]}"


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=at)
