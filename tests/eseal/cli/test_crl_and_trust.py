"""`eseal crl publish` and `eseal trust refresh`: lines, exit codes, and what may be wrong."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eseal.certificates import read_certificates, to_pem
from eseal.crl import RevocationReason, RevokedEntry, read_crl
from eseal.crl_publishing import read_entries
from tests.command import Outcome
from tests.eseal.cli.desk import Desk
from tests.world import NOW, SECOND, Authority

# -- publishing ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Press:
    """A CA's key, certificate and folder of published lists."""

    desk: Desk

    @property
    def list_file(self) -> Path:
        """The published list."""
        return self.desk.folder / "public" / "ca.crl"

    def publish(self, *arguments: object) -> Outcome:
        """Publish with the CA's key and certificate."""
        ca, folder = self.desk.authority.ca, self.desk.folder
        (folder / "public").mkdir(exist_ok=True)
        if not (folder / "ca.key.pem").exists():
            self.desk.key_of("ca", ca)
            self.desk.write("ca.pem", to_pem(ca.certificate))
        return self.desk.eseal(
            *("crl", "publish", "--ca-key", folder / "ca.key.pem", "--ca-cert", folder / "ca.pem"),
            *("--dir", folder / "public", *arguments),
        )

    def entries(self) -> tuple[RevokedEntry, ...]:
        """What is published."""
        return read_entries(read_crl(self.list_file.read_bytes()))


@pytest.fixture
def press(desk: Desk) -> Press:
    """A press at the SM2 desk."""
    return Press(desk=desk)


def test_publishes_in_both_suites(each_desk: Desk) -> None:
    """A list is begun, stays, and goes on with what is revoked; each says what it did."""
    press = Press(desk=each_desk)
    begun = press.publish("--begin", 4)
    assert begun.code == 0, begun.err
    assert "✓ 已发布 published" in begun.out
    assert "编号 number 4" in begun.out
    same = press.publish()
    assert (same.code, "= 未变 unchanged" in same.out) == (0, True)
    done = press.publish("--revoke", "AB@2026-11-20T08:00:00@superseded", "--valid-for", "12h")
    assert "编号 number 5  吊销 revoked 1  有效至 until 2026-11-23 00:00:00 +08:00" in done.out
    assert [each.serial for each in press.entries()] == [0xAB]
    again = press.publish("--revoke", "AB")
    assert (again.code, "= 未变 unchanged" in again.out) == (0, True)


def test_reads_what_is_revoked_from_a_file(press: Press) -> None:
    """One a line, with comments; what stands in the list need not stand in the file."""
    file = press.desk.write("revoked.txt", "# 样本\n\nAB@2026-11-20\ncd\n".encode())
    assert press.publish("--begin", 1, "--revoked", file).code == 0
    assert [each.serial for each in press.entries()] == [0xAB, 0xCD]
    assert press.entries()[1].at == NOW
    file.write_text("EF\n")
    assert press.publish("--revoked", file).code == 0
    assert [each.serial for each in press.entries()] == [0xAB, 0xCD, 0xEF]


def test_refuses_what_would_contradict_or_begin_anew(press: Press) -> None:
    """No list where one is expected, and another date: CRL_REFUSED, exit code 1."""
    lost = press.publish()
    assert (lost.code, "CRL_REFUSED" in lost.err) == (1, True)
    press.publish("--begin", 1, "--revoke", "AB@2026-11-20")
    other = press.publish("--revoke", "AB@2026-11-21")
    assert (other.code, "CRL_REFUSED" in other.err) == (1, True)
    assert "eseal cert crl" in other.err
    assert len(press.entries()) == 1


def test_says_what_a_revocation_without_a_theft_does(press: Press) -> None:
    """What was signed without a timestamp is undetermined then; told once, of a new entry."""
    told = press.publish("--begin", 1, "--revoke", "AB@@superseded", "--revoke", "CD")
    assert told.code == 0
    assert "ab、cd 此前签的" in told.err
    assert "merely renewed need not be revoked" in told.err
    assert press.publish("--revoke", "AB").err == ""
    assert press.publish("--revoke", "EF@@key_compromise").err == ""


def test_another_reason_is_not_passed_over(press: Press) -> None:
    """CRL_REFUSED, with or without a time: what is published stands, and that is told."""
    press.publish("--begin", 1, "--revoke", "AB@@superseded")
    assert press.publish("--revoke", "AB@@superseded").code == 0
    other = press.publish("--revoke", "AB@@key_compromise")
    assert (other.code, "CRL_REFUSED" in other.err) == (1, True)
    assert "makes no difference to verifying" in other.err


def test_names_the_reasons_there_are(press: Press) -> None:
    """In the help, and where another one is given."""
    helped = press.desk.eseal("crl", "publish", "--help").out
    refused = press.publish("--begin", 1, "--revoke", "AB@@stolen")
    assert (refused.code, refused.out) == (2, "")
    for each in RevocationReason:
        assert each in "".join(helped.split())
        assert each in refused.err


def test_a_date_is_corrected_by_hand(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list signed by hand with the next number takes the place of the published one."""
    monkeypatch.setattr("eseal.cli.cert._now", lambda: NOW)
    press.publish("--begin", 1, "--revoke", "AB@2026-11-20@superseded")
    press.list_file.unlink()
    ca = ("--issuer-key", press.desk.folder / "ca.key.pem", "--issuer-cert")
    by_hand = press.desk.eseal(
        *("cert", "crl", *ca, press.desk.folder / "ca.pem", "--number", 2, "--days", 1),
        *("--revoke", "AB@2026-11-18@key_compromise", "--out", press.list_file),
    )
    assert by_hand.code == 0, by_hand.err
    following = press.publish("--revoke", "CD@@key_compromise")
    assert "编号 number 3  吊销 revoked 2" in following.out
    assert press.entries()[0].reason is RevocationReason.KEY_COMPROMISE


@pytest.mark.parametrize(
    ("when", "said"),
    [("2020-11-20", "早于 CA 证书的生效"), ("2026-11-22T12:00:01", "尚未到来")],
)
def test_nothing_is_revoked_as_of_a_time_that_makes_no_sense(
    press: Press, when: str, said: str
) -> None:
    """Before the CA began, and in a second from now: CRL_REFUSED; without a time it is now."""
    outcome = press.publish("--begin", 1, "--revoke", f"AB@{when}")
    assert (outcome.code, "CRL_REFUSED" in outcome.err, said in outcome.err) == (1, True, True)
    assert not press.list_file.exists()
    assert press.publish("--begin", 1, "--revoke", "AB@@key_compromise").code == 0
    assert [each.at for each in press.entries()] == [NOW]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--valid-for", "7"), "no span of time that can be read"),
        (("--valid-for", "0d"), "no span of time that can be read"),
        (("--revoke", "xyz"), "cannot read xyz"),
        (("--revoke", "-5"), "cannot read -5"),
        (("--revoke", ""), "cannot read :"),
        (("--revoke", "AB@then"), "cannot read AB@then"),
        (("--revoke", "AB@2026-11-20@boredom"), "cannot read AB@2026-11-20@boredom"),
        (("--revoked", "none.txt"), "cannot read none.txt"),
    ],
)
def test_what_cannot_be_read_is_usage(press: Press, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, with how it is meant; nothing is published."""
    outcome = press.publish("--begin", 1, *arguments)
    assert (outcome.code, said in outcome.err) == (2, True)
    assert not press.list_file.exists()


def test_a_list_of_what_is_revoked_has_to_be_text(press: Press) -> None:
    """Bytes that are no UTF-8 are told."""
    file = press.desk.write("revoked.txt", b"\xff\xfe")
    outcome = press.publish("--begin", 1, "--revoked", file)
    assert (outcome.code, "no UTF-8" in outcome.err) == (2, True)


def test_a_responders_certificate_can_be_issued(desk: Desk) -> None:
    """With its one purpose; and a signer's can name where it answers."""
    ca, folder = desk.authority.ca, desk.folder
    key = desk.key_of("ca", ca)
    desk.write("ca.pem", to_pem(ca.certificate))
    public = desk.write("ca.pub", desk.eseal("key", "public", key).out.encode())
    outcome = desk.eseal(
        *("cert", "issue", "--profile", "ocsp", "--issuer-key", key, "--issuer-cert"),
        *(folder / "ca.pem", "--public-key", public, "--name", "示例市证书状态应答（样本）"),
        *("--days", 30, "--ocsp-url", "http://ocsp.example.cn/", "--out", folder / "ocsp.pem"),
    )
    assert outcome.code == 0, outcome.err
    certificate = read_certificates((folder / "ocsp.pem").read_bytes())[0]
    assert certificate.extended_key_usage_value.native == ["ocsp_signing"]
    assert certificate.ocsp_urls == ["http://ocsp.example.cn/"]


# -- refreshing ----------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Where a server answers with the lists that are put there."""
    lists: dict[str, bytes] = {}

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the list of that name."""
            if self.path not in lists:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.end_headers()
            self.wfile.write(lists[self.path])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", lists
    server.shutdown()
    thread.join()
    server.server_close()


def trust_folder(authority: Authority, folder: Path, base: str) -> Path:
    """A root, and a seal maker below it whose certificate says where the root's list is."""
    folder.mkdir()
    maker = authority.department(issuer=authority.root, crl_url=f"{base}/root.crl")
    (folder / "root.pem").write_bytes(to_pem(authority.root.certificate))
    (folder / "maker.pem").write_bytes(to_pem(maker.certificate))
    return folder


def test_refreshes_a_folder(each_desk: Desk, served: tuple[str, dict[str, bytes]]) -> None:
    """Added, unchanged, updated; then an older one, and none: each with its line and exit code."""
    base, lists = served
    authority = each_desk.authority
    folder = trust_folder(authority, each_desk.folder / "trust", base)

    def refresh(list_: bytes | None) -> Outcome:
        lists.clear()
        if list_ is not None:
            lists["/root.crl"] = list_
        return each_desk.eseal("trust", "refresh", folder)

    first = authority.crl(authority.root)
    newer = authority.crl(authority.root, number=8, this_update=NOW - SECOND)
    for list_, code, said in (
        (first, 0, "+ 新增 added"),
        (first, 0, "= 未变 unchanged"),
        (newer, 0, "✓ 已更新 updated"),
        (first, 1, "✗ 未更新 not refreshed"),
        (authority.crl(), 1, "NO_REVOCATION_DATA"),
        (None, 3, "? 未更新 not refreshed"),
    ):
        outcome = refresh(list_)
        assert (outcome.code, said in outcome.out) == (code, True), outcome
        assert len(outcome.out.splitlines()) == 1
    assert "编号 number 8" in refresh(newer).out
    assert "REVOCATION_DATA_OLDER" in refresh(first).out
    assert "UNREACHABLE：服务没有给出可用的回答" in refresh(None).out
    assert [each.read_bytes() for each in folder.glob("*.crl")] == [newer]


def test_nothing_to_refresh_is_not_success(desk: Desk) -> None:
    """A folder with roots only: exit code 2. Certificates can be named."""
    folder = desk.folder / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes(to_pem(desk.authority.root.certificate))
    outcome = desk.eseal("trust", "refresh", folder)
    assert (outcome.code, "nothing to refresh" in outcome.err) == (2, True)
    silent = desk.authority.department(issuer=desk.authority.root, crl_url=None)
    given = desk.write("silent.pem", to_pem(silent.certificate))
    named = desk.eseal("trust", "refresh", folder, "--certificate", given)
    assert (named.code, "REVOCATION_DATA_UNNAMED" in named.out) == (3, True)


@pytest.mark.parametrize("where", ["none", "file"])
def test_what_is_no_folder_is_usage(desk: Desk, where: str) -> None:
    """A trust file cannot be refreshed, nor what is not there."""
    desk.write("file", b"")
    outcome = desk.eseal("trust", "refresh", desk.folder / where)
    assert (outcome.code, "no folder" in outcome.err) == (2, True)


def test_a_folder_that_cannot_be_read_is_refused(desk: Desk) -> None:
    """Whatever is wrong in it is told as elsewhere, with exit code 1."""
    (desk.trust / "bad.pem").write_bytes(b"hello")
    outcome = desk.eseal("trust", "refresh", desk.trust)
    assert (outcome.code, "TRUST_UNREADABLE" in outcome.err) == (1, True)
