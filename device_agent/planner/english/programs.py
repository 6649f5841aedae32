"""Terminals, in English."""

from .parts import phrase

PHRASES = (phrase("list_terminals", r"<show>(?:open )?terminals", "list terminals"),)
