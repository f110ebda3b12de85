"""The known-answer test that an SM2 engine has to pass before it is used.

Source: GB/T 32918.5-2017, Annex A (key, message and signature of the recommended curve; the values
were read second-hand and agree with three implementations).
"""

from typing import Final

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sm2.protocol import Engine, VerifyingKey, encode_signature

SCALAR: Final = 0x3945208F_7B2144B1_3F36E38A_C6D39F95_88939369_2860B51A_42FB81EF_4DF7C5B8
POINT: Final = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
MESSAGE: Final = b"message digest"
HASHED: Final = bytes.fromhex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
"""The digest e of user ID, curve, key and message."""

NONCE: Final = 0x59276E27_D506861A_16680F3A_D9C02DCC_EF3CC1FA_3CDBE4CE_6D54B80D_EAC1BC21
R: Final = 0xF5A03B06_48D2C463_0EEAC513_E1BB81A1_5944DA38_27D5B741_43AC7EAC_EEE720B3
S: Final = 0xB1B6AA29_DF212FD8_763182BC_0D421CA1_BB9038FD_1F7F42D4_840B69C4_85BBC1AA


def check_engine(engine: Engine) -> None:
    """Have the engine answer what is known: derive, verify, sign, and refuse another message.

    Raises:
        UnavailableError: ENGINE_UNAVAILABLE, an answer is wrong or there is none.
    """
    try:
        public, private = engine.load_public(POINT), engine.load_private(SCALAR)
        public.verify(MESSAGE, encode_signature(R, S))
        public.verify(MESSAGE, private.sign(MESSAGE))
        public.verify_digest(HASHED, encode_signature(R, S))
        public.verify(MESSAGE, private.sign_digest(HASHED))
    except RefusedError as error:
        raise _failed(engine) from error
    if private.public_point != POINT or _accepts_another_message(public):
        raise _failed(engine)


def _accepts_another_message(public: VerifyingKey) -> bool:
    try:
        public.verify(MESSAGE + b"!", encode_signature(R, S))
    except RefusedError:
        return False
    return True


def _failed(engine: Engine) -> UnavailableError:
    return UnavailableError(
        Reason.ENGINE_UNAVAILABLE,
        f"SM2 已知答案测试未通过 {engine.name} fails the known-answer test of SM2",
    )
