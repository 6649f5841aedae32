from pathlib import Path

from device_agent.journal.spool import Spool


def test_what_is_put_comes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    name = spool.put("hub", "w", b"content")
    assert spool.get(name, "hub", "w") == b"content"
    assert spool.size(name) == 7


def test_no_id_becomes_a_path(tmp_path: Path) -> None:
    name = Spool(tmp_path).put("../../peer", "/etc/../work", b"content")
    assert len(name) == 64
    assert name.isalnum()


def test_equal_answers_of_two_works_are_two_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    names = {spool.put("ab", "c", b"same"), spool.put("a", "bc", b"same")}
    assert spool.names() == names
    assert len(names) == 2


def test_a_file_is_of_no_use_to_another_owner(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.get(spool.put("a", "w", b"content"), "b", "w") is None


def test_a_damaged_or_missing_file_is_noticed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    name = spool.put("hub", "w", b"content")
    (tmp_path / name).write_bytes(b"cOntent")
    assert spool.get(name, "hub", "w") is None
    spool.remove([name, "never there"])
    assert spool.get(name, "hub", "w") is None
    assert spool.size(name) is None


def test_a_cut_file_is_written_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    name = spool.put("hub", "w", b"content")
    (tmp_path / name).write_bytes(b"con")
    assert spool.put("hub", "w", b"content") == name
    assert spool.get(name, "hub", "w") == b"content"


def test_files_can_be_put_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    name = spool.put("hub", "w", b"content")
    spool.move([name], tmp_path / "aside")
    assert (tmp_path / "aside" / name).read_bytes() == b"content"
    assert spool.size(name) is None
