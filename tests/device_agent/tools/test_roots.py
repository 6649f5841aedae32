"""No path leads out of the roots, and no link that is swapped in meanwhile does."""

import os
import threading
from pathlib import Path

import pytest

from device_agent.catalog.grant import Grant
from device_agent.errors import Failure, ToolError
from device_agent.tools.roots import reached, refuse_way_to_agents_own


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "inner").mkdir(parents=True)
    (root / "inner" / "file").write_text("inside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    return root


def grant(*roots: Path, closed: tuple[Path, ...] = ()) -> Grant:
    return Grant("hub", frozenset(), tuple(map(str, roots)), tuple(map(str, closed)))


def read(given: Grant, path: str) -> str:
    with reached(given, path) as spot, os.fdopen(spot.open(os.O_RDONLY)) as file:
        return file.read()


def failure(given: Grant, path: str) -> ToolError:
    with pytest.raises(ToolError) as caught:
        read(given, path)
    return caught.value


@pytest.mark.parametrize(
    "path", ["inner/file", "{root}/inner/file", "inner/../inner/./file", "link", "absolute", "up"]
)
def test_what_lies_inside_is_reached_by_every_way(root: Path, path: str) -> None:
    (root / "link").symlink_to("inner/file")
    (root / "absolute").symlink_to(root / "inner" / "file")
    (root / "up").symlink_to("../root/inner/file")
    assert read(grant(root), path.format(root=root)) == "inside"


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret",
        "inner/../../outside/secret",
        "{out}/secret",
        "{root}2/x",
        "/etc/passwd",
        "link",
        "folder/secret",
        "chain",
        "new",
    ],
)
def test_no_way_leads_outside(root: Path, tmp_path: Path, path: str) -> None:
    out = tmp_path / "outside"
    (tmp_path / "root2").mkdir()
    (root / "link").symlink_to(out / "secret")
    (root / "folder").symlink_to("../outside")
    (root / "chain").symlink_to("link")
    (root / "new").symlink_to(out / "not yet there")
    refused = failure(grant(root), path.format(root=root, out=out))
    assert refused.failure is Failure.DENIED
    assert "files.roots" in refused.detail


def test_a_tilde_is_the_home_and_a_relative_path_starts_at_the_first_root(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(root))
    given = Grant("hub", frozenset(), ("~/inner", str(tmp_path / "outside")), ())
    assert read(given, "~/inner/file") == read(given, "file") == "inside"
    assert read(given, str(tmp_path / "outside" / "secret")) == "secret"
    assert failure(given, "~root/x").failure is Failure.BAD_ARGUMENTS


def test_a_root_may_itself_be_behind_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)
    assert read(grant(tmp_path / "alias"), str(tmp_path / "alias" / "inner" / "file")) == "inside"


def test_without_roots_nothing_is_reached() -> None:
    assert failure(Grant(), "x").failure is Failure.DENIED


@pytest.mark.parametrize("path", ["missing/x", "inner/file/x", "nul\0"])
def test_a_way_that_does_not_exist_is_the_callers_mistake(root: Path, path: str) -> None:
    assert failure(grant(root), path).failure is Failure.BAD_ARGUMENTS


def test_links_that_go_round_are_refused(root: Path) -> None:
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    assert failure(grant(root), "one/x").failure in {Failure.CONFLICT, Failure.BAD_ARGUMENTS}


def test_the_agents_own_files_are_closed_inside_a_root(root: Path) -> None:
    (root / "alias").symlink_to("inner")
    given = grant(root, closed=(root / "alias",))
    for path in ("inner", "inner/file", "alias/file", "inner/new"):
        refused = failure(given, path)
        assert refused.failure is Failure.DENIED
        assert "agent's own" in refused.detail


@pytest.mark.parametrize("path", ["inner", "config", "config/new", "."])
def test_what_is_on_the_way_to_them_cannot_be_moved_or_deleted(root: Path, path: str) -> None:
    (root / "config").symlink_to("inner")
    closed = (root / "inner" / "file", root / "config" / "new" / "policy.toml")
    given = grant(root, closed=closed)
    with reached(given, path, follow=False) as spot, pytest.raises(ToolError) as caught:
        refuse_way_to_agents_own(spot, given)
    assert caught.value.failure is Failure.DENIED


def test_what_lies_beside_them_can(root: Path) -> None:
    given = grant(root, closed=(root / "inner" / "new" / "policy.toml",))
    with reached(given, "inner/file") as spot:
        refuse_way_to_agents_own(spot, given)


def test_a_link_swapped_in_after_the_check_is_not_followed(root: Path, tmp_path: Path) -> None:
    with reached(grant(root), "inner/file") as spot:
        (root / "inner" / "file").unlink()
        (root / "inner" / "file").symlink_to(tmp_path / "outside" / "secret")
        with pytest.raises(OSError, match="symbolic"):
            spot.open(os.O_RDONLY)


def test_a_directory_swapped_for_a_link_keeps_its_place(root: Path, tmp_path: Path) -> None:
    with reached(grant(root), "inner/file") as spot:
        (root / "inner").rename(root / "moved")
        (root / "inner").symlink_to(tmp_path / "outside")
        with os.fdopen(spot.open(os.O_RDONLY)) as file:
            assert file.read() == "inside"


def test_links_swapped_in_a_race_never_show_what_is_outside(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside" / "file").write_text("secret")
    stop = threading.Event()

    def swap() -> None:
        while not stop.wait(0.001):
            (root / "inner").rename(root / "aside")
            (root / "inner").symlink_to(tmp_path / "outside")
            (root / "inner").unlink()
            (root / "aside").rename(root / "inner")

    swapping = threading.Thread(target=swap)
    swapping.start()
    seen: set[object] = set()
    try:
        for _ in range(3000):
            try:
                seen.add(read(grant(root), "inner/file"))
            except ToolError as error:
                seen.add(error.failure)
    finally:
        stop.set()
        swapping.join()
    assert "secret" not in seen
    assert "inside" in seen


def test_missing_directories_are_made_only_when_asked(root: Path) -> None:
    with reached(grant(root), "a/b/c", make_parents=True) as spot:
        assert spot.look() is None
    assert (root / "a" / "b").is_dir()
    assert failure(grant(root), "z/b/c").failure is Failure.BAD_ARGUMENTS
    assert not (root / "z").exists()
