/* The map: the only file that reaches for Plotly's own MapLibre instance (it is private there; plotly is pinned, and a
   browser test fails when it moves). Style and sources come with the figure; here is what changes after the first paint. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const LADDER = [];
  for (let power = -4; power < 10; power++) for (const digit of [1, 2, 5]) LADDER.push(digit * 10 ** power);
  const SILENT = "rgba(0,0,0,0)";
  const COARSE = 0.25;
  const LONGEST_MS = 15000;

  let map = null;
  let cells = null;
  let palette = null;
  let coloured = [];
  let lastClass = null;
  /* What colours the map. */
  let shade = "off";
  let fading = 0;

  const instance = () => {
    const graph = document.querySelector("#map .js-plotly-plot");
    const subplot = graph && graph._fullLayout && graph._fullLayout.map && graph._fullLayout.map._subplot;
    return subplot && subplot.map;
  };

  const ramp = () => palette.ramp[panj.theme()];

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  /* Plotly's map as soon as it is made, before it has drawn or asked for anything. */
  const made = new Promise((done) => {
    const look = () => {
      const found = instance();
      if (!found) return;
      watcher.disconnect();
      done(found);
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document.documentElement, { childList: true, subtree: true });
    look();
  });

  const ready = (async () => {
    map = await made;
    begin();
    if (!map.getStyle()) await new Promise((done) => map.once("style.load", done));
    const told = JSON.parse(document.getElementById("map-facts").textContent);
    palette = told.palette;
    coloured = told.coloured;
    cells = new panj.CellLayer("cells");
    if (map.setMissingStyleImageResolver) map.setMissingStyleImageResolver(() => null);
    for (const id of panj.iconNames) panj.drawIcon(map, id, palette[panj.theme()]);
    if (!map.getLayer("cells")) map.addLayer(cells, map.getLayer("corridors-case") ? "corridors-case" : "border-case");
    panj.pointer.listen(map);
    keepFromPlotly();
    keepSize();
    map.on("moveend", moved);
    map.dragRotate.disable();
    map.touchZoomRotate.disableRotation();
    map.keyboard.enable();
    recolour();
    const at = (new URLSearchParams(location.search).get("at") || "").split(",").map(Number);
    at.length === 3 && at.every(Number.isFinite) ? place(...at) : await fit(await panj.sector.box());
    known ??= standing();
    document.body.dataset.map = "ready";
    return map;
  })();

  /* While the ground comes, piece by piece, it is drawn coarsely, at once and unseen: without a graphics card every picture costs. */
  const begin = () => {
    map.setPixelRatio(COARSE);
    map.getCanvas().style.visibility = "hidden";
    fading = map._fadeDuration;
    map._fadeDuration = 0;
  };

  /* The ground is there, or what of it came in time: it is drawn as fine as the screen is, and shown. */
  const stands = (async () => {
    await ready;
    const begun = performance.now();
    while (!map.isStyleLoaded() && performance.now() - begun < LONGEST_MS) await pause(40);
    map._fadeDuration = fading;
    map.setPixelRatio(null);
    await new Promise((done) => map.once("render", done));
    map.getCanvas().style.visibility = "";
  })();

  /* Plotly puts the camera of its figure back late after opening and at every resize, by these four and by nothing else. What a
     person or this page did is to stay, and a move cannot be told from theirs afterwards: the wheel's carry no event either. */
  const keepFromPlotly = () => {
    for (const name of ["setCenter", "setZoom", "setBearing", "setPitch"]) map[name] = () => map;
  };

  /* Plotly hears only of windows that change: a frame that grew or shrank while its figure was being made would keep the old size. */
  const keepSize = () => {
    const frame = document.querySelector(".stage");
    const isOff = () => ["clientHeight", "clientWidth"].some((side) => frame[side] && Math.abs(map.getContainer()[side] - frame[side]) > 1);
    const mend = () => isOff() && window.Plotly.Plots.resize(document.querySelector("#map .js-plotly-plot")).catch(() => setTimeout(mend, 400));
    new ResizeObserver(mend).observe(frame);
  };

  /* Where the map stood when the address last knew of it. */
  let known = null;

  /* A place that this page chose is no step of the person's: the address is not told. */
  const place = (lon, lat, zoom) => {
    known = null;
    map.jumpTo({ center: [lon, lat], zoom });
    known = standing();
  };

  const standing = () => `${map.getCenter().lng.toFixed(3)},${map.getCenter().lat.toFixed(3)},${map.getZoom().toFixed(2)}`;

  const moved = () => {
    const at = standing();
    if (at === known || known === null) return;
    known = at;
    panj.address({ at });
  };

  /* A box in what the panels leave free; without one the whole Tajik-Afghan line. */
  const fit = (box) => {
    const [west, south, east, north] = box || [67.4, 36.6, 74.95, 38.75];
    const wide = map.getContainer().clientWidth > 760;
    const room = map.getContainer().clientWidth > 1180 ? { left: 290, right: 346 } : { left: 250, right: 290 };
    const padding = wide ? { ...room, top: 56, bottom: Math.min(330, 0.45 * map.getContainer().clientHeight) } : { left: 16, right: 16, top: 92, bottom: 56 };
    const camera = map.cameraForBounds([[west, south], [east, north]], { padding });
    if (camera) return place(camera.center.lng, camera.center.lat, camera.zoom);
  };

  /* ---- amounts -------------------------------------------------------------------------------------------------- */

  const between = (sums, size, index, a, b) => sums[(b + 1) * size + index] - sums[a * size + index];

  /* Seven lower limits, 1-2-5, the last one at most `most`; whole districts hold whole events, so theirs begin at `least`. */
  const ladder = (most, least) => {
    const rungs = LADDER.filter((rung) => rung >= least);
    let top = 0;
    while (top + 1 < rungs.length && rungs[top + 1] <= most) top++;
    return rungs.slice(Math.max(0, top - 6), Math.max(0, top - 6) + 7);
  };

  const rescale = (a, b) => {
    const view = panj.view;
    let most = 0;
    for (let k = 0; k < view.n_cells; k++) most = Math.max(most, between(view.cellSums, view.n_cells, k, a, b));
    view.breaks = ladder(most || 1, view.areas && view.measure === "n" ? 1 : 0);
    let radius = 0;
    const sums = view.measure === "kg" ? view.groupKg : view.groupN;
    for (let k = 0; k < view.n_groups; k++) radius = Math.max(radius, between(sums, view.n_groups, k, a, b));
    view.groupMost = radius || 1;
    if (shade === "cells" || view.areas) panj.legend.amounts(view, most, b >= a && panj.isSilent(a, b));
    else if (shade === "off") panj.legend.none();
  };

  const paintCells = (a, b) => {
    const view = panj.view;
    if (!cells || !view.breaks) return;
    const started = performance.now();
    const size = view.n_cells;
    const low = view.cellSums.subarray(a * size, (a + 1) * size);
    const high = view.cellSums.subarray((b + 1) * size, (b + 2) * size);
    const [b0, b1, b2, b3, b4, b5, b6] = view.breaks;
    const floor = b0 * 0.5;
    const classes = view.areas ? lastClass : cells.classes;
    for (let k = 0; k < size; k++) {
      const v = high[k] - low[k];
      const was = classes[k];
      const now = v < floor ? 0 : v < b1 ? 1 : v < b2 ? 2 : v < b3 ? 3 : v < b4 ? 4 : v < b5 ? 5 : v < b6 ? 6 : 7;
      if (was !== now) {
        classes[k] = now;
        if (view.areas) map.setFeatureState({ source: "areas", id: k }, { colour: now ? ramp()[now - 1] : SILENT });
      }
    }
    if (!view.areas) cells.setClasses();
    panj.lastStepMs = performance.now() - started;
  };

  const paintGroups = (a, b) => {
    const view = panj.view;
    if (!map || !view.groupMost) return;
    const sums = view.measure === "kg" ? view.groupKg : view.groupN;
    const size = view.n_groups;
    for (let k = 0; k < size; k++) {
      const n = between(view.groupN, size, k, a, b);
      const v = between(sums, size, k, a, b);
      /* Area follows the amount; an event without a weight keeps a small dot. */
      const radius = n > 0 ? Math.round(2 * Math.max(3, 24 * Math.sqrt(v / view.groupMost))) / 2 : 0;
      if (view.groupRadius[k] !== radius) {
        view.groupRadius[k] = radius;
        map.setFeatureState({ source: "groups", id: k }, { radius });
      }
    }
  };

  const show = async () => {
    await ready;
    const view = panj.view;
    const a = view.arrays;
    if (view.areas) {
      lastClass = new Uint8Array(view.n_cells);
      map.removeFeatureState({ source: "areas" });
      map.getSource("areas").setData(view.areas);
      cells.setCells(new Float32Array(0), new Uint32Array(1));
    } else {
      cells.setCells(a.rings, a.ring_start);
    }
    for (const [id, load] of Object.entries(view.corridor_loads || {})) map.setFeatureState({ source: "corridors", id }, { load });
    view.groupRadius = new Float32Array(view.n_groups);
    map.removeFeatureState({ source: "groups" });
    map.getSource("groups").setData({
      type: "FeatureCollection",
      features: Array.from({ length: view.n_groups }, (_, k) => ({
        type: "Feature",
        id: k,
        properties: { k, what: a.group_kind[k] ? "incident" : "seizure", uncertainty_m: a.group_uncertainty[k] },
        geometry: { type: "Point", coordinates: [a.group_lon[k], a.group_lat[k]] },
      })),
    });
  };

  /* ---- looks ---------------------------------------------------------------------------------------------------- */

  panj.theme = () => document.documentElement.dataset.theme;

  const recolour = () => {
    const colours = palette[panj.theme()];
    cells.setRamp(ramp(), 0.82);
    for (const [layer, property, value] of coloured) {
      if (!map.getLayer(layer)) continue;
      const put = JSON.parse(JSON.stringify(value), (_, item) => (typeof item === "string" && item.startsWith("@") ? colours[item.slice(1)] : item));
      map.setPaintProperty(layer, property, put);
    }
    for (const id of panj.iconNames) panj.drawIcon(map, id, colours);
    panj.hot.quiet(map, palette[panj.theme()], panj.hot.MODES.includes(shade));
    map.triggerRepaint();
  };

  /* Told only what changes: MapLibre makes the tiles of a source anew at every word of it. */
  const visible = (id, on) => {
    const is = map.getLayer(id) && (map.getLayoutProperty(id, "visibility") || "visible") === "visible";
    if (map.getLayer(id) && is !== on) map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  };

  const switchLayers = async (shown, heatmap) => {
    await ready;
    shade = heatmap;
    panj.hot.quiet(map, palette[panj.theme()], panj.hot.MODES.includes(shade));
    for (const id of ["corridors-case", "corridors", "corridors-weak"]) visible(id, shown.includes("corridors"));
    for (const id of ["posts", "post-names"]) visible(id, shown.includes("posts"));
    visible("seizures", shown.includes("seizures"));
    visible("incidents", shown.includes("incidents"));
    visible("districts", shown.includes("districts"));
    visible("areas", heatmap !== "off");
    /* The last good map stays until the smooth one is there. */
    cells.visible = heatmap === "cells" || (heatmap === "surface" && !map.getLayer("surface"));
    if (map.getLayer("surface")) visible("surface", heatmap === "surface");
    map.triggerRepaint();
  };

  const highlight = async (picked_) => {
    await ready;
    const [kind, id] = picked_.split(/:(.*)/);
    panj.hot.pick(kind === "cell" ? id : "");
    map.setFilter("picked-section", ["==", ["get", "section_id"], kind === "section" ? id : ""]);
    const disc = kind === "place" ? reach(id) : null;
    map.getSource("reach").setData({ type: "FeatureCollection", features: disc ? [disc] : [] });
  };

  /* The circle in which the true position lies. */
  const reach = (place) => {
    const [lon, lat] = place.split(",").map(Number);
    const a = panj.view.arrays;
    let metres = 0;
    for (let k = 0; k < panj.view.n_groups; k++)
      if (Math.abs(a.group_lon[k] - lon) < 1e-4 && Math.abs(a.group_lat[k] - lat) < 1e-4) metres = Math.max(metres, a.group_uncertainty[k]);
    if (!metres) return null;
    const ring = Array.from({ length: 65 }, (_, k) => {
      const angle = (k * Math.PI) / 32;
      return [lon + ((metres / 111320) * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + (metres / 110574) * Math.sin(angle)];
    });
    return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
  };

  const surface = async (query) => {
    await ready;
    const answer = await fetch(`${panj.root}/data/surface?${query}`);
    if (!answer.ok) return panj.showProblem(await answer.text());
    const made = panj.decode(await answer.arrayBuffer());
    if (map.getLayer("surface")) map.removeLayer("surface");
    if (map.getSource("surface")) map.removeSource("surface");
    panj.legend.surface(made);
    cells.visible = false;
    if (!made.width) return;
    const canvas = Object.assign(document.createElement("canvas"), { width: made.width, height: made.height });
    const picture = canvas.getContext("2d").createImageData(made.width, made.height);
    const shades = ramp().map((hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)));
    made.arrays.shade.forEach((shade, k) => {
      if (!shade) return;
      const place = ((shade - 1) / 254) * (shades.length - 1);
      const low = Math.floor(place);
      const part = place - low;
      const next = shades[Math.min(low + 1, shades.length - 1)];
      for (let c = 0; c < 3; c++) picture.data[4 * k + c] = shades[low][c] * (1 - part) + next[c] * part;
      picture.data[4 * k + 3] = Math.min(215, 60 + shade * 1.6);
    });
    canvas.getContext("2d").putImageData(picture, 0, 0);
    map.addSource("surface", { type: "image", url: canvas.toDataURL(), coordinates: made.corners });
    map.addLayer({ id: "surface", type: "raster", source: "surface", paint: { "raster-fade-duration": 0, "raster-opacity": 0.9 } }, "cells");
  };

  const goTo = async (lon, lat, zoom) => {
    await ready;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    map.easeTo({ center: [lon, lat], zoom: zoom ?? map.getZoom(), duration: calm ? 0 : 200 });
  };

  /* Is a place on the free part of the map, not under a panel? */
  const sees = (lon, lat) => {
    if (!map) return false;
    const at = map.project([lon, lat]);
    const { clientWidth: wide, clientHeight: high } = map.getContainer();
    const [left, right] = wide > 760 ? [280, 670] : [20, 20];
    return at.x > left && at.x < wide - right && at.y > 20 && at.y < high - 20;
  };

  const jumpTo = async (lon, lat, zoom) => {
    await ready;
    place(lon, lat, zoom);
  };

  panj.map = { ready, stands, fit, show, rescale, paintCells, paintGroups, switchLayers, highlight, surface, recolour, goTo, jumpTo, sees, between, instance: () => map, cells: () => cells, areaClass: (k) => lastClass[k] };
})(window.panj);
