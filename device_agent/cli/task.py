"""`device-agent task`: plan a task in words, and run it through the running agent or alone."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from ..errors import Failure, ToolError
from . import settings
from .asking import answer_of, failure_of
from .exits import Exit, NothingThere
from .output import Output, table

if TYPE_CHECKING:
    from ..planner.base import Plan
    from ..policy.rules import Policy
    from ..protocol.messages import Action

MAX_CELL_CHARS = 60


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("words", metavar="WORDS", help='phrases joined by "then", or JSON actions')
    parser.add_argument("--dry-run", action="store_true", help="show the plan, do nothing")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="stop waiting for the running agent"
    )
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Plan; then show the plan, or run it and show its steps."""
    from ..planner.base import NotUnderstood
    from ..planner.chain import plan

    planned = plan(args.words)
    if isinstance(planned, NotUnderstood):
        raise ToolError(Failure.NOT_UNDERSTOOD, planned.sentence)
    if args.dry_run:
        steps = _steps(planned, settings.policy_of(settings.load(args).config))
        out.result({"steps": steps}, _plan_text(steps))
        return Exit.DONE
    answer = _answer(args, out)
    steps = answer.get("steps", [])
    out.result({"ok": bool(answer.get("ok")), "steps": steps}, _outcome_text(steps))
    if not answer.get("ok"):
        raise failure_of(answer)
    return Exit.DONE


def _answer(args: Namespace, out: Output) -> dict[str, Any]:
    loaded = settings.load(args)
    question = {"op": "task", "request": args.words}
    try:
        answer = answer_of(loaded.config.state_dir, question, args.timeout)
    except NothingThere:
        from ..runtime import alone

        return alone.task(loaded.config, settings.policy_of(loaded.config, loaded.file), args.words)
    settings.warn_that_policy_is_the_agents(args, out)
    return answer


def _steps(planned: "Plan", policy: "Policy") -> list[dict[str, Any]]:
    return [
        {
            "tool": action.tool_name,
            "parameters": action.parameters or {},
            "text": text,
            **_judged(action, policy),
        }
        for action, text in zip(planned.actions, planned.texts, strict=True)
    ]


def _judged(action: "Action", policy: "Policy") -> dict[str, Any]:
    from ..catalog import find, parse, unknown
    from ..policy.rules import Allow, decide

    # Plans are made of our own names.
    tool = find(action.tool_name)
    try:
        if tool is None:
            raise unknown(action.tool_name)
        arguments = parse(tool, action.parameters)
    except ToolError as error:
        return {"tier": None, "acts": None, "allowed": False, "problem": str(error)}
    verdict = decide(policy, tool, arguments.model_dump())
    return {
        "tier": tool.tier.value,
        "acts": tool.acts,
        "allowed": isinstance(verdict, Allow),
        "problem": None if isinstance(verdict, Allow) else verdict.reason,
    }


def _plan_text(steps: list[dict[str, Any]]) -> str:
    rows = [
        [
            str(number),
            step["tool"],
            _short(json.dumps(step["parameters"], ensure_ascii=False)),
            "" if step["acts"] is None else "acts" if step["acts"] else "observes",
            "yes" if step["allowed"] else f"no: {step['problem']}",
        ]
        for number, step in enumerate(steps, 1)
    ]
    return table(rows, ("", "TOOL", "ARGUMENTS", "", "ALLOWED"))


def _outcome_text(steps: list[dict[str, Any]]) -> str:
    rows = [
        [str(number), str(step.get("tool")), str(step.get("status")), _short(_told(step))]
        for number, step in enumerate(steps, 1)
    ]
    return table(rows, ("", "TOOL", "STATUS", "RESULT")) if rows else ""


def _told(step: dict[str, Any]) -> str:
    if step.get("error"):
        return str(step["error"])
    result = step.get("result")
    if isinstance(result, dict) and isinstance(result.get("image"), str):
        result = {**result, "image": "..."}
    return "" if result in (None, {}) else json.dumps(result, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - 3] + "..."
