import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from layers.columns.file import FORMAT, WrongColumns, read, write
from layers.columns.table import Columns

ARRAYS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=8),
    arrays_of.arrays(
        st.sampled_from(["<i4", "<f8", "<u1", "<u2", "<u8"]), arrays_of.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=9)
    ),
    max_size=6,
)
WORDS = st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=4).map(tuple), max_size=3)


@settings(max_examples=60)
@given(ARRAYS, WORDS)
def test_what_was_written_is_read_again_number_by_number(tmp_path_factory, arrays, words):
    path = tmp_path_factory.mktemp("columns") / "a.panjcols"
    write(path, Columns(arrays, words, {"n": 3, "made": "Панҷ"}))
    found = read(path)
    assert list(found.arrays) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        assert found[name].ctypes.data % 64 == 0 or not array.size
    assert found.words == words
    assert found.about == {"n": 3, "made": "Панҷ"}


def test_the_same_columns_give_the_same_bytes_and_nothing_else_stays_in_the_folder(tmp_path):
    columns = Columns({"day": np.arange(5, dtype=np.int32)}, {"drug": ("", "opium")}, {})
    write(tmp_path / "a", columns)
    write(tmp_path / "b", columns)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_reader_keeps_its_numbers_while_a_new_file_takes_the_place(tmp_path):
    write(tmp_path / "a", Columns({"day": np.arange(5)}, {}, {}))
    old = read(tmp_path / "a")
    try:
        write(tmp_path / "a", Columns({"day": np.arange(9)}, {}, {}))
    except PermissionError:
        pytest.skip("This system does not let go of a mapped file; the program names files by version.")
    assert old["day"].tolist() == [0, 1, 2, 3, 4]
    assert read(tmp_path / "a")["day"].tolist() == list(range(9))


def test_arrays_that_were_read_or_handed_over_cannot_be_changed(tmp_path):
    columns = Columns({"day": np.arange(5)}, {}, {})
    write(tmp_path / "a", columns)
    for held in (columns, read(tmp_path / "a")):
        with pytest.raises(ValueError, match="read-only"):
            held["day"][0] = 7


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: b"",
        lambda whole: whole[:20],
        lambda whole: whole[:-1],
        lambda whole: whole + b"\0",
        lambda whole: b"SOMEFILE" + whole[8:],
        lambda whole: whole[:8] + (FORMAT + 1).to_bytes(4, "little") + whole[12:],
        lambda whole: whole[:32] + b"\xff" + whole[33:],
    ],
)
def test_a_broken_file_is_refused_with_one_sentence_that_says_what_to_do(tmp_path, spoil):
    path = tmp_path / "a"
    write(path, Columns({"day": np.arange(50)}, {"drug": ("",)}, {}))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(WrongColumns, match="delete it, it will be made again"):
        read(path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    write(tmp_path / "a", Columns({"day": np.arange(5)}, {}, {}))

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path / "a", Columns({"day": np.arange(9)}, {}, {}))
    assert read(tmp_path / "a")["day"].tolist() == [0, 1, 2, 3, 4]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_no_file_is_said_to_be_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "a")
