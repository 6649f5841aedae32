"""`device-agent call`: call one tool, through the running agent or alone."""

import base64
import binascii
import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from . import settings
from .asking import answer_of, failure_of
from .exits import Exit, NothingThere
from .output import Output

IMAGE = "image"
"""The key of results that holds an image file as base64."""


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("tool", metavar="TOOL", help="`device-agent tools` lists them")
    parser.add_argument("words", metavar="key=value", nargs="*", help="arguments; JSON or text")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write an image to this file; - is stdout"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="stop waiting for the running agent"
    )
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Check the arguments, call, show or write the result."""
    from ..catalog import find, parse, unknown
    from .words import arguments

    tool = find(args.tool)
    if tool is None:
        raise unknown(args.tool)
    given = arguments(tool, args.words)
    parse(tool, given)
    answer = _answer(args, out, tool.name, given)
    if not answer.get("ok"):
        if out.as_json and answer.get("result") is not None:
            out.result(answer["result"], "")
        raise failure_of(answer)
    _show(answer.get("result"), args.output, out)
    return Exit.DONE


def _answer(args: Namespace, out: Output, tool: str, given: dict[str, Any]) -> dict[str, Any]:
    loaded = settings.load(args)
    question = {"op": "call", "tool": tool, "arguments": given}
    try:
        answer = answer_of(loaded.config.state_dir, question, args.timeout)
    except NothingThere:
        from ..runtime import alone

        policy = settings.policy_of(loaded.config, loaded.file)
        return alone.call(loaded.config, policy, tool, given)
    settings.warn_that_policy_is_the_agents(args, out)
    return answer


def _show(result: Any, output: str | None, out: Output) -> None:  # noqa: ANN401 -- any JSON
    image = result.get(IMAGE) if isinstance(result, dict) else None
    if isinstance(image, str):
        rest = {name: value for name, value in result.items() if name != IMAGE}
        if output is not None:
            _write_image(image, output)
            if output == "-":
                return
            result = {**rest, "file": output}
        elif not out.as_json:
            result = {**rest, IMAGE: "left out; -o FILE writes it"}
    elif output is not None:
        raise ConfigError("this result has no image to write", where="-o", hint="leave -o out")
    out.result(result, json.dumps(result, ensure_ascii=False, indent=2))


def _write_image(image: str, output: str) -> None:
    try:
        content = base64.b64decode(image, validate=True)
        if output == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            Path(output).write_bytes(content)
    except binascii.Error:
        raise ConfigError("the agent sent an image that is no base64", where="-o") from None
    except OSError as error:
        message = error.strerror or "it cannot be written"
        raise ConfigError(message, where=output, hint="write to another place with -o") from None
