"""The Merkle tree: RFC 6962 to the byte, since a seal printed today is checked with other software in ten years."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from kiosk.core.tree import Edge, leaf_hash, node_hash, peaks, root

LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The vectors of Certificate Transparency's own implementation."""

many_leaves = st.lists(st.binary(max_size=40), max_size=70)


def grown(leaves):
    """The edge over some leaves, and all the nodes that were made on the way."""
    edge, nodes = Edge(), {}
    for leaf in leaves:
        edge, new = edge.grown(leaf_hash(leaf))
        assert not nodes.keys() & dict(new).keys()  # a node, once made, is never made again
        nodes |= dict(new)
    return edge, nodes


def defined(leaves):
    """The root as RFC 6962, section 2.1, defines it: by recursion, slowly."""
    if not leaves:
        return root([])
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))


def test_the_roots_are_those_of_rfc_6962():
    """Q10."""
    assert [grown(LEAVES[:size])[0].root.hex() for size in range(1, 9)] == ROOTS


def test_no_leaves_have_the_hash_of_nothing():
    """Q10, RFC 6962 section 2.1."""
    assert Edge().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(many_leaves)
def test_a_tree_that_grew_has_the_root_that_the_definition_gives(leaves):
    """Q10."""
    assert grown(leaves)[0].root == defined(leaves)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_another_implementation_agrees_on_every_size(leaves):
    """Q10: pymerkle as the oracle."""
    oracle = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        oracle.append_entry(leaf)
    _, nodes = grown(leaves)

    for size in range(1, len(leaves) + 1):
        assert root([nodes[place] for place in peaks(size)]) == oracle.get_root(size)


@given(many_leaves)
def test_the_nodes_kept_are_all_the_complete_subtrees_and_no_others(leaves):
    """Q10."""
    edge, nodes = grown(leaves)

    expected = {(level, index) for level in range(len(leaves).bit_length()) for index in range(len(leaves) >> level)}
    assert nodes.keys() == expected
    assert edge.hashes == tuple(nodes[place] for place in peaks(len(leaves)))


@given(st.integers(0, 10**6))
def test_peaks_cover_every_leaf_once_in_order(size):
    """Q10."""
    covered = [(index << level, (index + 1) << level) for level, index in peaks(size)]

    assert [begin for begin, _ in covered] == [0, *[end for _, end in covered[:-1]]][: len(covered)]
    assert (covered[-1][1] if covered else 0) == size


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_a_leaf_altered_left_out_or_doubled_gives_another_root(leaves, data):
    """Q10."""
    place = data.draw(st.integers(0, len(leaves) - 1))
    before, after = leaves[:place], leaves[place + 1 :]
    others = [[*before, leaves[place] + b"!", *after], [*before, *after], [*leaves[: place + 1], *leaves[place:]]]

    assert grown(leaves)[0].root not in {grown(other)[0].root for other in others}


def test_a_node_can_not_be_passed_off_as_a_leaf():
    """Q10: RFC 6962 keeps the two apart by a byte."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_odd_node_is_not_doubled():
    """Q10: some trees duplicate it, and then two records have one root."""
    assert grown([b"a", b"b", b"c"])[0].root != grown([b"a", b"b", b"c", b"c"])[0].root
