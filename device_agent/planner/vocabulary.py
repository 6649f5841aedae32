"""The languages that phrases are understood in. A new one is a package like :mod:`.english`."""

from .english import ENGLISH

LANGUAGES = (ENGLISH,)
"""Asked in this order."""

EXAMPLES = tuple(example for language in LANGUAGES for example in language.examples)
"""One of each phrase that is understood."""
