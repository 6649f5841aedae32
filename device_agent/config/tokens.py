"""Tokens, from the files and the environment to the peers they belong to."""

import secrets
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import SecretStr

from ..errors import ConfigError
from ..links.urls import is_loopback
from ..toml.file import KeyPath, dotted
from .layers import TOKEN_VARIABLE, Layer
from .load import Loaded
from .model import LinkConfig, ListenConfig

MAX_TOKEN_BYTES = 8192
"""What web servers take as one header line, at most (nginx, Apache)."""

NEW_TOKEN_BYTES = 32

Peer: TypeAlias = LinkConfig | ListenConfig


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a token would come from; the highest layer wins, then the file."""

    layer: Layer
    path: Path | None = None
    token: SecretStr | None = None
    said_by: str = ""
    general: bool = False


def with_tokens(loaded: Loaded) -> Loaded:
    """
    Read every peer's token.

    A peer's own token_file serves that peer. The general one (``--token-file``, or the
    variable DEVICE_AGENT_TOKEN) serves peers that name none, and, said in a higher layer,
    all of them.

    Raises:
        ConfigError: A file cannot be used, or the general token would go to several hosts.

    """
    peers = list(_peers(loaded))
    sources = {key: _source(loaded, key, peer) for key, peer in peers}
    _one_host([peer for key, peer in peers if (found := sources[key]) and found.general])
    tokens = {key: _token(source) for key, source in sources.items() if source is not None}
    paths = dict.fromkeys(source.path for source in sources.values() if source and source.path)
    warnings = [warning for path in paths for warning in _readable_by_others(path)]
    config = loaded.config
    links = tuple(
        link.model_copy(update={"token": tokens.get(("link", position))})
        for position, link in enumerate(config.links)
    )
    listen = config.listen and config.listen.model_copy(update={"token": tokens.get(("listen",))})
    config = config.model_copy(update={"links": links, "listen": listen})
    return replace(loaded, config=config, warnings=(*loaded.warnings, *warnings))


def _source(loaded: Loaded, key: KeyPath, peer: Peer) -> _Source | None:
    found: list[_Source] = []
    for path_key, path, general in (
        ((*key, "token_file"), peer.token_file, False),
        (("token_file",), loaded.config.token_file, True),
    ):
        if path is not None:
            setting = loaded.settled.get(path_key)
            layer = setting.layer if setting else Layer.DEFAULT
            found.append(_Source(layer, path=path, general=general))
    if peer.token is not None:
        said_by = f"the token of `{dotted(key)}`"
        found.append(_Source(Layer.ENVIRONMENT, token=peer.token, said_by=said_by))
    if loaded.token is not None:
        said_by = TOKEN_VARIABLE
        found.append(_Source(Layer.ENVIRONMENT, None, loaded.token, said_by, general=True))
    # Within a layer the more special one wins, so a peer's own goes before the general.
    return max(
        found, key=lambda one: (one.layer, not one.general, one.path is not None), default=None
    )


def _token(source: _Source) -> SecretStr | None:
    if source.path is not None:
        return read_token(source.path)
    return one_word(source.token.get_secret_value(), source.said_by) if source.token else None


def read_token(path: Path) -> SecretStr:
    """
    Read a token's file: one line, ASCII, no space; the line's end is not part of it.

    Raises:
        ConfigError: It cannot be read, or holds no token.

    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_TOKEN_BYTES + 1)
    except OSError as problem:
        hint = "check the path, or make one with `device-agent config new-token FILE`"
        message = f"the token file cannot be read: {problem.strerror}"
        raise ConfigError(message, where=str(path), hint=hint) from None
    if len(raw) > MAX_TOKEN_BYTES:
        hint = "is this the right file? It should hold one line: the token"
        raise ConfigError("the token is longer than 8 KiB", where=str(path), hint=hint)
    # Latin-1 takes every byte; whatever is not ASCII is refused with the rest.
    return one_word(raw.decode("latin-1"), str(path))


def one_word(text: str, where: str) -> SecretStr:
    """
    Take a token as it stands in a file or a variable.

    Raises:
        ConfigError: Empty, or has characters that cannot travel in a header.

    """
    token = text.removesuffix("\n").removesuffix("\r")
    hint = "it should hold one line: the token"
    if not token:
        raise ConfigError("the token is empty", where=where, hint=hint)
    if not token.isascii() or not token.isprintable() or " " in token:
        message = "the token has a space, a second line or a character outside ASCII"
        raise ConfigError(message, where=where, hint=hint)
    return SecretStr(token)


def new_token() -> str:
    """Make a token of 256 bits that needs no quoting in a URL or a header."""
    return secrets.token_urlsafe(NEW_TOKEN_BYTES)


def _peers(loaded: Loaded) -> Iterator[tuple[KeyPath, Peer]]:
    for position, link in enumerate(loaded.config.links):
        yield ("link", position), link
    if loaded.config.listen is not None:
        yield ("listen",), loaded.config.listen


def _one_host(peers: list[Peer]) -> None:
    hosts = {_host(peer) for peer in peers}
    if len(hosts) > 1:
        raise ConfigError(
            f"one token for peers on {len(hosts)} hosts ({', '.join(sorted(hosts))})",
            where="--token-file",
            hint="each host would learn the others' token; give every [[link]] its own token_file",
        )


def _host(peer: Peer) -> str:
    host = peer.host if isinstance(peer, ListenConfig) else urlsplit(peer.url).hostname or ""
    return "this machine" if is_loopback(host) else host.lower()


def _readable_by_others(path: Path) -> list[str]:
    if sys.platform == "win32":
        return []
    if not stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        return []
    return [f"{path}: every user of this machine can read this token; try chmod 600 {path}"]
