from device_agent.inputs.keys import KEYS, ONLY_X
from device_agent.inputs.windows_keys import CODES, EXTENDED


def test_every_named_key_has_a_code() -> None:
    assert set(CODES) == KEYS - ONLY_X
    assert set(CODES) >= EXTENDED
    assert all(0 < code < 0xFF for code in CODES.values())
