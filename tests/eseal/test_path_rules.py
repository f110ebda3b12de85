"""Rules on the keys of a path, where whole paths do not reach."""

import pytest
from asn1crypto import keys

from eseal.errors import RefusedError
from eseal.path_rules import check_key
from eseal.reasons import Reason
from tests.world import World


@pytest.mark.parametrize("modulus", [-(1 << 2047) - 1, 0, (1 << 2046) + 1, 1 << 8192])
def test_a_modulus_out_of_range_is_refused(world: World, modulus: int) -> None:
    """A modulus that is negative, nothing, too short or too long can be written, and is refused."""
    key = keys.PublicKeyInfo.load(world.rsa.signing.certificate.public_key.dump())
    number = keys.RSAPublicKey({"modulus": modulus, "public_exponent": 65537})
    key["public_key"] = keys.ParsableOctetBitString(number.dump())
    with pytest.raises(RefusedError) as caught:
        check_key(keys.PublicKeyInfo.load(key.dump()))
    assert caught.value.reason is Reason.ALGORITHM_REFUSED
