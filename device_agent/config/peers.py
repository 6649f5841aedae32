"""Whether the settings are enough to run an agent."""

from dataclasses import replace

from ..errors import ConfigError
from ..links.urls import check_url, is_loopback, masked
from .load import Loaded
from .model import Config
from .tokens import with_tokens

_HOW_TO_GIVE_ONE = (
    "give it with --token-file FILE or DEVICE_AGENT_TOKEN; "
    "`device-agent config new-token FILE` makes one"
)


def check_peers(loaded: Loaded) -> Loaded:
    """
    Read the tokens and refuse what nobody should run.

    Raises:
        ConfigError: No peer at all, a peer without a token, or secrets would travel in the clear.

    """
    config = loaded.config
    if not config.links and config.listen is None:
        hint = "try --hub wss://HOST:PORT/ws, or --listen 127.0.0.1:5005"
        raise ConfigError("no hub to dial and no address to listen on", hint=hint)
    ready = _as_insecure_as_said(with_tokens(loaded))
    _everyone_has_a_token(ready.config)
    _nothing_in_the_clear(ready.config)
    return ready


def _as_insecure_as_said(loaded: Loaded) -> Loaded:
    config = loaded.config
    if not config.insecure:
        return loaded
    said = {"insecure": True}
    links = tuple(link.model_copy(update=said) for link in config.links)
    listen = config.listen and config.listen.model_copy(update=said)
    changed = config.model_copy(update={"links": links, "listen": listen})
    return replace(loaded, config=changed)


def _everyone_has_a_token(config: Config) -> None:
    for link in config.links:
        if link.token is None:
            raise ConfigError(f"no token for the hub {masked(link.url)}", hint=_HOW_TO_GIVE_ONE)
    if config.listen is not None and config.listen.token is None:
        raise ConfigError("no token for those who dial this machine", hint=_HOW_TO_GIVE_ONE)


def _nothing_in_the_clear(config: Config) -> None:
    for link in config.links:
        check_url(link.url, insecure=link.insecure)
    listen = config.listen
    if listen is None or listen.cert_file or listen.insecure or is_loopback(listen.host):
        return
    raise ConfigError(
        f"listening on {listen.host} without a certificate would show the token to the network",
        hint="set listen.cert_file, or accept it with --insecure (listen.insecure = true)",
    )
