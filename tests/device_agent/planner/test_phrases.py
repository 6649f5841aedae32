"""Plain words to calls: the same words, always the same calls."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.catalog import TOOLS, parse
from device_agent.planner.base import NotUnderstood, Plan
from device_agent.planner.phrase import Example, Phrase
from device_agent.planner.phrases import MAX_STEPS, MAX_WORDS_CHARS, Phrases
from device_agent.planner.vocabulary import EXAMPLES, LANGUAGES

Calls = list[tuple[str, dict[str, Any]]]


def _answer(words: str) -> Plan | NotUnderstood | None:
    return Phrases().plan(words, ())


def _calls(words: str) -> Calls:
    answer = _answer(words)
    assert isinstance(answer, Plan), answer
    return [(action.tool_name, dict(action.parameters or {})) for action in answer.actions]


@pytest.mark.parametrize(
    ("words", "tool", "parameters"),
    [
        ("Take a screenshot.", "screenshot", {}),
        ("please show me the screen", "screenshot", {}),
        ("screenshot", "screenshot", {}),
        ("what is the screen size?", "screen_size", {}),
        ("how big is the screen", "screen_size", {}),
        ("list all monitors", "list_displays", {}),
        ("Where is the mouse?", "cursor_position", {}),
        ("list windows", "list_windows", {}),
        ("what windows are open?", "list_windows", {}),
        ("system info", "system_info", {}),
        ("what can you do?", "list_tools", {}),
        ("move to 10,20", "mouse_move", {"x": 10, "y": 20}),
        ("move the mouse to (10, -20)", "mouse_move", {"x": 10, "y": -20}),
        ("click", "mouse_click", {}),
        ("click on 200x300", "mouse_click", {"x": 200, "y": 300}),
        ("double-click 1 2", "mouse_click", {"x": 1, "y": 2, "count": 2}),
        ("RIGHT CLICK at 1,2", "mouse_click", {"x": 1, "y": 2, "button": "right"}),
        ("triple click", "mouse_click", {"count": 3}),
        ("drag from 1,2 to 3,4", "mouse_drag", {"path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}),
        ("scroll up", "mouse_scroll", {"dy": -3}),
        ("scroll down by 5 clicks at 7,8", "mouse_scroll", {"dy": 5, "x": 7, "y": 8}),
        ("scroll left 2", "mouse_scroll", {"dx": -2}),
        ("press ctrl+s", "press_keys", {"keys": "ctrl+s"}),
        ("hit Ctrl + Shift + T", "press_keys", {"keys": "ctrl+shift+t"}),
        ("press the enter key", "press_keys", {"keys": "enter"}),
        ("press page down 3 times", "press_keys", {"keys": "page_down", "repeat": 3}),
        ("press F5 twice", "press_keys", {"keys": "f5", "repeat": 2}),
        ("press ctrl++", "press_keys", {"keys": "ctrl++"}),
        ("wait 2 seconds", "wait", {"seconds": 2.0}),
        ("wait for 500 ms", "wait", {"seconds": 0.5}),
        ("sleep 1.5", "wait", {"seconds": 1.5}),
        ("wait 2 minutes", "wait", {"seconds": 120.0}),
        ('Type "some text"', "type_text", {"text": "some text"}),
        ("write the text: Hello", "type_text", {"text": "Hello"}),
        ("run echo hello", "shell", {"command": "echo hello"}),
        ("execute the command 'ls -l | wc'", "shell", {"command": "ls -l | wc"}),
    ],
)
def test_a_phrase_means_one_call(words: str, tool: str, parameters: dict[str, Any]) -> None:
    assert _calls(words) == [(tool, parameters)]
    parse(TOOLS[tool], parameters)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood_and_its_call_is_valid(example: str) -> None:
    ((tool, parameters),) = _calls(example)
    parse(TOOLS[tool], parameters)


TABLE = [
    (phrase, example)
    for language in LANGUAGES
    for phrase in language.phrases
    for example in phrase.examples
]


@pytest.mark.parametrize(("phrase", "example"), TABLE, ids=[each.words for _, each in TABLE])
def test_the_tables_examples_mean_what_they_say(phrase: Phrase, example: Example) -> None:
    assert _calls(example.words) == [(phrase.tool, dict(example.parameters))]
    assert _calls(f"please {example.words.upper()}")[0][0] == phrase.tool
    parse(TOOLS[phrase.tool], example.parameters)


def test_there_are_more_than_forty_patterns_and_each_has_an_example() -> None:
    assert all(phrase.examples for language in LANGUAGES for phrase in language.phrases)
    assert sum(len(language.phrases) + len(language.free) for language in LANGUAGES) > 60


@pytest.mark.parametrize(
    ("words", "parameters"),
    [
        ("delete the file 'a; b then c.txt'", {"path": "a; b then c.txt"}),
        ('close the window "Then; what?"', {"title": "Then; what?"}),
        ("close the window It's", {"title": "It's"}),
    ],
)
def test_a_name_in_quotes_is_kept_whole(words: str, parameters: dict[str, Any]) -> None:
    assert _calls(words)[0][1] == parameters
    assert len(_calls(f"{words} then screenshot")) == 2


def test_calls_say_whether_they_act_as_the_catalog_does() -> None:
    answer = _answer("; ".join(EXAMPLES[:-1]))
    assert isinstance(answer, Plan)
    for action in answer.actions:
        assert (action.tool_type == "action") is TOOLS[action.tool_name].acts


@pytest.mark.parametrize(
    "joiner", [" then ", ", then ", "; ", "\n", " and then ", ";\nThen ", ". then "]
)
def test_phrases_are_joined(joiner: str) -> None:
    assert [tool for tool, _ in _calls(f"click 1,2{joiner}press enter{joiner}screenshot")] == [
        "mouse_click",
        "press_keys",
        "screenshot",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "h\u00e9llo \u4f60\u597d \U0001f600",
        "MiXed  Case ",
        "a then b; c\nd",
        'say "hi" now',
        "back\\slash \\n",
        "then press enter",
        "tab\there",
        " ",
    ],
)
def test_a_quoted_text_is_kept_exactly(text: str) -> None:
    typed = ("type_text", {"text": text})
    assert _calls(f'type "{text}"') == [typed]
    assert _calls(f'type "{text}" then click 1,2') == [typed, ("mouse_click", {"x": 1, "y": 2})]
    assert _calls(f'type "{text}"; click 1,2') == [typed, ("mouse_click", {"x": 1, "y": 2})]


@given(st.text(st.characters(exclude_characters='"'), min_size=1))
def test_any_text_without_a_quote_in_it_survives_quoting(text: str) -> None:
    assert _calls(f'type "{text}"') == [("type_text", {"text": text})]


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        ("type hello then press enter", [("type_text", {"text": "hello"}), "press_keys"]),
        ("type login then enter", [("type_text", {"text": "login"}), "press_keys"]),
        ("type now and then we go", [("type_text", {"text": "now and then we go"})]),
        ("type a; b; then press enter", [("type_text", {"text": "a; b"}), "press_keys"]),
        ("type Two  Spaces", [("type_text", {"text": "Two  Spaces"})]),
        ('type "unclosed', [("type_text", {"text": '"unclosed'})]),
        ('type 5" then 6" more', [("type_text", {"text": '5" then 6" more'})]),
        ("run echo hi; echo bye", [("shell", {"command": "echo hi; echo bye"})]),
        ("run make then take a screenshot", [("shell", {"command": "make"}), "screenshot"]),
        ("run a\nb", [("shell", {"command": "a\nb"})]),
    ],
)
def test_a_text_without_quotes_ends_where_a_phrase_follows(words: str, calls: list[Any]) -> None:
    found = _calls(words)
    assert len(found) == len(calls)
    for pair, wanted in zip(found, calls, strict=True):
        assert wanted in (pair, pair[0])


@pytest.mark.parametrize(
    ("words", "part", "nearest"),
    [
        ("frobnicate the screen", "frobnicate the screen", "take a screenshot"),
        ("take a screnshot", "take a screnshot", "take a screenshot"),
        ("press the save button", "press the save button", "press ctrl+s"),
        ("click the OK button", "click the OK button", "click 200,300"),
        ("screenshot then dance", "dance", "take a screenshot"),
        ("type hello then press enter then frobnicate", "frobnicate", "press ctrl+s"),
        ("type ", "type", 'type "some text"'),
    ],
)
def test_unknown_words_fail_with_the_nearest_phrases(words: str, part: str, nearest: str) -> None:
    answer = _answer(words)
    assert isinstance(answer, NotUnderstood)
    assert answer.words.strip() == part
    assert nearest in " ".join(answer.nearest) or len(answer.nearest) == 3
    assert f'"{part}"' in answer.sentence


def test_long_words_are_cut_in_the_answer() -> None:
    answer = _answer("x" * 5000)
    assert isinstance(answer, NotUnderstood)
    assert len(answer.sentence) < 300


def test_too_many_steps_and_too_many_words_are_refused() -> None:
    assert isinstance(_answer("click;" * (MAX_STEPS + 1)), NotUnderstood)
    assert isinstance(_answer("type " + "x" * MAX_WORDS_CHARS), NotUnderstood)


def test_nothing_at_all_is_left_to_the_next() -> None:
    assert _answer("") is None
    assert _answer(" ; then\n") is None


@pytest.mark.parametrize(
    "words",
    [
        "type " + ";" * 19_000,
        'type "' + '"' * 19_000,
        "press " + "ctrl+" * 3_000,
        "then " * 3_900,
        "type " + " " * 19_000 + "x",
        "type " + "; type a" * 2_300,
        "please " * 2_800,
    ],
)
def test_no_words_take_long_to_read(words: str) -> None:
    began = time.perf_counter()
    _answer(words)
    assert time.perf_counter() - began < 2.0


PIECES = ["type ", "run ", "click ", "1,2", '"', "'", ";", "\n", "then ", "x", " and "]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_words_are_read_without_an_error_and_always_the_same(words: str) -> None:
    assert _answer(words) == _answer(words)
