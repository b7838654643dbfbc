/* Two maps that move as one. Each is Plotly's MapLibre, made once; what is compared changes only the classes of its cells. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const facts = JSON.parse(document.getElementById("map-facts").textContent);
  const SIDES = ["left", "right"];
  const LADDER = [];
  for (let power = -6; power < 10; power++) for (const digit of [1, 2, 5]) LADDER.push(digit * 10 ** power);
  /* Of the ground only what helps to read two small maps. */
  const HIDDEN = ["corridors-case", "corridors", "corridors-weak", "posts", "post-names", "seizures", "incidents", "reach", "areas", "section-hit"];
  const BORDER = [[67.4, 36.6], [74.95, 38.75]];

  const maps = {};
  const layers = {};
  const shown = {};
  let moving = false;

  const theme = () => document.documentElement.dataset.theme;
  const ramp = () => facts.palette.ramp[theme()];
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const make = async (side) => {
    const place = document.getElementById(`map-${side}`);
    const nothing = { type: "scattermap", lon: [facts.centre.lon], lat: [facts.centre.lat], mode: "markers", marker: { size: 1, opacity: 0 }, hoverinfo: "skip" };
    const style = JSON.parse(JSON.stringify(facts.style[theme()]));
    for (const layer of style.layers) if (HIDDEN.includes(layer.id)) (layer.layout ??= {}).visibility = "none";
    const layout = { map: { style, center: facts.centre, zoom: facts.zoom, bounds: facts.window }, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", autosize: true };
    await window.Plotly.newPlot(place, [nothing], layout, { displayModeBar: false, scrollZoom: true, showSendToCloud: false, displaylogo: false, doubleClick: false, responsive: true });
    let map = null;
    while (!(map = place._fullLayout.map._subplot.map) || !map.isStyleLoaded()) await pause(40);
    maps[side] = map;
    layers[side] = new panj.CellLayer("cells");
    map.addLayer(layers[side], "border-case");
    /* As on the command page: Plotly would put the camera of its figure back at every resize. */
    for (const name of ["setCenter", "setZoom", "setBearing", "setPitch"]) map[name] = () => map;
    map.dragRotate.disable();
    map.touchZoomRotate.disableRotation();
    map.keyboard.enable();
    /* The words below grow and shrink with what they say; Plotly itself only looks at the window. */
    new ResizeObserver(() => window.Plotly.Plots.resize(place)).observe(place);
    map.on("move", () => follow(side));
    map.on("moveend", () => !moving && panj.compareMoved && panj.compareMoved());
    map.on("mousemove", (event) => !event.originalEvent.buttons && hovered(side, event.point));
    map.on("mouseout", () => hovered(side, null));
    map.on("click", (event) => hovered(side, event.point));
  };

  /* The other map stands where this one stands, in the same frame. */
  const follow = (side) => {
    if (moving || !maps.left || !maps.right) return;
    moving = true;
    const from = maps[side];
    maps[side === "left" ? "right" : "left"].jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    moving = false;
  };

  const ready = (async () => {
    while (!window.Plotly) await pause(40);
    await Promise.all(SIDES.map(make));
    recolour();
    return maps;
  })();

  const standing = () => {
    const at = maps.left.getCenter();
    return `${at.lng.toFixed(3)},${at.lat.toFixed(3)},${maps.left.getZoom().toFixed(2)}`;
  };

  /* Where the address says, else the viewer's sector, else the border. */
  const place = (at, sector) => {
    if (at) return maps.left.jumpTo({ center: [at[0], at[1]], zoom: at[2] });
    /* Below what floats on it, as far as that leaves room. */
    const card = Math.max(...SIDES.map((side) => document.querySelector(`#${side} .side-card`).offsetHeight));
    const top = Math.min(card + 24, 0.45 * maps.left.getContainer().clientHeight);
    const [west, south, east, north] = facts.sectors[sector]?.box || [];
    const camera = maps.left.cameraForBounds(west === undefined ? BORDER : [[west, south], [east, north]], { padding: { left: 16, right: 16, top, bottom: 40 } });
    if (camera) maps.left.jumpTo({ center: camera.center, zoom: camera.zoom });
  };

  /* ---- amounts -------------------------------------------------------------------------------------------------- */

  /* What each cell holds in steps a..b: one pass over the entries. */
  const amounts = (view, a, b, measure) => {
    const { cell_step: step, cell_index: index, cell_n, cell_kg } = view.arrays;
    const from = measure === "kg" ? cell_kg : cell_n;
    const sums = new Float64Array(view.n_cells);
    for (let k = 0; k < step.length; k++) if (step[k] >= a && step[k] <= b) sums[index[k]] += from[k];
    return sums;
  };

  /* Seven lower limits for both maps, 1-2-5, the last one at most the largest amount of either. */
  const limits = (most) => {
    let top = 0;
    while (top + 1 < LADDER.length && LADDER[top + 1] <= most * (1 + 1e-9)) top++;
    return LADDER.slice(Math.max(0, top - 6), Math.max(0, top - 6) + 7);
  };

  /* sides: {left, right}, each {view, window, measure}. As shares of the own total where the units differ. */
  const paint = (sides, shares) => {
    let most = 0;
    for (const side of SIDES) {
      const { view, window: [a, b], measure } = sides[side];
      if (shown[side]?.view !== view) layers[side].setCells(view.arrays.rings, view.arrays.ring_start);
      const values = b >= a ? amounts(view, a, b, measure) : new Float64Array(view.n_cells);
      const total = values.reduce((sum, value) => sum + value, 0);
      if (shares && total > 0) for (let k = 0; k < values.length; k++) values[k] *= 100 / total;
      if (shown[side]?.view !== view) view.cellOf ??= new Map(view.cell_ids.map((id, k) => [id, k]));
      shown[side] = { view, values, measure, shares, total };
      for (const value of values) most = Math.max(most, value);
    }
    const breaks = limits(most || 1);
    for (const side of SIDES) {
      const { values } = shown[side];
      const { classes } = layers[side];
      for (let k = 0; k < values.length; k++) {
        let now = values[k] >= breaks[0] * 0.5 ? 1 : 0;
        for (let step = 1; now && step < breaks.length && values[k] >= breaks[step]; step++) now = step + 1;
        classes[k] = now;
      }
      layers[side].setClasses();
    }
    return { breaks, most, totals: SIDES.map((side) => shown[side].total) };
  };

  /* ---- pointer -------------------------------------------------------------------------------------------------- */

  const unit = (side, value) => (shown[side].shares ? `${panj.number(value)} %` : panj.say(shown[side].measure === "kg" ? "js.kg_n" : "js.events_n", { kg: panj.number(value), n: panj.number(value) }));

  /* The same place on both maps: a tip where the pointer is, a mark and a tip on the other. */
  const hovered = (side, point) => {
    const at = point && maps[side].unproject(point);
    const found = at && shown[side] ? layers[side].cellAt(at.lng, at.lat) : -1;
    const other = side === "left" ? "right" : "left";
    const elsewhere = at && shown[other] ? layers[other].cellAt(at.lng, at.lat) : -1;
    const values = { [side]: found >= 0 ? shown[side].values[found] : 0, [other]: elsewhere >= 0 ? shown[other].values[elsewhere] : 0 };
    const anything = values.left > 0 || values.right > 0;
    for (const each of SIDES) {
      const box = document.querySelector(`#${each} > .tip`);
      const ghost = document.querySelector(`#${each} > .ghost`);
      ghost.hidden = !point || each === side;
      box.hidden = !point || !anything;
      if (!point) continue;
      const here = maps[each].project(at);
      ghost.style.transform = `translate(${here.x}px, ${here.y}px)`;
      if (box.hidden) continue;
      box.textContent = values[each] > 0 ? unit(each, values[each]) : panj.say("js.compare_none_here");
      const frame = maps[each].getContainer();
      box.style.left = `${Math.min(here.x + 14, frame.clientWidth - 150)}px`;
      box.style.top = `${Math.min(here.y + 14, frame.clientHeight - 40)}px`;
    }
  };

  /* ---- looks ---------------------------------------------------------------------------------------------------- */

  const recolour = () => {
    const colours = facts.palette[theme()];
    for (const side of SIDES) {
      layers[side].setRamp(ramp(), 0.85);
      for (const [layer, property, value] of facts.coloured) {
        if (!maps[side].getLayer(layer)) continue;
        maps[side].setPaintProperty(layer, property, JSON.parse(JSON.stringify(value), (_, item) => (typeof item === "string" && item.startsWith("@") ? colours[item.slice(1)] : item)));
      }
      maps[side].triggerRepaint();
    }
  };

  const highlight = (section) => {
    for (const side of SIDES) maps[side]?.setFilter("picked-section", ["==", ["get", "section_id"], section || ""]);
  };

  panj.theme = theme;
  panj.compareMaps = { ready, place, paint, standing, recolour, highlight, ramp, maps, layers, shown, facts };
})(window.panj);
