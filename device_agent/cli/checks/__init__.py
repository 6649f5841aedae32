"""The doctor's checks: each looks at one thing and says what to do; none changes anything."""

from argparse import Namespace
from collections.abc import Iterator

from ...errors import ConfigError
from .. import settings
from ..exits import Exit
from ..findings import Finding, Level, ok

__all__ = ["all_findings"]


def all_findings(args: Namespace) -> list[Finding]:
    """Run every check; later ones go on with what earlier ones could read."""
    return list(_findings(args))


def _findings(args: Namespace) -> Iterator[Finding]:
    from .machine import clock_finding, desktop_findings, import_findings, reader_finding
    from .peers import peer_findings
    from .state import disk_finding, state_findings

    try:
        loaded = settings.load(args)
    except ConfigError as error:
        yield _refused("config", error)
        yield from desktop_findings(None)
    else:
        yield ok("config", str(loaded.file.path) if loaded.file else "no file, defaults")
        yield _policy(args)
        yield from state_findings(loaded.config)
        yield disk_finding(loaded.config)
        yield from peer_findings(loaded)
        yield from desktop_findings(loaded.config.worker.display)
    yield from import_findings()
    yield reader_finding()
    yield clock_finding()


def _policy(args: Namespace) -> Finding:
    from ...catalog import Tier

    try:
        policy = settings.policy_of(settings.load(args).config)
    except ConfigError as error:
        return _refused("policy", error)
    tiers = ", ".join(tier for tier in Tier if tier in policy.tiers | policy.run_tiers) or "nothing"
    return ok("policy", f"{tiers} ({policy.source})")


def _refused(check: str, error: ConfigError) -> Finding:
    text = f"{error.where}: {error.message}" if error.where else error.message
    return Finding(check, Level.FAIL, text, error.hint, Exit.USAGE)
