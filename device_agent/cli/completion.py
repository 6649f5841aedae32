"""`device-agent completion`: a script that completes commands, flags and tools in a shell."""

import re
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from importlib.util import find_spec

from .exits import Exit
from .output import Output, write

SHELLS = ("bash", "zsh", "fish")

HOW = """\
bash: source <(device-agent completion bash)
zsh:  source <(device-agent completion zsh)
fish: device-agent completion fish | source
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("shell", choices=SHELLS, help="whose script")
    parser.epilog = HOW
    parser.formatter_class = RawDescriptionHelpFormatter


def run(args: Namespace, out: Output) -> int:
    """Print the script."""
    del out
    words = _words()
    match args.shell:
        case "fish":
            write(_fish(words))
        case "zsh":
            write(f"autoload -U +X bashcompinit && bashcompinit\n{_bash(words)}")
        case _:
            write(_bash(words))
    return Exit.DONE


def _words() -> dict[str, list[str]]:
    """What may follow each command; the empty name stands for the commands themselves."""
    from ..catalog import TOOLS
    from .commands import ENTRIES
    from .main import build

    there = [entry.name for entry in ENTRIES if find_spec(f".{entry.module}", __package__)]
    _, children = build(there)
    words = {"": [*there, "--help", "--version"]}
    for name in there:
        # The usage line is what argparse shows of a parser without reaching into it.
        usage = children[name].format_usage()
        choices = [word for group in re.findall(r"\{([^}]+)\}", usage) for word in group.split(",")]
        options = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", usage)
        words[name] = [*choices, *(TOOLS if name in ("call", "tools") else ()), *options]
    return words


def _bash(words: dict[str, list[str]]) -> str:
    cases = "\n".join(
        f'    {name}) words="{" ".join(each)}" ;;' for name, each in words.items() if name
    )
    return f"""\
_device_agent() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" command="" word words
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
{cases}
    *) words="{" ".join(words[""])}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _device_agent device-agent"""


def _fish(words: dict[str, list[str]]) -> str:
    lines = ["complete -c device-agent -e"]
    lines += [
        f"complete -c device-agent -n __fish_use_subcommand -f -a '{word}'" for word in words[""]
    ]
    lines += [
        f"complete -c device-agent -n '__fish_seen_subcommand_from {name}' -a '{' '.join(each)}'"
        for name, each in words.items()
        if name
    ]
    return "\n".join(lines)
