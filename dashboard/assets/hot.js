/* What stands out: hot and cold cells and stretches of the line, as the server worked them out for the view. Asked when the view
   is set, not while the brush moves: until the next answer is there the last one stays, pale. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  /* Who fell silent is the slowest question: asked when a view has stood for so long. */
  const STOOD_MS = 1200;
  const PALE = 0.32;
  const { MODES } = panj.questions;
  /* Solid, with a heart of paper, with a ring of paper, light inside, dots, stripes, hollow: see cells_hot.js. */
  const PATTERN = { hatch: 1, dots: 2, stripes: 3, hollow: 4, light: 5, heart: 6, ring: 7 };
  /* Strength 0..2 and pattern of each class over time, the same for hot and cold. */
  const OVER_TIME = {
    new: [2, PATTERN.heart], consecutive: [2, PATTERN.ring], intensifying: [2, 0], persistent: [1, 0],
    diminishing: [1, PATTERN.light], sporadic: [1, PATTERN.dots], oscillating: [1, PATTERN.stripes], historical: [1, PATTERN.hollow],
  };

  let map = null;
  let layer = null;
  let mode = "off";
  let index = null;
  let latest = 0;
  let picked = "";
  let quiet = { posts: [], sections: [] };

  const colours = () => {
    const { palette } = JSON.parse(document.getElementById("map-facts").textContent);
    const theme = panj.theme();
    return { hot: palette.hot[theme], cold: palette.cold[theme], silent: palette.silent[theme], ...palette[theme] };
  };

  /* ---- what is drawn ---------------------------------------------------------------------------------------------- */

  let made = null;
  const ready = () => (made ??= prepare());

  const prepare = async () => {
    await panj.map.ready;
    map = panj.map.instance();
    layer = new panj.HotLayer("hot");
    layer.visible = false;
    if (!map.getLayer("hot")) map.addLayer(layer, map.getLayer("corridors-case") ? "corridors-case" : "section-band");
    recolour();
  };

  const looks = (answer) => {
    const { hot, cold, silent, land, accent } = colours();
    const made = [];
    if (answer && answer.classes)
      answer.classes.forEach(({ id }, k) => {
        const [name, side] = id.split("_");
        if (OVER_TIME[name]) made.push([k, (side === "hot" ? hot : cold)[OVER_TIME[name][0]], side === "hot" ? 0.9 : 0.55, OVER_TIME[name][1]]);
      });
    else {
      for (let k = 0; k < 3; k++) made.push([k + 1, hot[k], 0.9, 0], [k + 4, cold[k], 0.55, 0]);
      made.push([7, silent, 0.75, PATTERN.hatch]);
    }
    layer.setLooks(made, land, accent);
  };

  const colourOf = (kind) => {
    const { hot, cold } = colours();
    return kind >= 1 && kind <= 3 ? hot[kind - 1] : kind >= 4 && kind <= 6 ? cold[kind - 4] : null;
  };

  const paintSections = () => {
    if (!map || !panj.hot.answer) return;
    const { answer, sure } = panj.hot;
    const pale = layer.pale;
    for (const section of answer.sections || []) {
      const colour = mode === "off" ? null : colourOf(section.class);
      const share = sure ? sure.stable[section.id] : null;
      const doubt = colour && share !== null && share !== undefined && share < answer.stable_from;
      const isHot = section.class >= 1 && section.class <= 3;
      const silent = mode !== "off" && (section.class === 7 || quiet.sections.includes(section.id));
      /* Silent is never cold; what was hot before it fell silent is both: its colour between two hatched edges. */
      const strength = colour && (isHot || !silent) ? (doubt ? 0.45 : 0.95) * pale : 0;
      const state = { colour: colour || "#000000", strength, doubt: doubt && strength ? pale : 0, silent: silent ? pale : 0 };
      map.setFeatureState({ source: "sections", id: section.id }, state);
    }
  };

  const paintPosts = () => {
    if (map && map.getLayer("post-silent")) map.setFilter("post-silent", ["in", ["get", "id"], ["literal", mode === "off" ? [] : quiet.posts]]);
  };

  const paint = () => {
    const { answer, sure } = panj.hot;
    if (!layer || !answer || mode === "off") return;
    const arrays = answer.arrays;
    const unstable = sure ? sure.arrays.stability.map((share) => (share < answer.stable_from ? 1 : 0)) : null;
    looks(answer);
    layer.put(arrays.cell_class, answer.classes ? null : unstable);
    paintSections();
    paintPosts();
  };

  const fade = (pale) => {
    if (!layer || layer.pale === pale) return;
    layer.fade(pale);
    paintSections();
    const legend = document.getElementById("legend-heat");
    if (legend) legend.classList.toggle("is-stale", pale < 1);
  };

  /* ---- the answers on the map -------------------------------------------------------------------------------------- */

  /* Show a mode for a view; resolves when its answer is on the map. A newer call overtakes an older one. */
  const show = async (wanted, query) => {
    const mine = ++latest;
    for (const told of ["sure", "hush"]) delete document.body.dataset[told];
    try {
      await ready();
      const answer = await panj.asked.ask(wanted, query);
      const area = await panj.asked.studied(answer.version);
      if (mine !== latest) return;
      if (layer.area !== area) {
        layer.setCells(area.arrays.rings, area.arrays.ring_start);
        layer.area = area;
        index = new Map(area.cell_ids.map((id, k) => [id, k]));
      }
      mode = wanted;
      layer.visible = true;
      Object.assign(panj.hot, { answer, sure: null, query: panj.asked.question(query) });
      quiet = { posts: [], sections: [] };
      paint();
      pick(picked);
      fade(1);
      panj.legend[wanted](answer);
      note(answer);
      document.body.dataset.hot = wanted;
      map.triggerRepaint();
      if (wanted === "hot") {
        if (answer.n_hot + answer.n_cold + answer.n_sections) steady(mine, query);
        panj.opened.then(() => setTimeout(() => hush(mine, query), STOOD_MS));
      }
    } catch (problem) {
      if (mine === latest) panj.showProblem(panj.told(problem));
    }
  };

  /* How sure: worked out after the map is there, drawn when it comes. */
  const steady = async (mine, query) => {
    try {
      await panj.opened;
      const sure = await panj.asked.ask("sure", query);
      if (mine !== latest || mode !== "hot") return;
      panj.hot.sure = sure;
      paint();
      note(panj.hot.answer, sure);
      panj.legend.hot(panj.hot.answer, sure, quiet);
      document.body.dataset.sure = panj.hot.query;
    } catch (problem) {
      /* The map without it is right, only less told: said in the legend, not across the page. */
      if (mine === latest) panj.legend.hot(panj.hot.answer, { problem: panj.told(problem) }, quiet);
    }
  };

  /* Posts and sections that fell silent against their own rhythm. */
  const hush = async (mine, query) => {
    if (mine !== latest) return;
    /* While the brush moves nothing is asked; when it comes back to this view, this is still wanted. */
    if (layer.pale < 1) return void setTimeout(() => hush(mine, query), STOOD_MS);
    try {
      const answer = await fetch(`${panj.root}/data/silent?${panj.asked.question(query)}`);
      if (!answer.ok || mine !== latest) return;
      const told = await answer.json();
      const ids = told.groups.flatMap((group) => group.items).filter((item) => item.tone === "silent" && item.picks).map((item) => item.picks.split(/:(.*)/));
      quiet = Object.fromEntries(["posts", "sections"].map((kind) => [kind, ids.filter(([one]) => `${one}s` === kind).map(([, id]) => id)]));
      if (mine !== latest || mode === "off") return;
      paint();
      panj.legend.hot(panj.hot.answer, panj.hot.sure, quiet);
    } catch (refused) {
      /* The tab of the silent says why; the map stays as it is. */
    } finally {
      /* Asked, whatever was answered. */
      if (mine === latest) document.body.dataset.hush = panj.hot.query;
    }
  };

  /* A phone keeps the legend in a sheet: what, when and how many stand on the map itself. */
  const note = (answer, sure) => {
    const place = document.getElementById("map-note");
    if (!place) return;
    place.hidden = !answer;
    if (!answer || !panj.view || !panj.window) return;
    const { labels } = panj.view;
    const [a, b] = panj.window;
    const period = a === b ? labels[a] : `${labels[a]} – ${labels[b]}`;
    const n = answer.n === undefined ? "" : panj.say("js.events_cells", { n: panj.number(answer.n) });
    const told = [answer.found || answer.steps, ...answer.warnings.slice(0, 1)];
    if (sure && sure.n_unstable) told.push(panj.say("js.hot_note_unstable", { n: panj.number(sure.n_unstable) }));
    place.textContent = `${[period, n].filter(Boolean).join(" · ")} · ${told.join(" ")}`;
  };

  const off = () => {
    latest++;
    note(null);
    mode = "off";
    delete document.body.dataset.hot;
    if (!layer) return;
    if (layer.n) layer.put(new Uint8Array(layer.n));
    layer.visible = layer.picked >= 0;
    paintSections();
    paintPosts();
    map.triggerRepaint();
  };

  /* The brush stands on steps a..b: is what is drawn the answer to that? */
  const at = (a, b) => {
    if (mode === "off" || !panj.hot.answer || !panj.view) return;
    const { steps, selection } = panj.view;
    fade(panj.hot.answer.period === `${steps[a]}..${steps[b]}` && selection === panj.asked.selection(panj.hot.query) ? 1 : PALE);
  };

  const pick = (id) => {
    picked = id;
    if (!layer) return;
    layer.picked = id && index && index.has(id) ? index.get(id) : -1;
    layer.visible = mode !== "off" || layer.picked >= 0;
    map.triggerRepaint();
  };

  const recolour = () => {
    if (!layer) return;
    panj.drawHatches(map, colours());
    looks(panj.hot.answer);
    paint();
    if (mode !== "off" && panj.hot.answer) panj.legend[mode](panj.hot.answer, panj.hot.sure, quiet);
  };

  /* Where hot and cold are drawn, nothing else may be red or loud: dots are small and grey, posts small far out. */
  const hushed = (map, colours, stands) => {
    const radius = ["coalesce", ["feature-state", "radius"], 0];
    const strong = ["step", ["get", "uncertainty_m"], 0.8, 2500, 0.7, 10000, 0.6];
    map.setPaintProperty("seizures", "circle-color", stands ? colours.ink : colours.seizure);
    map.setPaintProperty("seizures", "circle-radius", stands ? ["*", 0.5, radius] : radius);
    map.setPaintProperty("seizures", "circle-opacity", stands ? ["*", 0.45, strong] : strong);
    map.setLayoutProperty("incidents", "icon-size", stands ? 0.3 : 0.5);
    for (const [id, loud, low] of [["corridors-case", 0.7, 0.25], ["corridors", 1, 0.75], ["corridors-weak", 0.85, 0.6]])
      if (map.getLayer(id)) map.setPaintProperty(id, "line-opacity", stands ? low : loud);
    map.setPaintProperty("seizures", "circle-stroke-width", stands ? 0 : ["step", ["get", "uncertainty_m"], 1, 2500, 0.5, 10000, 0]);
    const far = stands ? [0.16, 0.3] : [0.28, 0.42];
    if (map.getLayer("posts")) map.setLayoutProperty("posts", "icon-size", ["interpolate", ["linear"], ["zoom"], 4, far[0], 7, far[1], 10, 0.6]);
  };

  /* ---- what lies under a place -------------------------------------------------------------------------------------- */

  const under = (lon, lat) => {
    if (mode === "off" || !layer || !layer.n || !panj.hot.answer) return null;
    const k = layer.cellAt(lon, lat);
    const { cell_class: kinds, cell_n: n } = panj.hot.answer.arrays;
    return k >= 0 && (kinds[k] || (n && n[k] > 0)) ? { kind: "cell", k, id: layer.area.cell_ids[k] } : null;
  };

  const kindWords = (kind) => {
    if (kind === 7) return panj.say("js.hot_silent");
    return kind ? panj.say("js.hot_level", { what: panj.say(kind < 4 ? "js.hot_hot" : "js.hot_cold"), strength: panj.say(`js.strength_${((kind - 1) % 3) + 1}`) }) : panj.say("js.hot_chance");
  };

  /* Title and second line of the tip of a cell. */
  const words = (k) => {
    const { answer, sure } = panj.hot;
    const arrays = answer.arrays;
    if (answer.classes) return [answer.classes[arrays.cell_class[k]].name, panj.say("js.cell")];
    const kg = answer.measure === "kg";
    const amount = (value) => panj.say(kg ? "js.kg_n" : "js.events_cell", { kg: panj.number(value), n: panj.number(value) });
    const lines = [amount(kg ? arrays.cell_kg[k] : arrays.cell_n[k])];
    if (arrays.cell_class[k] !== 7) lines.push(panj.say("js.hot_around", { amount: panj.number(arrays.cell_around[k]) }));
    if (sure && sure.arrays.stability[k] < answer.stable_from) lines.push(panj.say("js.hot_unstable"));
    return [kindWords(arrays.cell_class[k]), lines.join(" · ")];
  };

  const sectionWords = (id) => {
    const found = mode !== "off" && panj.hot.answer && (panj.hot.answer.sections || []).find((section) => section.id === id);
    if (!found) return "";
    const hush = quiet.sections.includes(id) ? panj.say("js.hot_went_silent") : "";
    return [kindWords(found.class), hush, panj.say("js.events_line", { n: panj.number(found.n) })].filter(Boolean).join(" · ");
  };

  /* Where everything lies that was ever recorded: west, south, east, north. */
  const bounds = async () => {
    const { rings } = (await panj.asked.studied()).arrays;
    const box = [180, 90, -180, -90];
    for (let k = 0; k < rings.length; k += 2) {
      box[0] = Math.min(box[0], rings[k]);
      box[1] = Math.min(box[1], rings[k + 1]);
      box[2] = Math.max(box[2], rings[k]);
      box[3] = Math.max(box[3], rings[k + 1]);
    }
    return rings.length ? box : null;
  };

  panj.hot = { MODES, show, off, at, pick, quiet: hushed, recolour, under, words, sectionWords, bounds, colours, OVER_TIME, PATTERN, layer: () => layer, mode: () => mode, quietNow: () => quiet, answer: null, sure: null };
})(window.panj);
