"""What the doctor says of what a home publishes, before anything is."""

from dataclasses import replace
from pathlib import Path

from licences.demo_authority import DemoAuthority
from licences.home import create_home
from licences.identifiers import Uscc
from licences.publication_diagnosis import examine_published
from licences.settings import DEFAULT_STATUS_URI
from tests.world import NOW


def test_a_real_department_is_told_of_the_sample_address(
    tmp_path: Path, demo_authority: DemoAuthority
) -> None:
    """It would stand in every licence; for invented departments, or with an own one, it is good."""
    market = demo_authority.departments[0]
    real = replace(market, code=Uscc.build("11", "310000", "MB1A2345"))
    told = {}
    for name, department, uri in (
        ("real", real, DEFAULT_STATUS_URI),
        ("own", real, "https://zhengzhao.sample.cn/status"),
        ("invented", market, DEFAULT_STATUS_URI),
    ):
        home = create_home(tmp_path / name, departments=(department,), trust=(), status_uri=uri)
        told[name] = [each for each in examine_published(home, NOW) if "address" in each.what]
    assert not told["own"] + told["invented"]
    (symptom,) = told["real"]
    assert (symptom.good, DEFAULT_STATUS_URI in symptom.detail) == (False, True)
    assert symptom.advice is not None
