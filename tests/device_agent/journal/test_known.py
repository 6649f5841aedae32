from device_agent.journal.known import Known


def test_until_the_file_is_read_everything_may_be_known() -> None:
    known = Known()
    assert known.may_contain("hub", "never seen")
    known.load([])
    assert not known.may_contain("hub", "never seen")


def test_nothing_that_was_seen_is_ever_forgotten() -> None:
    known = Known()
    known.load(("hub", str(number)) for number in range(1000))
    for number in range(1000, 2000):
        known.add("hub", str(number))
    assert all(known.may_contain("hub", str(number)) for number in range(2000))
    unseen = sum(known.may_contain("other", str(number)) for number in range(2000))
    assert unseen < 200
