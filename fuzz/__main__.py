"""`python -m fuzz TARGET SECONDS FOLDER`: fuzz one target; the folder keeps what was found.

Needs atheris, which is no dependency of the project: `pip install atheris`. Exit code 0: nothing
was found in that time; else the input that did it lies in the folder, as crash-… or timeout-….
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["eseal", "licences"], enable_loader_override=False):
    from fuzz.mutators import container_mutator, der_mutator, jws_mutator
    from fuzz.targets import TARGETS, guarded
    from tests.world import make_world

from eseal.algorithms import Suite

LONGEST = 64 * 1024
SECONDS_AN_INPUT = 20


def _mutate(data: bytes, most: int) -> bytes:
    """Mutate blindly; atheris has another function for it once it is set up."""
    changed: bytes = atheris.Mutate(data, most)
    return changed


def main() -> None:
    """Fuzz."""
    name, seconds, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    world, target = make_world(), TARGETS[name]
    for suite in Suite:
        for number, data in enumerate(target.seeds(world.authority(suite))):
            (corpus / f"seed-{suite}-{number}").write_bytes(data)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_AN_INPUT}",
        f"-artifact_prefix={folder}/{name}-",
        "-print_final_stats=1",
        str(corpus),
    ]
    mutators = {"der": der_mutator, "jws": jws_mutator, "container": container_mutator}
    made = mutators[target.form](_mutate) if target.form else None
    more = {"custom_mutator": made} if made else {}
    atheris.Setup([sys.argv[0], *options], guarded(target, world), **more)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
