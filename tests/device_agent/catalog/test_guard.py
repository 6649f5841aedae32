"""Which windows take input, by what they are called."""

import pytest

from device_agent.catalog.guard import Guard, WindowRule
from device_agent.policy.secret_windows import SECRET_WINDOWS

SECRET = Guard(secret=SECRET_WINDOWS)


@pytest.mark.parametrize(
    "app",
    [
        "KeePassXC",
        "Bitwarden",
        "1Password",
        "Seahorse",
        "kwalletd5",
        "pinentry-gtk-2",
        "Gcr-prompter",
        "ssh-askpass",
        "polkit-gnome-authentication-agent-1",
        "lxpolkit",
        "i3lock",
        "xscreensaver",
        "consent.exe",
        "CredentialUIBroker.exe",
    ],
)
def test_password_stores_prompts_and_locks_take_no_input(app: str) -> None:
    assert "input.guard_secrets" in SECRET.refusal([app], "whatever")


@pytest.mark.parametrize("app", ["XTerm", "firefox", "Gedit", "", "tk"])
def test_other_windows_do(app: str) -> None:
    assert SECRET.refusal([app], "Budget") == ""
    assert SECRET.refusal([], "How to authenticate users") == ""


def test_titles_count_too() -> None:
    assert SECRET.refusal(["x"], "Authentication Required")


def test_the_owners_rules_go_before_and_are_named() -> None:
    guard = Guard(
        deny=(WindowRule(title="^Bank"), WindowRule(app="^mail$", title="Inbox")),
        allow=(WindowRule(app="(?i)^xterm$"), WindowRule(app="^mail$")),
        source="F",
    )
    assert guard.said
    assert not SECRET.said
    assert guard.refusal(["xterm", "XTerm"], "Bank of X") == "rule `input.deny_windows.0` in F"
    assert guard.refusal(["mail"], "Inbox (3)") == "rule `input.deny_windows.1` in F"
    assert guard.refusal(["mail"], "Settings") == ""
    assert guard.refusal(["xterm", "XTerm"], "sh") == ""
    assert guard.refusal(["gedit"], "a").endswith("among rule `input.allow_windows` in F")
    assert Guard.of_json(guard.as_json()) == guard
    assert Guard.of_json({}) == Guard()
