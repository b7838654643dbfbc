"""The address of a view: what is written reads back, and no address breaks the page."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.view_state import BANDWIDTHS_KM, HEATMAPS, LAYERS, MEASURES, ViewState
from geodata.model import DRUGS, EVENT_KINDS, TRANSPORTS

months = st.builds("{:04d}-{:02d}".format, st.integers(1990, 2049), st.integers(1, 12))
some = lambda values: st.lists(st.sampled_from(values), unique=True, max_size=5).map(tuple)  # noqa: E731
states = st.builds(
    lambda a, b, **rest: ViewState(first=min(a, b), last=max(a, b), **rest),
    months,
    months,
    drugs=some(DRUGS),
    kinds=some(EVENT_KINDS),
    countries=some(("TJK", "AFG", "UZB")),
    agencies=some(("MIA", "DCA", "Border Troops SCNS")),
    transports=some(TRANSPORTS),
    reliabilities=some(("A", "B", "C", "X")),
    accuracies=some(("1", "2", "3", "4")),
    measure=st.sampled_from(MEASURES),
    heatmap=st.sampled_from(HEATMAPS),
    sector=st.sampled_from(("", "tj-khatlon", "af-badakhshan", "everything")),
    bandwidth_km=st.sampled_from(BANDWIDTHS_KM),
    layers=st.lists(st.sampled_from(LAYERS), unique=True).map(lambda chosen: tuple(name for name in LAYERS if name in chosen)),
)


@given(states)
def test_a_view_that_was_written_into_an_address_reads_back(state):
    assert ViewState.from_query(state.to_query()) == state


@given(st.text(max_size=300))
def test_no_address_breaks_the_page(text):
    state = ViewState.from_query(text)
    assert state.measure in MEASURES
    assert state.heatmap in HEATMAPS


@given(st.dictionaries(st.sampled_from("dkcatripmhblso"), st.text(max_size=60)))
def test_an_unreadable_part_of_an_address_leaves_its_default(values):
    state = ViewState.from_query(values)
    assert set(state.layers) <= set(LAYERS)
    assert state.first <= state.last


def test_months_in_the_wrong_order_are_put_right():
    assert ViewState.from_query("p=2018-07..2018-05").first == "2018-05"
