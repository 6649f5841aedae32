"""docs/compare.md claims only what a test shows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
CLAIM = re.compile(r"^\| (?P<what>[^|]+) \| \*\*(?P<ours>\w+)\*\* \|(?P<peers>.*)\|$", re.MULTILINE)
PROOF = re.compile(r"^\| (?P<what>[^|]+) \| `(?P<file>[^:`]+)::(?P<test>\w+)` \|$", re.MULTILINE)
PEERS = 10

CLAIMS = {found["what"]: found for found in CLAIM.finditer(PAGE)}
PROOFS = {found["what"]: found for found in PROOF.finditer(PAGE)}


def test_every_yes_of_ours_has_a_proof_and_nothing_else_has() -> None:
    assert len(CLAIMS) > 40
    assert {claim["ours"] for claim in CLAIMS.values()} <= {"yes", "part", "no"}
    assert {what for what, claim in CLAIMS.items() if claim["ours"] == "yes"} == set(PROOFS)


@pytest.mark.parametrize("what", PROOFS)
def test_the_test_that_is_named_exists(what: str) -> None:
    proof = PROOFS[what]
    source = (ROOT / proof["file"]).read_text(encoding="utf-8")
    assert re.search(rf"^def {proof['test']}\(", source, re.MULTILINE)


@pytest.mark.parametrize("what", CLAIMS)
def test_every_peer_has_its_cell(what: str) -> None:
    cells = [cell.strip() for cell in CLAIMS[what]["peers"].split("|")]
    assert len(cells) == PEERS
    assert all(cells)
