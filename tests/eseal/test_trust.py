"""Loading trust material: files, folders, and everything that refuses them."""

from pathlib import Path

import pytest

from eseal import trust
from eseal.certificates import to_pem
from eseal.crl import MAX_CRL_BYTES
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.ocsp_making import make_ocsp_failure
from eseal.pem import write_pem
from eseal.reasons import Reason
from eseal.trust import TrustStore, load_trust
from tests.world import World


def refusal(path: Path) -> EvidenceError:
    """How loading `path` fails."""
    with pytest.raises((MalformedError, RefusedError)) as caught:
        load_trust(path)
    assert caught.value.reason is Reason.TRUST_UNREADABLE
    return caught.value


def test_folder_gives_roots_and_lists(world: World, tmp_path: Path) -> None:
    """A folder with both roots, both seal makers and all CRLs gives exactly these."""
    store = load_trust(world.write_trust(tmp_path / "trust"))
    assert {one.dump() for one in store.roots} == {
        world.sm2.root.certificate.dump(),
        world.rsa.root.certificate.dump(),
    }
    assert len(store.crls) == 4
    assert {one.dump() for one in store.makers} == {
        world.sm2.maker.certificate.dump(),
        world.rsa.maker.certificate.dump(),
    }
    assert len(store.intermediates) == 2


def test_one_pem_file_can_hold_it_all(world: World, tmp_path: Path) -> None:
    """Certificates and CRLs in one bundle; what is not self-signed only helps."""
    file = tmp_path / "all.txt"
    file.write_bytes(
        to_pem(world.sm2.ca.certificate, world.sm2.root.certificate, world.sm2.signing.certificate)
        + write_pem("X509 CRL", world.sm2.crl())
    )
    store = load_trust(file)
    assert [one.dump() for one in store.roots] == [world.sm2.root.certificate.dump()]
    assert len(store.intermediates) == 2
    assert [one.dump() for one in store.makers] == [world.sm2.signing.certificate.dump()]
    assert len(store.crls) == 1


def test_der_files_are_told_apart(world: World, tmp_path: Path) -> None:
    """DER is read as certificate or CRL by what it is, whatever its name; the same file once."""
    (tmp_path / "a.der").write_bytes(world.rsa.root.certificate.dump())
    (tmp_path / "b.CER").write_bytes(world.rsa.crl())
    (tmp_path / "c.crt").write_bytes(world.rsa.root.certificate.dump())
    store = load_trust(tmp_path)
    assert (len(store.roots), len(store.crls)) == (1, 1)


def test_ocsp_responses_are_read_by_what_they_are(world: World, tmp_path: Path) -> None:
    """DER in *.ocsp and *.ors, or PEM; the same response once."""
    response, other = world.rsa.ocsp(), world.sm2.ocsp()
    (tmp_path / "root.pem").write_bytes(to_pem(world.rsa.root.certificate))
    (tmp_path / "a.ocsp").write_bytes(response)
    (tmp_path / "b.ORS").write_bytes(other)
    (tmp_path / "c.pem").write_bytes(write_pem("OCSP RESPONSE", response))
    store = load_trust(tmp_path)
    assert len(store.ocsps) == 2
    assert {one.der for one in store.ocsps} == {response, other}


def test_a_responder_that_gave_no_answer_is_refused(world: World, tmp_path: Path) -> None:
    """What says "try later" is no revocation data."""
    folder = world.write_trust(tmp_path)
    (folder / "a.ocsp").write_bytes(make_ocsp_failure())
    assert refusal(folder).at == str(folder / "a.ocsp")


def test_endings_in_capitals_count(world: World, tmp_path: Path) -> None:
    """Roots, CAs and lists named in capitals, published ones too: nothing is passed over."""
    good = world.sm2
    (tmp_path / "ROOT.PEM").write_bytes(to_pem(good.root.certificate))
    (tmp_path / "CA.Cer").write_bytes(good.ca.certificate.dump())
    (tmp_path / "crl").mkdir()
    (tmp_path / "crl" / "CA.CRL").write_bytes(good.crl())
    store = load_trust(tmp_path)
    assert (len(store.roots), len(store.intermediates), len(store.crls)) == (1, 1, 1)


def test_other_files_and_folders_below_are_passed_over(world: World, tmp_path: Path) -> None:
    """Only files of the known endings count, and only in the folder itself."""
    (tmp_path / "README.txt").write_text("样本")
    world.write_trust(tmp_path / "below.pem")
    (tmp_path / "root.pem").write_bytes(to_pem(world.sm2.root.certificate))
    assert len(load_trust(tmp_path).roots) == 1


def test_a_bad_file_refuses_the_whole_and_is_named(world: World, tmp_path: Path) -> None:
    """Nothing in a trust folder is silently passed over."""
    folder = world.write_trust(tmp_path)
    for bad in (b"hello", b"\x30\x00", write_pem("PRIVATE KEY", b"\x30\x00"), b"", b"-----BEGIN"):
        (folder / "zz.pem").write_bytes(bad)
        assert refusal(folder).at == str(folder / "zz.pem")


def test_no_root_is_refused(world: World, tmp_path: Path) -> None:
    """An empty folder, or one with intermediates only, would answer nothing."""
    assert refusal(tmp_path).at == str(tmp_path)
    (tmp_path / "ca.pem").write_bytes(to_pem(world.sm2.ca.certificate))
    refusal(tmp_path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A path that does not exist is named."""
    assert refusal(tmp_path / "none").at == str(tmp_path / "none")


def test_folder_that_cannot_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the file system is said, not raised through."""

    def deny(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", deny)
    assert "Permission denied" in refusal(tmp_path).sentence


def test_limits_are_kept(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes in a file, files in a folder and objects in all are bounded."""
    large = tmp_path / "large.pem"
    with large.open("wb") as stream:
        stream.truncate(MAX_CRL_BYTES + 1)
    refusal(large)
    folder = world.write_trust(tmp_path / "trust")
    monkeypatch.setattr(trust, "MAX_OBJECTS", 5)
    refusal(folder)
    monkeypatch.setattr(trust, "MAX_FILES", 5)
    refusal(folder)


def test_a_root_has_to_be_a_ca(world: World) -> None:
    """A trust store cannot be made with a leaf as root."""
    with pytest.raises(RefusedError) as caught:
        TrustStore(roots=(world.sm2.signing.certificate,))
    assert caught.value.reason is Reason.TRUST_UNREADABLE


def test_seal_makers_are_those_that_are_no_cas(world: World) -> None:
    """Of the intermediates, CAs help to build paths; the others may make seals."""
    good = world.sm2
    store = TrustStore(
        roots=(good.root.certificate,),
        intermediates=(good.ca.certificate, good.maker.certificate),
    )
    assert store.makers == (good.maker.certificate,)
    assert TrustStore(roots=(good.root.certificate,)).makers == ()


def test_reads_the_lists_that_are_published_beside(world: World, tmp_path: Path) -> None:
    """The folder `crl` in it, where publishing writes; no other folder."""
    folder = world.write_trust(tmp_path / "trust")
    before = len(load_trust(folder).crls)
    for name in ("crl", "other"):
        (folder / name).mkdir()
        (folder / name / "new.crl").write_bytes(world.sm2.crl(number=99))
    assert len(load_trust(folder).crls) == before + 1
