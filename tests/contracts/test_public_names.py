"""The names that each package promises; a name added or removed here is a change for users."""

import importlib

import pytest

PUBLIC: dict[str, list[str]] = {
    "device_agent": [],
    "simulator": [],
    "constellation": [],
}


@pytest.mark.parametrize("package", PUBLIC)
def test_public_names_are_the_promised_ones(package: str) -> None:
    module = importlib.import_module(package)
    assert sorted(getattr(module, "__all__", [])) == PUBLIC[package]


@pytest.mark.parametrize("package", PUBLIC)
def test_every_promised_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert [name for name in PUBLIC[package] if not hasattr(module, name)] == []
