"""A time-stamping authority over HTTP (时间戳服务): asked, and its answer verified before use.

Rules kept:
    - an authority that is configured and does not answer is an error, never a signature without a
      timestamp;
    - an answer has to be one to this request, hold in itself, and come from an authority that leads
      to a trusted root; its clock may not be behind by more than a day;
    - what an answer proves nothing by is how it was transported: http is as good as https.

Source: RFC 3161, 3.4.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from eseal.chain import PathJudge
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.fetching import TIMEOUT, check_url, fetch
from eseal.moments import CLOCKS_DIFFER
from eseal.reasons import Reason
from eseal.report import demand
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import NONCE_BITS, TimestampRequest
from eseal.timestamps.responses import MAX_RESPONSE_BYTES, demand_answer, read_response
from eseal.timestamps.tokens import Timestamp
from eseal.timestamps.verification import check_token, judge_path

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
USUAL_TOKEN_BYTES: Final = 8192
"""Tokens with their certificates are 2 to 7 KB."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tsa:
    """A time-stamping authority.

    Attributes:
        url: where it answers.
        judge: what is believed; made for about now.
        digest: by which what is stamped is digested, whatever the signer's suite has: for an
            authority that knows one only.
        policy: OID of the policy to ask for; the authority's own when left out.
        timeout: seconds for one request from beginning to end.
        max_size: the longest token that is taken, in bytes; a PDF keeps twice as many for it.

    Raises:
        RefusedError: ADDRESS_REFUSED.
    """

    url: str
    judge: PathJudge = field(repr=False)
    digest: DigestAlgorithm | None = None
    policy: str | None = None
    timeout: float = TIMEOUT
    max_size: int = USUAL_TOKEN_BYTES

    def __post_init__(self) -> None:
        check_url(self.url)

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Get a timestamp over `data`, and verify it; gives its DER.

        Raises:
            RefusedError: TSA_REFUSED, TSA_ANSWER_WRONG, TIMESTAMP_MISMATCH or TIMESTAMP_INVALID;
                or what is wrong with its certificate.
            UnavailableError: UNREACHABLE, it gave no usable answer; or its certificate could not
                be judged.
        """
        request = TimestampRequest(
            imprint=Imprint.of(data, self.digest or digest),
            policy=self.policy,
            nonce=secrets.randbits(NONCE_BITS),
        )
        answer = fetch(
            self.url,
            accept=REPLY,
            max_bytes=MAX_RESPONSE_BYTES,
            post=request.dump(),
            content_type=QUERY,
            timeout=self.timeout,
        )
        try:
            timestamp = read_response(answer)
            demand_answer(timestamp, request)
            check_token(timestamp, data)
            self._check(timestamp)
        except MalformedError as error:
            raise UnavailableError(Reason.UNREACHABLE, error.told, at=self.url) from error
        except EvidenceError as error:
            raise type(error)(error.reason, error.told, at=self.url) from error
        return timestamp.der

    def _check(self, timestamp: Timestamp) -> None:
        """See to its clock, its length and its authority."""
        if self.judge.at - timestamp.content.time > CLOCKS_DIFFER:
            sentence = f"时间戳所载时间为 it says that it is {timestamp.content.time}"
            raise RefusedError(Reason.TSA_ANSWER_WRONG, sentence)
        if len(timestamp.der) > self.max_size:
            sentence = (
                "时间戳过大 "
                f"the timestamp has {len(timestamp.der)} bytes, of at most {self.max_size}"
            )
            raise RefusedError(Reason.TSA_ANSWER_WRONG, sentence)
        demand(judge_path(timestamp, judge=self.judge))
