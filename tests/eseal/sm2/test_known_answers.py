"""An SM2 engine that answers wrongly is not used."""

from dataclasses import dataclass

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sm2 import DEFAULT_USER_ID
from eseal.sm2.known_answers import HASHED, MESSAGE, POINT, check_engine


@dataclass
class Actor:
    """Plays an engine and both its keys; as it stands it passes."""

    name: str = "actor"
    public_point: bytes = POINT
    accepted: tuple[bytes, ...] = (MESSAGE,)
    accepted_digest: bytes = HASHED
    loads: bool = True

    def load_private(self, scalar: int) -> "Actor":
        """Be the private key."""
        del scalar
        return self

    def load_public(self, point: bytes) -> "Actor":
        """Be the public key, or refuse it."""
        if not self.loads:
            raise RefusedError(Reason.KEY_REFUSED, point.hex())
        return self

    def sign(self, data: bytes, user_id: bytes = DEFAULT_USER_ID) -> bytes:
        """Sign with something."""
        return data + user_id

    def verify(self, data: bytes, signature: bytes, user_id: bytes = DEFAULT_USER_ID) -> None:
        """Accept what it was told to accept."""
        if data not in self.accepted:
            raise RefusedError(Reason.SIGNATURE_INVALID, (signature + user_id).hex())

    def sign_digest(self, hashed: bytes) -> bytes:
        """Sign with something."""
        return hashed

    def verify_digest(self, hashed: bytes, signature: bytes) -> None:
        """Accept the digest that it was told to accept."""
        if hashed != self.accepted_digest:
            raise RefusedError(Reason.SIGNATURE_INVALID, signature.hex())


def test_a_good_engine_passes() -> None:
    """The actor answers everything right, so that the cases below have one fault each."""
    check_engine(Actor())


@pytest.mark.parametrize(
    "engine",
    [
        Actor(public_point=bytes(65)),
        Actor(accepted=()),
        Actor(accepted=(MESSAGE, MESSAGE + b"!")),
        Actor(accepted_digest=b""),
        Actor(loads=False),
    ],
    ids=[
        "wrong public key",
        "refuses what is good",
        "accepts everything",
        "refuses the digest",
        "takes no key",
    ],
)
def test_an_engine_with_a_fault_is_unavailable(engine: Actor) -> None:
    """One wrong answer is enough not to use it."""
    with pytest.raises(UnavailableError, match="actor fails") as unavailable:
        check_engine(engine)
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE
