from pathlib import Path

from device_agent.applications import installed, matching


def write(path: Path, name: str, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = ["[Desktop Entry]", "Type=Application", f"Name={name}", *lines]
    path.write_text("\n".join(content), encoding="utf-8")


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "HOME": str(folder / "home"),
        "XDG_DATA_DIRS": f"{folder / 'one'}::{folder / 'two'}",
        "PATH": "/usr/bin:/bin",
        **more,
    }


def test_the_users_entries_hide_the_systems_and_an_id_is_a_path(tmp_path: Path) -> None:
    write(tmp_path / "home/.local/share/applications/a.desktop", "Mine")
    write(tmp_path / "one/applications/a.desktop", "System's")
    write(tmp_path / "one/applications/kde/b.desktop", "B")
    write(tmp_path / "two/applications/kde-b.desktop", "Same id")
    write(tmp_path / "two/applications/c.desktop", "C", "Hidden=true")
    write(tmp_path / "two/applications/d.txt", "No entry")
    (tmp_path / "two/applications/broken.desktop").write_bytes(b"\xff\xfe[Desktop Entry")
    found = {each.id: each.name for each in installed(environment(tmp_path))}
    assert found == {"a.desktop": "Mine", "kde-b.desktop": "B"}


def test_the_user_can_hide_an_application_of_the_system(tmp_path: Path) -> None:
    write(tmp_path / "home/.local/share/applications/a.desktop", "A", "Hidden=true")
    write(tmp_path / "one/applications/a.desktop", "A")
    assert installed(environment(tmp_path)) == ()


def test_one_whose_program_is_missing_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "one/applications/a.desktop", "A", "TryExec=sh")
    write(tmp_path / "one/applications/b.desktop", "B", "TryExec=no-such-program")
    write(tmp_path / "one/applications/c.desktop", "C", "TryExec=/no/such/program")
    assert [each.id for each in installed(environment(tmp_path))] == ["a.desktop"]


def test_language_and_desktop_are_the_environments(tmp_path: Path) -> None:
    write(tmp_path / "one/applications/a.desktop", "A", "Name[de]=Ä", "OnlyShowIn=GNOME;")
    (german,) = installed(environment(tmp_path, LANG="fr_FR", LC_ALL="de_DE.UTF-8"))
    assert (german.name, german.shown) == ("Ä", False)
    (gnome,) = installed(environment(tmp_path, XDG_CURRENT_DESKTOP="ubuntu:GNOME"))
    assert (gnome.name, gnome.shown) == ("A", True)


def test_an_application_is_found_by_id_name_other_names_and_program(tmp_path: Path) -> None:
    folder = tmp_path / "one/applications"
    write(folder / "org.x.Pad.desktop", "Pad", "Exec=/usr/bin/mypad %U", "GenericName=Text Editor")
    write(folder / "org.y.Pad.desktop", "pad", "Exec=ypad", "NoDisplay=true")
    write(folder / "two.desktop", "Two", 'Exec="/opt/a b/two"', "GenericName=Text Editor")
    write(folder / "three.desktop", "Three")
    there = installed(environment(tmp_path))

    def ids(name: str) -> list[str]:
        return [each.id for each in matching(name, there)]

    assert ids("ORG.Y.pad") == ["org.y.Pad.desktop"]
    assert ids("PAD") == ["org.x.Pad.desktop"]
    assert ids("text editor") == ["org.x.Pad.desktop", "two.desktop"]
    assert ids("mypad") == ["org.x.Pad.desktop"]
    assert ids("nothing") == []
