"""Districts and provinces of a large store travel as such and are laid out over their cells in the browser."""

LAID = """() => {
  const view = { arrays: {
    cell_step: new Uint16Array([0, 1]), cell_index: new Uint32Array([4, 0]),
    cell_n: new Float32Array([2, 1]), cell_kg: new Float32Array([0.5, 8]),
    area_start: new Uint32Array([0, 2, 6]), area_cell: new Uint32Array([0, 4, 1, 2, 3, 4]),
    area_step: new Uint16Array([0, 1, 1]), area_index: new Uint16Array([1, 0, 1]),
    area_n: new Float32Array([4, 3, 8]), area_kg: new Float32Array([0, 5, 2]),
  } };
  panj.layAreas(view);
  const a = view.arrays;
  const sums = (values) => Array.from(panj.sumUp(2, 5, a.cell_step, a.cell_index, values, true).slice(5));
  return { n: sums(a.cell_n), kg: sums(a.cell_kg) };
}"""


def test_each_amount_of_a_district_lies_evenly_on_its_cells(page):
    laid = page.run(LAID)
    # Sums up to the first and to the second month, five cells each.
    assert laid["n"] == [0, 1, 1, 1, 3, 2.5, 3, 3, 3, 6.5]
    assert laid["kg"] == [0, 0, 0, 0, 0.5, 10.5, 0.5, 0.5, 0.5, 3.5]


def test_a_small_store_travels_without_districts_and_stays_as_it_is(page):
    same = page.run(
        "() => { const a = panj.view.arrays, before = a.cell_n; panj.layAreas(panj.view); return before === panj.view.arrays.cell_n; }"
    )
    assert same
