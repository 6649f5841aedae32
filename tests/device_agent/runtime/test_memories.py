"""What dialects remember of each peer's tasks."""

from device_agent.catalog.dialects import Memory
from device_agent.runtime.memories import KEPT, Memories

ONE = Memory(asked_size=(1, 1))
TWO = Memory(asked_size=(2, 2))


def test_each_task_of_each_peer_has_its_own() -> None:
    memories = Memories()
    memories.keep("hub", "t1", ONE)
    memories.keep("hub", "t2", TWO)
    assert memories.of("hub", "t1") is ONE
    assert memories.of("hub", "t2") is TWO
    assert memories.of("other", "t1") == Memory()


def test_a_new_task_begins_with_what_its_peers_last_one_knew() -> None:
    memories = Memories()
    memories.keep("hub", "t1", ONE)
    memories.keep("hub", "t2", TWO)
    memories.keep("hub", "t1", ONE)
    assert memories.of("hub", "t3") is ONE


def test_what_was_quiet_for_longest_is_forgotten() -> None:
    memories = Memories()
    memories.keep("other", "t", ONE)
    for number in range(KEPT):
        memories.keep("hub", str(number), TWO)
    assert memories.of("other", "t") == Memory()
    assert memories.of("hub", "0") is TWO
