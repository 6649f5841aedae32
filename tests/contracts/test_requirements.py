"""The lower bounds that are declared are the ones that `make test-lowest` installs."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from tests.contracts.tracked import ROOT


def _declared() -> dict[str, Version]:
    """Lower bound of everything that users install, by normalised name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = project["dependencies"] + [
        text for name, extra in extras.items() if name != "dev" for text in extra
    ]
    return {
        requirement.name.lower(): Version(specifier.version)
        for requirement in map(Requirement, texts)
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }


def _pinned(path: Path) -> dict[str, Version]:
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    pins = (line.split("==") for line in lines if line)
    return {name: Version(version) for name, version in pins}


def test_lowest_pins_are_the_declared_lower_bounds() -> None:
    assert _pinned(ROOT / "requirements/lowest.txt") == _declared()


def test_newest_pins_cover_everything_and_allow_it() -> None:
    newest = _pinned(ROOT / "requirements/newest.txt")
    too_old = {name for name, bound in _declared().items() if newest[name] < bound}
    assert not too_old
