"""Every setting: its type, default and meaning. docs/configuration.md is written from here."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    SecretStr,
)

from ..catalog import Tier
from ..errors import ConfigError
from ..links.urls import check_url

MIB = 1024 * 1024


def _split(value: object) -> object:
    # A variable or a flag has no other way to say a list.
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_split)]
Tiers: TypeAlias = Annotated[tuple[Tier, ...], BeforeValidator(_split)]


def _hub_url(url: str) -> str:
    try:
        # Whether plain ws:// may leave this machine is asked when everything is known.
        check_url(url, insecure=True)
    except ConfigError as error:
        raise ValueError("; ".join(filter(None, (error.message, error.hint)))) from None
    return url


def _proxy(proxy: str) -> str:
    from ..links.proxies import choose_proxy  # It takes 10 ms that few need.

    try:
        chosen = choose_proxy("wss://hub.example/ws", proxy)
    except ConfigError as error:
        raise ValueError(f"{error.message}; {error.hint}") from None
    if chosen is not None and urlsplit(chosen).username is not None:
        raise ValueError("must not contain a password; leave it out and set HTTPS_PROXY")
    return proxy


class Section(BaseModel):
    """What all tables have in common: unknown keys are errors, nothing changes later."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LogConfig(Section):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important lines that are written."
    )
    format: Literal["text", "json"] = Field(
        default="text", description="Lines for people, or one JSON object a line."
    )


class LinkConfig(Section):
    """One hub to dial; write one `[[link]]` for each."""

    url: Annotated[str, AfterValidator(_hub_url)] = Field(
        description="Address of the hub, `wss://HOST:PORT/ws`."
    )
    token_file: Path | None = Field(default=None, description="File whose one line is the token.")
    token: SecretStr | None = Field(
        default=None,
        description="The token itself; from the environment alone.",
        exclude=True,
        repr=False,
    )
    token_in: Literal["auto", "header", "query"] = Field(
        default="auto",
        description="Where the token travels; auto tries the header, then, if refused, the query.",
    )
    ca_file: Path | None = Field(default=None, description="PEM file of the authority to trust.")
    client_cert_file: Path | None = Field(
        default=None, description="PEM file of our own certificate."
    )
    client_key_file: Path | None = Field(default=None, description="PEM file of its private key.")
    proxy: Annotated[str, AfterValidator(_proxy)] | None = Field(
        default=None,
        description="`http://HOST:PORT`, or `none`; absent: what the environment says.",
    )
    insecure: bool = Field(
        default=False, description="Whether `ws://` may go to other machines, readable by all."
    )
    planner: Literal["auto", "local", "peer"] = Field(
        default="auto", description="Who turns a task's words into calls: this machine or the peer."
    )
    max_frame_bytes: ByteSize | None = Field(
        default=None,
        ge=1024,
        description="Largest frame taken here; absent: `limits.max_frame_bytes`.",
    )


class ListenConfig(Section):
    """Be dialled by constellations; absent: nobody can."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    token_file: Path | None = Field(default=None, description="File whose one line is the token.")
    token: SecretStr | None = Field(
        default=None,
        description="The token itself; from the environment alone.",
        exclude=True,
        repr=False,
    )
    query_token: bool = Field(
        default=True, description="Take `?token=` too; Galaxy has no other way."
    )
    allow_hosts: Words = Field(
        default=(), description="Names that the Host header may have besides the address itself."
    )
    cert_file: Path | None = Field(
        default=None, description="PEM file of the certificate, for `wss://`."
    )
    key_file: Path | None = Field(default=None, description="PEM file of its private key.")
    insecure: bool = Field(
        default=False, description="Listen for other machines without a certificate."
    )
    max_frame_bytes: ByteSize | None = Field(
        default=None,
        ge=1024,
        description="Largest frame taken here; absent: `limits.max_frame_bytes`.",
    )


class Limits(Section):
    """How much is taken before new work is refused."""

    queue: int = Field(default=64, ge=1, le=10_000, description="Commands and tasks that may wait.")
    spool_bytes: ByteSize = Field(
        default=ByteSize(256 * MIB), ge=MIB, description="Room for large results on disk."
    )
    keep_days: float = Field(default=30, gt=0, description="How long finished work is remembered.")
    max_frame_bytes: ByteSize = Field(
        default=ByteSize(16 * MIB),
        ge=1024,
        le=100 * MIB,
        description="Largest frame taken from a peer.",
    )


class WorkerConfig(Section):
    """The process with the desktop."""

    display: str | None = Field(
        default=None, min_length=1, description="X display to drive; absent: `DISPLAY`."
    )


class Config(Section):
    """All settings of one agent."""

    device_id: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$",
        description="Name of this device at its hubs; by default made from the host name.",
    )
    as_platform: Literal["linux", "windows", "mobile"] | None = Field(
        default=None, description="Platform to register as; absent: what this machine is."
    )
    service: bool = Field(
        default=False,
        description="Started by the system, not by hand: system paths, policy observe.",
    )
    state_dir: Path = Field(description="Where the journal and the locks are; one agent each.")
    policy_file: Path | None = Field(
        default=None,
        description="The owner's policy; absent: `policy.toml` beside the default config.",
    )
    allow: Tiers = Field(default=(), description="Tiers allowed in addition, for this run alone.")
    token_file: Path | None = Field(
        default=None,
        description="Token file of every peer that names none; peers on one host only.",
    )
    insecure: bool = Field(
        default=False, description="Sets `insecure` for every peer of this agent."
    )
    tags: Words = Field(default=(), description="Labels that orchestrators may select by.")
    custom_metadata: dict[str, Any] = Field(
        default={}, description="What else to tell hubs about this device."
    )
    log: LogConfig = Field(default=LogConfig(), description="What is logged, and how.")
    limits: Limits = Field(default=Limits(), description="How much is taken.")
    worker: WorkerConfig = Field(
        default=WorkerConfig(), description="The process with the desktop."
    )
    listen: ListenConfig | None = Field(default=None, description="Be dialled by constellations.")
    links: tuple[LinkConfig, ...] = Field(
        default=(),
        validation_alias="link",
        serialization_alias="link",
        description="Hubs to dial; one `[[link]]` for each.",
    )
