import pytest

from device_agent.applications.entries import Application, parse
from device_agent.applications.exec_line import command_of


def entry(line: str, icon: str = "") -> Application:
    text = f"[Desktop Entry]\nType=Application\nName=My App\nIcon={icon}\n"
    found = parse(text, file_id="my.desktop", file="/x/my.desktop")
    assert found is not None
    # Past the entry's own escapes, which are read before.
    return Application(**{**_fields(found), "exec": line})


def _fields(application: Application) -> dict[str, object]:
    return {name: getattr(application, name) for name in Application.__slots__}


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("edit", ["edit"]),
        ("edit  --new\t-x", ["edit", "--new", "-x"]),
        ('"/opt/my app/edit" "a b"', ["/opt/my app/edit", "a b"]),
        (r'sh -c "echo \"\$HOME\" \\ \`x\`; rm *"', ["sh", "-c", 'echo "$HOME" \\ `x`; rm *']),
        (r'edit "a\nb"', ["edit", r"a\nb"]),
        ('edit ""', ["edit", ""]),
        ("edit %f %F %u %U %d %m", ["edit"]),
        ("edit --file=%f", ["edit", "--file="]),
        ("edit %% 100%%", ["edit", "%", "100%"]),
        ("edit %c %k", ["edit", "My App", "/x/my.desktop"]),
        ('edit "%c"', ["edit", "%c"]),
        ("edit $HOME; rm -rf *", ["edit", "$HOME;", "rm", "-rf", "*"]),
    ],
)
def test_a_line_becomes_a_program_and_arguments(line: str, command: list[str]) -> None:
    assert list(command_of(entry(line))) == command


def test_the_icon_is_two_arguments_or_none() -> None:
    assert command_of(entry("edit %i x", icon="pen")) == ("edit", "--icon", "pen", "x")
    assert command_of(entry("edit %i x")) == ("edit", "x")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "names no program"),
        ("%f", "names no program"),
        ('"" x', "names no program"),
        ('edit "a', "not closed"),
        ("edit %z", "%z"),
    ],
)
def test_a_broken_line_says_how(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        command_of(entry(line))
