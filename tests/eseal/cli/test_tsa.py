"""`eseal tsa serve` and `eseal stamp --tsa`: timestamps on files alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

from eseal.certificates import to_pem
from eseal.fetching import fetch
from eseal.reasons import Reason
from eseal.report import Check
from eseal.timestamps.client import QUERY, REPLY
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import TimestampRequest
from eseal.timestamps.responses import demand_answer, read_response
from eseal.timestamps.verification import check_token
from tests.eseal.cli.desk import PASSPHRASE, Desk
from tests.schemas import faults
from tests.stamps import serving
from tests.world import Authority

PLACE = ("--at", "60mm,40mm")
SERVE = "from eseal.cli.main import main; main()"


def tsa_files(desk: Desk) -> tuple[Path, Path]:
    """Key and certificates of the time-stamping authority."""
    signer = desk.authority.timestamping
    cert = desk.write("tsa.pem", to_pem(signer.certificate, *signer.chain))
    return desk.key_of("tsa", signer), cert


def test_stamps_with_a_timestamp(each_desk: Desk) -> None:
    """The seal has a timestamp, which `verify` tells."""
    with serving(each_desk.authority) as url:
        pdf = each_desk.stamped(each_desk.pdf, "stamped.pdf", *PLACE, "--tsa", url)
    outcome = each_desk.verify(pdf)
    assert outcome.code == 0
    for said in ("时间戳 timestamp", "示例市时间戳（样本）", "TOTAL-PASSED"):
        assert said in outcome.out
    told = json.loads(each_desk.verify(pdf, "--format", "ndjson").out)
    assert faults("document-report", told) == []
    assert told["signatures"][0]["kind"] == "pades-b-t"
    assert told["signatures"][0]["proven_time"] == "2026-11-22T04:00:00Z"
    assert [one["check"] for one in told["checks"]].index("timestamp") == len(Check)


def test_without_an_answer_nothing_is_sealed(desk: Desk) -> None:
    """A silent authority is told, with what to do; no file is written."""
    outcome = desk.stamp(desk.pdf, "stamped.pdf", *PLACE, "--tsa", "http://127.0.0.1:1/")
    assert outcome.code == 1
    for said in (Reason.UNREACHABLE, Reason.UNREACHABLE.zh, "http://127.0.0.1:1/"):
        assert said in outcome.err
    assert not (desk.folder / "stamped.pdf").exists()


def test_a_stranger_stamps_nothing(desk: Desk) -> None:
    """An authority that --trust does not know is not taken."""
    with serving(Authority(desk.authority.suite)) as url:
        outcome = desk.stamp(desk.pdf, "stamped.pdf", *PLACE, "--tsa", url)
    assert outcome.code == 1
    assert Reason.UNKNOWN_ISSUER in outcome.err
    assert not (desk.folder / "stamped.pdf").exists()


def test_no_address(desk: Desk) -> None:
    """What is no address is an error of usage."""
    outcome = desk.stamp(desk.pdf, "stamped.pdf", *PLACE, "--tsa", "tsa.example.cn")
    assert outcome.code == 2
    assert Reason.ADDRESS_REFUSED in outcome.err


def test_serves_until_it_is_stopped(desk: Desk) -> None:
    """It tells its address, and answers there."""
    key, cert = tsa_files(desk)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, "tsa", "serve", "--key", key, "--cert", cert],
        env={**os.environ, "ESEAL_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            digest = desk.authority.timestamping.algorithm.digest
            request = TimestampRequest(imprint=Imprint.of(b"sample", digest), nonce=1)
            answer = fetch(
                url, accept=REPLY, max_bytes=20_000, post=request.dump(), content_type=QUERY
            )
        finally:
            process.terminate()
    timestamp = read_response(answer)
    demand_answer(timestamp, request)
    check_token(timestamp, b"sample")


def test_serves_for_timestamps_only(desk: Desk) -> None:
    """A signer of documents is no authority; nor is what is no policy, or no address, taken."""
    outcome = desk.eseal("tsa", "serve", "--key", desk.key, "--cert", desk.cert)
    assert outcome.code == 1
    assert Reason.KEY_USAGE_REFUSED in outcome.err
    key, cert = tsa_files(desk)
    serve = ("tsa", "serve", "--key", key, "--cert", cert)
    assert desk.eseal(*serve, "--policy", "policy").code == 2
    assert desk.eseal(*serve, "--host", "256.0.0.1").code == 2
