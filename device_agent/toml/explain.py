"""What a model refused, in one sentence for the person who wrote the file."""

import difflib
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ValidationError

from ..errors import ConfigError
from .file import KeyPath, dotted


def explain(
    problem: ValidationError,
    model: type[BaseModel],
    where: Callable[[KeyPath], str],
    error: type[ConfigError] = ConfigError,
) -> ConfigError:
    """Put the first thing that a model refused into one sentence, with its place and a hint."""
    details = problem.errors(include_url=False, include_input=False)
    # A key that is misspelt is also missing under its right name: the misspelling is the cause.
    first = min(details, key=lambda detail: detail["type"] != "extra_forbidden")
    key: KeyPath = first["loc"]
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    if first["type"] == "extra_forbidden":
        known = _fields_at(model, key[:-1])
        message, hint = f"unknown key `{dotted(key)}`", nearest(str(key[-1]), known)
    elif first["type"] == "missing":
        message, hint = f"`{dotted(key)}` is missing", "add it"
    else:
        message = f"`{dotted(key)}`: {_plain(str(first['msg']))}"
        hint = _described(model, key)
    return error(message + more, where=where(key), hint=hint)


def _plain(text: str) -> str:
    # Our own validators raise ValueError; pydantic puts this before their sentence.
    text = text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _described(model: type[BaseModel], key: KeyPath) -> str:
    field = _field_at(model, key)
    return f"it is: {field.rstrip('.')}" if field else ""


def nearest(word: str, known: Sequence[str]) -> str:
    """Hint at what *word* was probably meant to be, else at all there is."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    return "known here: " + ", ".join(sorted(known)) if known else ""


def _fields_at(model: type[BaseModel], key: KeyPath) -> tuple[str, ...]:
    inner = _model_at(model, key)
    return tuple(_spelling(inner, name) for name in inner.model_fields) if inner else ()


def _field_at(model: type[BaseModel], key: KeyPath) -> str:
    # A list's element is described by the list, a union's branch by the whole.
    for length in range(len(key), 0, -1):
        inner = _model_at(model, key[: length - 1])
        for name, field in inner.model_fields.items() if inner else ():
            if _spelling(inner, name) == key[length - 1]:
                return field.description or ""
    return ""


def _spelling(model: type[BaseModel] | None, name: str) -> str:
    alias = model.model_fields[name].validation_alias if model else None
    return alias if isinstance(alias, str) else name


def _model_at(model: type[BaseModel], key: KeyPath) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for part in key:
        if isinstance(part, int) or found is None:
            continue
        names = {_spelling(found, name): name for name in found.model_fields}
        if part not in names:
            return None
        found = _inner_model(found.model_fields[names[part]].annotation)
    return found


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _inner_model(inner)) is not None:
            return found
    return None
