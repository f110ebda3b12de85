"""The wheel: types, faces, fonts and migrations are inside, and are found when it is installed."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.homes import CATALOGUE

ROOT = Path(__file__).parents[1]


def test_the_wheel_has_all_that_issuing_needs(tmp_path: Path) -> None:
    """Unpacked somewhere else, the package finds its types, and draws a face with its fonts."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "installed")
    assert "licences/migrations/versions/0001_register.py" in names
    assert not [name for name in names if name.startswith(("tests", "keys", "demo"))]
    program = (
        "import datetime, licences\n"
        "from licences.catalogue import load_catalogue\n"
        "from licences.faces import Face, FaceRenderer\n"
        "catalogue = load_catalogue()\n"
        "one = catalogue.get('talent-card')\n"
        "department = catalogue.find_department(str(next(iter(one.issuers))))\n"
        "pdf = FaceRenderer().render(Face(licence_type=one, department=department,\n"
        "    identifier='1.2.3', data=one.sample(), attachment=b'{}',\n"
        "    at=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)))\n"
        "assert pdf.startswith(b'%PDF-')\n"
        "print(licences.__file__, *[each.slug for each in catalogue.types])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    where, *slugs = result.stdout.split()
    assert Path(where).is_relative_to(tmp_path)
    assert slugs == [each.slug for each in CATALOGUE.types]
