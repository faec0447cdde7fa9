from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
integers = st.integers(-(2**63), 2**63 - 1)
# Without NaN, which equals nothing; a test of its own has it.
floats = st.floats(allow_nan=False) | st.integers(-30, 30).map(lambda power: 1.5 * 10.0**power)
scalars = st.none() | st.booleans() | integers | floats | texts
keys = texts | integers | st.integers(-3, 3).map(str) | st.sampled_from(["-0", "08", "1.5", "", "9223372036854775808"])


def _arrays(items: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    ordered = st.lists(items, max_size=4).map(lambda found: dict(enumerate(found)))
    return st.lists(items, max_size=4) | st.dictionaries(keys, items, max_size=4) | ordered


values = st.recursive(scalars, _arrays, max_leaves=12)
