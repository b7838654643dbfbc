/* The page's own state and its one door to the server. Everything else hangs on `window.panj`. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  panj.words = JSON.parse(document.getElementById("words").textContent);
  panj.view = null;

  /* Whose numbers a view holds, as the list of sectors calls them. */
  const whose = (view) => {
    const sector = new URLSearchParams(view.selection).get("o") || "everything";
    const named = document.querySelector(`#sector option[value="${sector}"]`);
    return named ? panj.say("js.numbers", { sector: named.textContent }) : "";
  };

  panj.number = (value, digits) => {
    const size = Math.abs(value);
    const most = digits ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
    return new Intl.NumberFormat(panj.code === "en" ? "en" : "ru", { maximumFractionDigits: most }).format(value);
  };

  panj.say = (key, values) => {
    let text = panj.words[key] ?? key;
    for (const [name, value] of Object.entries(values || {})) text = text.replaceAll("{" + name + "}", value);
    return text;
  };

  /* A header in JSON, padded to eight bytes, then the arrays it lists, each aligned to eight bytes. */
  panj.decode = (buffer) => {
    const size = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
    const kinds = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };
    let at = 8 + Math.ceil(size / 8) * 8;
    header.arrays = Object.fromEntries(
      header.layout.map(([name, kind, length]) => {
        const array = new kinds[kind](buffer, at, length);
        at += Math.ceil(array.byteLength / 8) * 8;
        return [name, array];
      }),
    );
    return header;
  };

  /* Districts and provinces of a large store travel as such: each amount is laid evenly over its cells, and stands beside the others. */
  panj.layAreas = (view) => {
    const a = view.arrays;
    if (!a.area_step || !a.area_step.length) return;
    const cellsOf = (area) => a.area_start[area + 1] - a.area_start[area];
    let at = a.cell_step.length;
    const size = a.area_index.reduce((sum, area) => sum + cellsOf(area), at);
    const longer = (old, kind) => {
      const whole = new kind(size);
      whole.set(old);
      return whole;
    };
    const step = longer(a.cell_step, Uint16Array);
    const index = longer(a.cell_index, Uint32Array);
    const n = longer(a.cell_n, Float32Array);
    const kg = longer(a.cell_kg, Float32Array);
    a.area_step.forEach((month, k) => {
      const area = a.area_index[k];
      const end = at + cellsOf(area);
      step.fill(month, at, end);
      n.fill(a.area_n[k] / cellsOf(area), at, end);
      kg.fill(a.area_kg[k] / cellsOf(area), at, end);
      index.set(a.area_cell.subarray(a.area_start[area], a.area_start[area + 1]), at);
      at = end;
    });
    Object.assign(a, { cell_step: step, cell_index: index, cell_n: n, cell_kg: kg });
  };

  /* Sums up to each step, so that every brush position afterwards is one subtraction. */
  panj.sumUp = (steps, size, stepOf, placeOf, values, exact) => {
    const sums = new (exact ? Float64Array : Float32Array)((steps + 1) * size);
    for (let k = 0; k < values.length; k++) sums[(stepOf[k] + 1) * size + placeOf[k]] += values[k];
    for (let k = size; k < sums.length; k++) sums[k] += sums[k - size];
    return sums;
  };

  /* What to say of a failure: the server's own sentence; a browser's "Failed to fetch" or a page of markup is none. */
  panj.told = (problem) => {
    const text = problem.message || "";
    return problem instanceof TypeError || !text || text.length > 400 || text.includes("<") ? panj.say("js.problem") : text;
  };

  let latest = 0;
  /* Load what the brush needs for a selection. Resolves to false when a newer request has overtaken this one. */
  panj.open = async (selection) => {
    const mine = ++latest;
    document.body.classList.add("is-loading");
    try {
      const answer = await panj.questions.fetched(`view?${selection}`);
      if (!answer.ok) throw new Error(await answer.text());
      const view = panj.decode(await answer.arrayBuffer());
      if (mine !== latest) return false;
      view.selection = selection;
      panj.layAreas(view);
      const a = view.arrays;
      view.groupN = panj.sumUp(view.steps.length, view.n_groups, a.group_step, a.group_index, a.group_n);
      view.groupKg = panj.sumUp(view.steps.length, view.n_groups, a.group_step, a.group_index, a.group_kg, true);
      panj.view = view;
      panj.showProblem("");
      return true;
    } catch (problem) {
      if (mine === latest) panj.showProblem(panj.told(problem));
      return false;
    } finally {
      if (mine === latest) document.body.classList.remove("is-loading");
    }
  };

  /* Count or kilograms: both have travelled, only the sums are made anew. */
  panj.measure = (measure) => {
    const view = panj.view;
    if (!view || (view.cellSums && view.measure === measure)) return;
    const a = view.arrays;
    view.measure = measure;
    view.cellSums = panj.sumUp(view.steps.length, view.n_cells, a.cell_step, a.cell_index, measure === "kg" ? a.cell_kg : a.cell_n, measure === "kg");
  };

  panj.showProblem = (text) => {
    const box = document.getElementById("problem");
    if (!box) return;
    box.hidden = !text;
    box.querySelector("p").textContent = text;
  };

  panj.stepOf = (label) => (panj.view ? panj.view.steps.indexOf(label) : -1);

  /* The steps of a period as the address has it; what lies outside the data is cut off, and said when nothing is left. */
  panj.windowOf = (period) => {
    const { steps, default_window: opening } = panj.view;
    const [first, last] = period.split("..");
    if (!steps.length || !first || !last || first.length !== steps[0].length) return opening;
    const from = steps.findIndex((step) => step >= first);
    const to = steps.findLastIndex((step) => step <= last);
    if (from >= 0 && to >= from) return [from, to];
    panj.showProblem(panj.say("js.period_outside", { first: panj.view.labels[0], last: panj.view.labels.at(-1) }));
    return opening;
  };

  /* Not one report in steps a..b: then nothing is known, which is not zero. */
  panj.isSilent = (a, b) => {
    const { step_gap } = panj.view.arrays;
    for (let k = a; k <= b; k++) if (!step_gap[k]) return false;
    return true;
  };

  /* Paint steps a..b (both included): map, figures that follow the brush, nothing from the server. */
  panj.paint = (a, b) => {
    const view = panj.view;
    if (!view) return;
    panj.window = [a, b];
    panj.map.paintCells(a, b);
    panj.map.paintGroups(a, b);
    panj.hot.at(a, b);
    panj.answered.mark();
    let n = 0;
    let kg = 0;
    let bound = 0;
    for (let k = a; k <= b; k++) {
      n += view.arrays.step_n[k];
      kg += view.arrays.step_kg[k];
      bound |= view.arrays.step_bound[k];
    }
    /* Known only to a quarter or year: counted when the whole of it lies in the period, as the server counts. */
    const { vague_first, vague_last, vague_n, vague_kg } = view.arrays;
    for (let k = 0; k < vague_n.length; k++) {
      if (vague_first[k] < a || vague_last[k] > b) continue;
      n += vague_n[k];
      kg += vague_kg[k];
    }
    const put = (id, text) => {
      const place = document.getElementById(id);
      if (place && place.textContent !== text) place.textContent = text;
    };
    put("period-shown", a === b ? view.labels[a] : `${view.labels[a]} – ${view.labels[b]}`);
    const silent = n === 0 && panj.isSilent(a, b);
    put("live-whose", whose(view));
    put("live-n", silent ? "–" : panj.number(n));
    put("live-kg", silent ? "–" : `${bound ? "≥\u00a0" : ""}${panj.number(kg, kg >= 100 ? 0 : 1)}`);
  };
})(window.panj);
