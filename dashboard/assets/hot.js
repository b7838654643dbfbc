/* What stands out: hot and cold cells and stretches of the line, as the server worked them out for the view. Asked when the view
   is set, not while the brush moves: until the next answer is there the last one stays, pale. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const KEPT = 12;
  /* Who fell silent is the slowest question: asked when a view has stood for so long. */
  const STOOD_MS = 1200;
  const PALE = 0.32;
  const MODES = ["hot", "emerging"];
  const FILTERS = ["d", "k", "c", "a", "t", "r", "i"];
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
  let study = null;
  let index = null;
  let latest = 0;
  let opening = null;
  let picked = "";
  let quiet = { posts: [], sections: [] };
  const answers = new Map();

  const colours = () => {
    const { palette } = JSON.parse(document.getElementById("map-facts").textContent);
    const theme = panj.theme();
    return { hot: palette.hot[theme], cold: palette.cold[theme], silent: palette.silent[theme], ...palette[theme] };
  };

  /* ---- what is asked ---------------------------------------------------------------------------------------------- */

  const fetched = async (name, query) => {
    const answer = await fetch(`${panj.root}/data/${name}?${query}`);
    if (!answer.ok) throw new Error(await answer.text());
    return panj.decode(await answer.arrayBuffer());
  };

  const only = (query, parts) => {
    const given = new URLSearchParams(query);
    return new URLSearchParams(parts.filter((key) => given.get(key)).map((key) => [key, given.get(key)])).toString();
  };

  /* Filters, measure, sector and period: nothing else changes the answer. */
  const question = (query) => only(query, [...FILTERS, "m", "o", "p"]);

  const ask = async (name, query) => {
    const key = `${name}?${question(query)}`;
    /* What was asked while the page opened did not know its period yet; the answer says which one it is of. */
    if (opening && opening.name === name && opening.rest === only(query, [...FILTERS, "m", "o"])) {
      const first = await opening.answer;
      opening = null;
      if (first && first.period === (new URLSearchParams(query).get("p") || first.period)) answers.set(key, Promise.resolve(first));
    }
    if (!answers.has(key)) {
      answers.set(key, fetched(name, question(query)));
      answers.get(key).catch(() => answers.delete(key));
      while (answers.size > KEPT) answers.delete(answers.keys().next().value);
    }
    return answers.get(key);
  };

  /* The page opens: what it will need is on its way while the rest is still being read. */
  const early = () => {
    const query = new URLSearchParams(location.search);
    /* Whose sector this browser keeps stands in the address a moment later (sector.js). */
    if (!query.get("o") && panj.keptSector()) query.set("o", panj.keptSector());
    const wanted = query.get("h") || "hot";
    if (!document.body.classList.contains("insider") || !MODES.includes(wanted)) return;
    opening = { name: wanted, rest: only(query, [...FILTERS, "m", "o"]), answer: fetched(wanted, question(query)).catch(() => null) };
    studied();
  };

  /* The cells of the study area, once for each version of the store. The browser keeps them and asks whether they still hold. */
  const studied = async (version) => {
    let held = study && (await study.catch(() => null));
    if (!held || (version && held.version !== version)) {
      study = fetched("study", "");
      held = await study;
    }
    return held;
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

  /* The same violet-grey hatch as a pattern for lines. */
  const drawHatch = () => {
    const size = 16;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const g = canvas.getContext("2d");
    g.strokeStyle = colours().silent;
    g.lineWidth = 4;
    for (const by of [-size, 0, size]) {
      g.beginPath();
      g.moveTo(by - 2, size + 2);
      g.lineTo(by + size + 2, -2);
      g.stroke();
    }
    const picture = g.getImageData(0, 0, size, size);
    if (map.hasImage("hatch")) map.updateImage("hatch", picture);
    else map.addImage("hatch", picture, { pixelRatio: 2 });
    map.setLayoutProperty("section-silent", "visibility", "visible");
  };

  /* A disc of the hatch, laid under the posts that fell silent. */
  const drawDisc = () => {
    const size = 48;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const g = canvas.getContext("2d");
    const { silent, halo } = colours();
    g.beginPath();
    g.arc(size / 2, size / 2, size / 2 - 2, 0, 2 * Math.PI);
    g.fillStyle = halo;
    g.fill();
    g.clip();
    g.strokeStyle = silent;
    g.lineWidth = 5;
    for (let by = -size; by < size; by += 12) {
      g.beginPath();
      g.moveTo(by, size);
      g.lineTo(by + size, 0);
      g.stroke();
    }
    g.beginPath();
    g.arc(size / 2, size / 2, size / 2 - 3, 0, 2 * Math.PI);
    g.stroke();
    const picture = g.getImageData(0, 0, size, size);
    if (map.hasImage("silent-disc")) return map.updateImage("silent-disc", picture);
    map.addImage("silent-disc", picture, { pixelRatio: 2 });
    const layout = { "icon-image": "silent-disc", "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.75, 9, 1.3] };
    if (map.getLayer("posts")) map.addLayer({ id: "post-silent", type: "symbol", source: "posts", filter: ["in", ["get", "id"], ["literal", []]], layout }, "posts");
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
      const silent = mode !== "off" && (section.class === 7 || (!(section.class >= 1 && section.class <= 3) && quiet.sections.includes(section.id)));
      const state = { colour: colour || "#000000", strength: colour && !silent ? (doubt ? 0.45 : 0.95) * pale : 0, doubt: doubt ? pale : 0, silent: silent ? 0.9 * pale : 0 };
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
    try {
      await ready();
      const answer = await ask(wanted, query);
      const area = await studied(answer.version);
      if (mine !== latest) return;
      if (layer.area !== area) {
        layer.setCells(area.arrays.rings, area.arrays.ring_start);
        layer.area = area;
        index = new Map(area.cell_ids.map((id, k) => [id, k]));
      }
      mode = wanted;
      layer.visible = true;
      Object.assign(panj.hot, { answer, sure: null, query: question(query) });
      quiet = { posts: [], sections: [] };
      paint();
      pick(picked);
      fade(1);
      panj.legend[wanted](answer);
      document.body.dataset.hot = wanted;
      map.triggerRepaint();
      if (wanted === "hot") {
        if (answer.n_hot + answer.n_cold + answer.n_sections) steady(mine, query);
        setTimeout(() => hush(mine, query), STOOD_MS);
      }
    } catch (problem) {
      if (mine === latest) panj.showProblem(panj.told(problem));
    }
  };

  /* How sure: worked out after the map is there, drawn when it comes. */
  const steady = async (mine, query) => {
    try {
      const sure = await ask("sure", query);
      if (mine !== latest || mode !== "hot") return;
      panj.hot.sure = sure;
      paint();
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
    try {
      const answer = await fetch(`${panj.root}/data/silent?${question(query)}`);
      if (!answer.ok || mine !== latest) return;
      const told = await answer.json();
      const ids = told.groups.flatMap((group) => group.items).filter((item) => item.tone === "silent" && item.picks).map((item) => item.picks.split(/:(.*)/));
      quiet = Object.fromEntries(["posts", "sections"].map((kind) => [kind, ids.filter(([one]) => `${one}s` === kind).map(([, id]) => id)]));
      if (mine !== latest || mode === "off") return;
      paint();
      panj.legend.hot(panj.hot.answer, panj.hot.sure, quiet);
      document.body.dataset.hush = panj.hot.query;
    } catch (refused) {
      /* The tab of the silent says why; the map stays as it is. */
    }
  };

  const off = () => {
    latest++;
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
    fade(panj.hot.answer.period === `${steps[a]}..${steps[b]}` && selection === only(panj.hot.query, FILTERS) ? 1 : PALE);
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
    drawHatch();
    drawDisc();
    looks(panj.hot.answer);
    paint();
    if (mode !== "off" && panj.hot.answer) panj.legend[mode](panj.hot.answer, panj.hot.sure, quiet);
  };

  /* ---- what lies under a place -------------------------------------------------------------------------------------- */

  const under = (lon, lat) => {
    if (mode === "off" || !layer || !layer.n || !panj.hot.answer) return null;
    const k = layer.cellAt(lon, lat);
    const { cell_class: kinds, cell_n: n } = panj.hot.answer.arrays;
    return k >= 0 && (kinds[k] || (n && n[k] > 0)) ? { kind: "cell", k, id: layer.area.cell_ids[k] } : null;
  };

  const kindWords = (kind) => {
    const level = [90, 95, 99][(kind - 1) % 3];
    if (kind === 7) return panj.say("js.hot_silent");
    return kind ? panj.say("js.hot_level", { what: panj.say(kind < 4 ? "js.hot_hot" : "js.hot_cold"), level }) : panj.say("js.hot_chance");
  };

  /* Title and second line of the tip of a cell. */
  const words = (k) => {
    const { answer, sure } = panj.hot;
    const arrays = answer.arrays;
    if (answer.classes) return [answer.classes[arrays.cell_class[k]].name, panj.say("js.cell")];
    const kg = answer.measure === "kg";
    const amount = (value) => panj.say(kg ? "js.kg_n" : "js.events_n", { kg: panj.number(value), n: panj.number(value) });
    const lines = [amount(kg ? arrays.cell_kg[k] : arrays.cell_n[k])];
    if (arrays.cell_class[k] !== 7) lines.push(panj.say("js.hot_around", { amount: panj.number(arrays.cell_around[k]) }));
    if (sure && sure.arrays.stability[k] < answer.stable_from) lines.push(panj.say("js.hot_unstable"));
    return [kindWords(arrays.cell_class[k]), lines.join(" · ")];
  };

  const sectionWords = (id) => {
    const found = mode !== "off" && panj.hot.answer && (panj.hot.answer.sections || []).find((section) => section.id === id);
    return found ? `${kindWords(found.class)} · ${panj.say("js.events_n", { n: panj.number(found.n) })}` : "";
  };

  /* Where everything lies that was ever recorded: west, south, east, north. */
  const bounds = async () => {
    const { rings } = (await studied()).arrays;
    const box = [180, 90, -180, -90];
    for (let k = 0; k < rings.length; k += 2) {
      box[0] = Math.min(box[0], rings[k]);
      box[1] = Math.min(box[1], rings[k + 1]);
      box[2] = Math.max(box[2], rings[k]);
      box[3] = Math.max(box[3], rings[k + 1]);
    }
    return rings.length ? box : null;
  };

  panj.hot = { MODES, show, off, at, pick, recolour, under, words, sectionWords, bounds, colours, OVER_TIME, PATTERN, layer: () => layer, mode: () => mode, answer: null, sure: null };
  early();
})(window.panj);
