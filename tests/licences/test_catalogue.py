"""The catalogue: the shipped types, and types that a home adds as folders, without code."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from eseal.errors import MalformedError, RefusedError
from licences.catalogue import Catalogue, LicenceType, check_type, load_catalogue, shipped_folder
from licences.identifiers import CitizenNumber, LicenceIdentifier, Uscc
from licences.reasons import LicenceReason
from tests.licences.type_world import TYPE_TOML, data, write_type

SHIPPED = {
    "business-licence": "营业执照",
    "real-estate-certificate": "不动产权证书",
    "real-estate-registration-proof": "不动产登记证明",
    "construction-planning-permit": "建设工程规划许可证",
    "construction-permit": "建筑工程施工许可证",
    "air-defence-relocation-permit": "易地修建防空地下室的民用建筑项目许可",
    "talent-card": "人才证",
    "food-business-permit": "食品经营许可证",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped types alone."""
    return load_catalogue()


@pytest.fixture(scope="module", params=sorted(SHIPPED))
def shipped(catalogue: Catalogue, request: pytest.FixtureRequest) -> LicenceType:
    """Each shipped type in turn."""
    return catalogue.get(str(request.param))


# -- the shipped types ---------------------------------------------------------------------


def test_ships_the_eight_types(catalogue: Catalogue) -> None:
    """The types of the README are there, by slug and by name."""
    assert {each.slug: each.name.zh for each in catalogue.types} == SHIPPED


def test_shipped_type_is_in_order(shipped: LicenceType) -> None:
    """Its schema compiles, its sample is good and its face is there."""
    check_type(shipped)


def test_shipped_sample_is_marked_and_invented(shipped: LicenceType) -> None:
    """The sample says 样本, and its codes belong to areas that do not exist."""
    sample = shipped.sample()
    assert "样本" in str(sample[shipped.roles.holder_name])
    code = str(sample[shipped.roles.holder_code])
    is_person = shipped.holder_code_type(sample).value == "111"
    area = CitizenNumber.parse(code).area if is_person else Uscc.parse(code).area
    assert area[2:] == "9999" or area.startswith("99")


def test_shipped_sample_follows_the_order_of_the_form(shipped: LicenceType) -> None:
    """A sample is written in the order of the fields, for people to fill in."""
    order = [each.name for each in shipped.fields]
    sample = list(shipped.sample())
    assert sample == [name for name in order if name in sample]


def test_another_validator_accepts_the_sample(shipped: LicenceType) -> None:
    """jsonschema, which nobody here wrote, reads our schema the same way."""
    rules = json.loads(shipped.schema)
    jsonschema.Draft202012Validator.check_schema(rules)
    validator = jsonschema.Draft202012Validator(rules)
    assert validator.is_valid(shipped.sample())
    assert not validator.is_valid(shipped.sample() | {"more": "x"})


def test_shipped_issuers_are_known_departments(catalogue: Catalogue, shipped: LicenceType) -> None:
    """Whoever may issue a shipped type is among the departments, with a name."""
    for issuer in shipped.issuers:
        department = catalogue.find_department(issuer.text)
        assert department is not None
        assert department.name.zh.startswith("示例")


def test_shipped_type_makes_identifiers(shipped: LicenceType) -> None:
    """Type code and issuer of a shipped type make an identifier that is read back."""
    identifier = LicenceIdentifier.build(
        type_code=shipped.type_code, issuer=shipped.issuers[0], serial="2026ABC"
    )
    assert LicenceIdentifier.parse(str(identifier)).type_code == shipped.code


def test_shipped_texts_are_translated(shipped: LicenceType) -> None:
    """Every title and group has an English name in Latin letters."""
    texts = [each.title.en for each in shipped.fields] + [each.name.en for each in shipped.groups]
    assert all(re.fullmatch(r"[A-Za-z0-9 ,()'-]+", text) for text in texts)


def test_a_number_of_a_shipped_type_is_written_in_one_way(shipped: LicenceType) -> None:
    """FIELD_FORM: other brackets, letters, digits or leading zeros would be a second licence."""
    name = shipped.roles.number
    number = str(shipped.sample()[name])
    others = {
        number.translate(str.maketrans("（）〔〕", "()[]")),
        number.translate(str.maketrans("（", "(")),
        number.translate(str.maketrans("〔〕", "（）")),
        number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        number.lower(),
        re.sub(r"〕([0-9]+)号$", r"〕0\1号", number),
    } - {number}
    for other in others:
        problems = shipped.check_data({**shipped.sample(), name: other})
        assert [(each.pointer, each.reason) for each in problems] == [
            (f"/{name}", LicenceReason.FIELD_FORM)
        ], other


def test_holder_code_is_personal_where_the_holder_may_be_a_person(shipped: LicenceType) -> None:
    """A field that may hold a citizen number is marked as personal."""
    for each in shipped.fields:
        assert each.personal or each.format not in {"citizen-number", "holder-code"}


# -- finding -------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["talent-card", "人才证", "11999900MB0000051Q927"])
def test_finds_by_slug_name_and_code(catalogue: Catalogue, wanted: str) -> None:
    """A type is found by any of its three names."""
    assert catalogue.get(wanted).slug == "talent-card"


def test_finds_a_code_or_nothing(catalogue: Catalogue) -> None:
    """A verifier asks by code, and learns that a type is not known."""
    found = catalogue.find_code("11999900MB0000051Q927")
    assert found is catalogue.get("talent-card")
    assert catalogue.find_code("11999900MB0000051Q000") is None
    assert catalogue.find_department("11999900MB0000051X") is None


def test_unknown_type_is_refused_with_near_names(catalogue: Catalogue) -> None:
    """A misspelt name gets those that come near."""
    with pytest.raises(RefusedError) as caught:
        catalogue.get("bussines-licence")
    assert caught.value.reason is LicenceReason.UNKNOWN_TYPE
    assert "business-licence" in caught.value.sentence


def test_unknown_type_without_near_names(catalogue: Catalogue) -> None:
    """What is like nothing gets no hint, and is not repeated at length."""
    with pytest.raises(RefusedError) as caught:
        catalogue.get("?" * 1000)
    assert "near" not in caught.value.sentence
    assert len(caught.value.sentence) < 200


# -- a home's own types --------------------------------------------------------------------


def test_adding_a_type_is_adding_a_folder(tmp_path: Path) -> None:
    """A folder in the home is a type that can be checked and shown; no code was written."""
    write_type(tmp_path)
    catalogue = load_catalogue(tmp_path)
    licence_type = catalogue.get("测试许可证")
    check_type(licence_type)
    assert len(catalogue.types) == len(SHIPPED) + 1
    assert licence_type.check_data(licence_type.sample()) == ()
    assert licence_type.display("area", 100) == "100平方米"


def test_home_replaces_a_shipped_type_by_slug(tmp_path: Path) -> None:
    """A home's folder of the same name takes the shipped one's place."""
    write_type(tmp_path, toml=TYPE_TOML.replace("test-permit", "talent-card"), slug="talent-card")
    catalogue = load_catalogue(tmp_path)
    assert len(catalogue.types) == len(SHIPPED)
    assert catalogue.get("talent-card").name.zh == "测试许可证"


def test_home_replaces_a_shipped_type_by_code(tmp_path: Path) -> None:
    """A type code means one type: the home's folder of another name takes its place."""
    toml = TYPE_TOML.replace("11999900MB0000019D", "11999900MB0000051Q").replace("Q999", "Q927")
    write_type(tmp_path, toml=toml)
    catalogue = load_catalogue(tmp_path)
    assert "talent-card" not in {each.slug for each in catalogue.types}
    found = catalogue.find_code("11999900MB0000051Q927")
    assert found is not None
    assert found.slug == "test-permit"


def test_a_name_of_two_types_is_not_guessed(tmp_path: Path) -> None:
    """Where two types share a Chinese name, the slug has to be given."""
    write_type(tmp_path, toml=TYPE_TOML.replace("测试许可证", "人才证"))
    catalogue = load_catalogue(tmp_path)
    with pytest.raises(RefusedError, match="talent-card, test-permit"):
        catalogue.get("人才证")
    assert catalogue.get("test-permit").name.zh == "人才证"


def test_one_code_for_two_folders_is_refused(tmp_path: Path) -> None:
    """Two folders of one home may not have the same code."""
    write_type(tmp_path)
    write_type(tmp_path, toml=TYPE_TOML.replace("test-permit", "twin-permit"), slug="twin-permit")
    with pytest.raises(MalformedError) as caught:
        load_catalogue(tmp_path)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
    assert caught.value.at == "twin-permit/type.toml:code"


def test_folder_without_type_toml_is_refused(tmp_path: Path) -> None:
    """A folder that has a schema but no `type.toml` is a mistake, not nothing."""
    (write_type(tmp_path) / "type.toml").unlink()
    with pytest.raises(MalformedError) as caught:
        load_catalogue(tmp_path)
    assert caught.value.at == "test-permit/type.toml"


def test_other_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    """What is no type (notes, a folder of ASN.1 modules) is not read."""
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "asn1").mkdir()
    assert len(load_catalogue(tmp_path).types) == len(SHIPPED)


def test_a_type_put_one_folder_too_high_is_told(tmp_path: Path) -> None:
    """Its files are what `cp -r` leaves where the folder of types was not there yet."""
    for each in write_type(tmp_path / "types").iterdir():
        each.rename(tmp_path / "types" / each.name)
    with pytest.raises(MalformedError, match="one folder below") as caught:
        load_catalogue(tmp_path / "types")
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED


def test_hidden_folders_are_no_types(tmp_path: Path) -> None:
    """Such as an editor or a version control leaves."""
    write_type(tmp_path).rename(tmp_path / ".hidden")
    assert len(load_catalogue(tmp_path).types) == len(SHIPPED)


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is named has to be there."""
    with pytest.raises(MalformedError, match="no such folder"):
        load_catalogue(tmp_path / "none")


def test_home_adds_departments(tmp_path: Path) -> None:
    """A home's departments stand beside the shipped ones, and replace them by code."""
    (tmp_path / "departments.toml").write_text(
        '[[department]]\ncode = "11999900MB0000019D"\nzh = "示例市新局"\nen = "New Bureau"\n',
        encoding="utf-8",
    )
    catalogue = load_catalogue(tmp_path)
    department = catalogue.find_department("11999900MB0000019D")
    assert department is not None
    assert department.name.zh == "示例市新局"
    assert len(catalogue.departments) == len(load_catalogue().departments)


@pytest.mark.parametrize(
    ("toml", "at"),
    [
        ('[[department]]\ncode = "1"\nzh = "x"\nen = "x"\n', "department[0].code"),
        ('[[department]]\ncode = "11999900MB0000019D"\nzh = "x"\n', "department[0].en"),
        ("x = 1\n", "department"),
    ],
)
def test_bad_departments_are_refused(tmp_path: Path, toml: str, at: str) -> None:
    """A department with a wrong code or without a name is named."""
    (tmp_path / "departments.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(MalformedError) as caught:
        load_catalogue(tmp_path)
    assert caught.value.at == f"{tmp_path.name}/departments.toml:{at}"


def test_installed_package_has_its_own_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the package has its folder of schemas (in a wheel), that is the one."""
    module = tmp_path / "licences" / "catalogue.py"
    monkeypatch.setattr("licences.catalogue.__file__", str(module))
    (module.parent / "schemas").mkdir(parents=True)
    assert shipped_folder() == module.parent / "schemas"


def test_data_of_the_test_type_are_marked() -> None:
    """The data that tests use are marked as samples too."""
    assert "样本" in str(data()["holder"])
