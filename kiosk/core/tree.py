r"""The Merkle tree of RFC 6962 over the journal's leaves: what was written can be neither altered nor cut off unseen.

The tree grows by appending. A full subtree of 2**level leaves never changes, so its hash is kept as node (level, index);
the root of any size folds the few nodes that make up that size.

>>> edge, kept = Edge(), {}
>>> for leaf in [b"", b"\x00"]:
...     edge, new = edge.grown(leaf_hash(leaf))
...     kept |= dict(new)
>>> edge.root.hex()[:8], sorted(kept)
('fac54203', [(0, 0), (0, 1), (1, 0)])
>>> root([kept[place] for place in peaks(1)]).hex()[:8]
'6e340b9c'
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

Place = tuple[int, int]
"""A node: its level (0 is the leaves) and its index in the level."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: the 0 byte keeps leaves and nodes apart."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two halves."""
    return hashlib.sha256(b"\1" + left + right).digest()


def peaks(size: int) -> list[Place]:
    """The complete subtrees that make up a tree of `size` leaves, largest first."""
    found, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over the peaks' hashes, largest first; of no leaves at all, the hash of nothing."""
    if not hashes:
        return hashlib.sha256().digest()
    top = hashes[-1]
    for left in reversed(hashes[:-1]):
        top = node_hash(left, top)
    return top


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size and the hashes of its peaks, largest first. It is all that a tree needs to grow."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the tree, 32 bytes."""
        return root(self.hashes)

    def grown(self, leaf: bytes) -> tuple[Self, list[tuple[Place, bytes]]]:
        """The edge with the hash of one leaf more, and the nodes that are new: the leaf, and each subtree that it completes."""
        level, index, here, rest = 0, self.size, leaf, list(self.hashes)
        new = [((level, index), here)]
        while index % 2:
            here = node_hash(rest.pop(), here)
            level, index = level + 1, index // 2
            new.append(((level, index), here))
        return type(self)(self.size + 1, (*rest, here)), new
