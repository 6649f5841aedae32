import pytest

from device_agent.applications.entries import Application, locales_of, parse

ENTRY = r"""
# a comment
[Desktop Entry]
Type=Application
Name=Editor
Name[de]=Schreibprogramm
Name[de_AT]=Schreibzeug
GenericName=Text Editor
Comment=Edits\stexts\nand\\more
Exec=edit --new %U
TryExec=edit
Icon=edit
Path=/srv
Categories=Utility;Text\;Editor;
StartupWMClass=Edit
Terminal=true

[Desktop Action new]
Name=New Window
Exec=edit --new-window
"""


def read(text: str, **more: object) -> Application | None:
    return parse(text, file_id="edit.desktop", file="/x/edit.desktop", **more)  # type: ignore[arg-type]


def test_an_entry_is_read_and_its_actions_are_not() -> None:
    found = read(ENTRY)
    assert found == Application(
        id="edit.desktop",
        name="Editor",
        names=("Editor", "Schreibprogramm", "Schreibzeug", "Text Editor"),
        exec="edit --new %U",
        try_exec="edit",
        categories=("Utility", "Text;Editor"),
        comment="Edits texts\nand\\more",
        file="/x/edit.desktop",
        folder="/srv",
        icon="edit",
        wm_class="Edit",
        terminal=True,
        shown=True,
    )


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("de_AT.UTF-8", "Schreibzeug"),
        ("de_DE.UTF-8@euro", "Schreibprogramm"),
        ("de", "Schreibprogramm"),
        ("fr_FR.UTF-8", "Editor"),
        ("C.UTF-8", "Editor"),
        ("", "Editor"),
    ],
)
def test_the_name_is_in_the_users_language(locale: str, name: str) -> None:
    found = read(ENTRY, locales=locales_of(locale))
    assert found is not None
    assert found.name == name


def test_the_best_locale_comes_first() -> None:
    assert locales_of("sr_RS.UTF-8@latin") == ("sr_RS@latin", "sr_RS", "sr@latin", "sr")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no entry at all",
        "[Desktop Entry]\nType=Link\nName=x\nURL=https://example.org",
        "[Desktop Entry]\nType=Application\nExec=x",
        "[Desktop Entry]\nType=Application\nName=x\nHidden=true",
        "[Other]\nType=Application\nName=x",
    ],
)
def test_what_is_no_application_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("line", "desktops", "shown"),
    [
        ("NoDisplay=true", (), False),
        ("OnlyShowIn=GNOME;KDE;", ("KDE",), True),
        ("OnlyShowIn=GNOME;", ("XFCE",), False),
        ("OnlyShowIn=GNOME;", (), False),
        ("NotShowIn=GNOME;", ("GNOME",), False),
        ("NotShowIn=GNOME;", ("XFCE",), True),
    ],
)
def test_whether_menus_show_it(line: str, desktops: tuple[str, ...], shown: bool) -> None:
    found = read(f"[Desktop Entry]\nType=Application\nName=x\n{line}\n", desktops=desktops)
    assert found is not None
    assert found.shown is shown
