"""What a fact is, and the words by which it is found."""

import re
import unicodedata
from dataclasses import dataclass


def name_words(text: str) -> frozenset[str]:
    """The words of a name as they are looked for: whatever their case and accents, and what stands between them.

    >>> sorted(name_words("Déménagements  ZOÉ & Fils, 12345-RM"))
    ['12345', 'demenagements', 'fils', 'rm', 'zoe']
    """
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return frozenset(re.findall(r"[^\W_]+", bare.casefold()))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. Its class is its kind; its fields are JSON values, so that old entries are read for ever."""

    def numbers(self) -> tuple[str, ...]:
        """The numbers that this fact speaks of: it is found by them."""
        return ()

    def names(self) -> frozenset[str]:
        """The words of the names that this fact speaks of, as `name_words` gives them: it is found by them too."""
        return frozenset()
