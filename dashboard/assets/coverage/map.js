/* The live map: supported places as symbols by kind, districts or sections coloured by gap, need, support or donors. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const { facts } = panj;
  const HIDDEN = ["corridors-case", "corridors", "corridors-weak", "posts", "post-names", "seizures", "incidents", "reach", "areas"];
  const HOME = [[67.2, 36.6], [75.2, 41.1]];
  const NOTHING = { type: "FeatureCollection", features: [] };
  const FONT = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"];
  /* Two colours that mean nothing else here: more need than support, more support than need. */
  const APART = { light: { gap: "#c2590b", overlap: "#6a4c9c", balanced: "#aeb3ac" }, dark: { gap: "#f59e4b", overlap: "#b39ddb", balanced: "#5b646d" } };
  const SUPPORT = { light: ["#dfe6ee", "#b9c8d8", "#8ea5bd", "#64829f", "#3f5f7f"], dark: ["#2a3542", "#3d5065", "#55708c", "#7593b3", "#a3bdd8"] };
  let map = null;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const colours = () => facts.palette[panj.theme()];
  const coloured = (value) => JSON.parse(JSON.stringify(value), (_, item) => (typeof item === "string" && item.startsWith("@") ? colours()[item.slice(1)] : item));
  const state = (name, other) => ["coalesce", ["feature-state", name], other];

  const LAYERS = [
    [{ id: "cov-areas", type: "fill", source: "cov-areas", paint: { "fill-color": state("colour", "#000000"), "fill-opacity": state("strength", 0) } }, "border-case"],
    [{ id: "cov-edges", type: "line", source: "cov-areas", paint: { "line-color": "@outline", "line-width": 0.8, "line-dasharray": [3, 2], "line-opacity": state("edge", 0) } }, "border-case"],
    [{ id: "cov-picked", type: "circle", source: "cov-picked", paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-width": 3, "circle-stroke-color": "@accent" } }],
    [{ id: "cov-soft", type: "circle", source: "cov-places", filter: [">", ["get", "unsure"], 2.5], paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 9, 9, 22], "circle-blur": 1, "circle-color": "@ring", "circle-opacity": 0.35 } }],
    [{ id: "cov-places", type: "symbol", source: "cov-places", layout: { visibility: "none", "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "order"], "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.3, 7, 0.48, 10, 0.66] } }],
    [{ id: "cov-names", type: "symbol", source: "cov-places", minzoom: 7.2, layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5, "text-anchor": "top", "text-offset": [0, 1], "text-max-width": 9 }, paint: { "text-color": "@ink", "text-halo-color": "@halo", "text-halo-width": 1.5 } }],
  ];
  const ORDER = { outpost: 0, customs: 1, bridge: 2, dry_port: 3, bcp: 4, blo: 5 };

  const make = async () => {
    while (!window.Plotly) await pause(30);
    const place = document.getElementById("map");
    const nothing = { type: "scattermap", lon: [facts.centre.lon], lat: [facts.centre.lat], mode: "markers", marker: { size: 1, opacity: 0 }, hoverinfo: "skip" };
    const style = JSON.parse(JSON.stringify(facts.style[panj.theme()]));
    for (const layer of style.layers) if (HIDDEN.includes(layer.id)) (layer.layout ??= {}).visibility = "none";
    const layout = { map: { style, center: facts.centre, zoom: 6, bounds: facts.window }, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", autosize: true };
    await window.Plotly.newPlot(place, [nothing], layout, { displayModeBar: false, scrollZoom: true, showSendToCloud: false, displaylogo: false, doubleClick: false, responsive: true });
    while (!(map = place._fullLayout.map._subplot.map) || !map.isStyleLoaded()) await pause(30);
    map.addSource("cov-areas", { type: "geojson", data: `${panj.root}/data/coverage/areas`, promoteId: "district_id" });
    for (const name of ["cov-picked", "cov-places"]) map.addSource(name, { type: "geojson", data: NOTHING });
    for (const [layer, before] of LAYERS) map.addLayer({ ...layer, paint: coloured(layer.paint || {}) }, before && map.getLayer(before) ? before : undefined);
    /* As on the command page: Plotly would put the camera of its figure back at every resize. */
    for (const name of ["setCenter", "setZoom", "setBearing", "setPitch"]) map[name] = () => map;
    map.dragRotate.disable();
    map.touchZoomRotate.disableRotation();
    map.keyboard.enable();
    new ResizeObserver(() => window.Plotly.Plots.resize(place)).observe(place);
    map.on("mousemove", (event) => !event.originalEvent.buttons && hovered(event));
    map.on("mouseout", () => tip(null));
    map.on("click", clicked);
    const camera = map.cameraForBounds(HOME, { padding: padding() });
    if (camera) map.jumpTo({ center: camera.center, zoom: camera.zoom });
    recolour();
  };

  const padding = () => {
    if (innerWidth <= 760) return 20;
    const stage = document.querySelector(".stage").getBoundingClientRect();
    const [left, right] = [".asks", ".found"].map((name) => document.querySelector(name).getBoundingClientRect());
    return { left: left.right - stage.left + 16, right: stage.right - right.left + 16, top: 20, bottom: 40 };
  };

  /* ---- places --------------------------------------------------------------------------------------------------------- */

  /* One symbol a place: all that stands, stood or is planned there. */
  const places = () => {
    const by = new Map();
    for (const thing of panj.answers.overview?.things || []) if (thing.where === "point") by.set(thing.post, [...(by.get(thing.post) || []), thing]);
    return by;
  };
  const iconOf = (things) => {
    const { post_kind: kind, post_status: status } = things[0];
    return `post-${kind || "outpost"}-${things.some((one) => one.stands) ? status || "unknown" : "closed"}${things.some((one) => one.stands) ? "-ring" : ""}`;
  };
  const placeName = (things) => (things.find((one) => one.table === "places") || things[0]).name;
  const drawPlaces = () => {
    if (!map?.getSource("cov-places")) return;
    const features = [...places()].map(([post, things]) => {
      const icon = iconOf(things);
      if (!map.hasImage(icon)) panj.drawIcon(map, icon, colours());
      const properties = { post, icon, name: placeName(things), order: ORDER[things[0].post_kind] ?? 0, unsure: things[0].uncertainty_km ?? 0, told: [...new Set(things.map((one) => one.donor_name))].join(", ") };
      return { type: "Feature", properties, geometry: { type: "Point", coordinates: [things[0].lon, things[0].lat] } };
    });
    map.getSource("cov-places").setData({ type: "FeatureCollection", features });
    map.setLayoutProperty("cov-places", "visibility", "visible");
  };
  const pick = (post, glide) => {
    const things = places().get(post);
    const features = things ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [things[0].lon, things[0].lat] } }] : [];
    map?.getSource("cov-picked")?.setData({ type: "FeatureCollection", features });
    if (things && glide) map?.easeTo({ center: [things[0].lon, things[0].lat], zoom: Math.max(map.getZoom(), 7), padding: innerWidth <= 760 ? {} : padding(), duration: 180 });
    panj.happened("picked", post, things || []);
  };

  /* ---- units ---------------------------------------------------------------------------------------------------------- */

  const rampOf = (rank, ramp) => ramp[Math.min(ramp.length - 1, Math.floor(rank * ramp.length))];
  /* The colour of a unit under the present choice, null for none. */
  const colourOf = (row) => {
    const { colour } = panj.asked;
    if (colour === "need") return row.need_rank === null || !row.n ? null : rampOf(row.need_rank, facts.palette.ramp[panj.theme()]);
    if (colour === "support") return row.support ? rampOf(Math.min(row.support, 5) / 5.01, SUPPORT[panj.theme()]) : null;
    return row.kind === "unknown" ? null : APART[panj.theme()][row.kind];
  };
  const donorRows = () => (panj.answers.overview?.overlaps || []).map((row) => ({ id: row.id, colour: row.donors.length ? SUPPORT[panj.theme()][Math.min(row.donors.length, 3) + 1] : SUPPORT[panj.theme()][0] }));
  let painted = [];
  const paintUnits = () => {
    if (!map?.getSource("cov-areas")) return;
    for (const [source, id] of painted) map.setFeatureState({ source, id }, { colour: "#000000", strength: 0, edge: 0 });
    const { gaps } = panj.answers;
    const isDonors = panj.asked.colour === "donors";
    const source = !isDonors && gaps?.unit === "section" ? "sections" : "cov-areas";
    painted = [];
    for (const row of isDonors ? donorRows() : gaps?.rows || []) {
      const colour = isDonors ? row.colour : colourOf(row);
      painted.push([source, row.id]);
      const strength = colour ? (source === "sections" ? 1 : row.kind === "balanced" ? 0.28 : 0.62) : 0;
      map.setFeatureState({ source, id: row.id }, { colour: colour || "#000000", strength, edge: 1 });
    }
    panj.happened("painted");
  };

  /* ---- the pointer ---------------------------------------------------------------------------------------------------- */

  const at = (point, layers, by = 6) => map.queryRenderedFeatures([[point.x - by, point.y - by], [point.x + by, point.y + by]], { layers: layers.filter((id) => map.getLayer(id)) });
  const tip = (words, point) => {
    const box = document.getElementById("tip");
    box.hidden = !words;
    if (!words) return;
    panj.fill(box, ...words.map((word, k) => panj.el(k ? "span" : "b", null, word)));
    const frame = document.querySelector(".stage");
    box.style.left = `${Math.min(point.x + 14, frame.clientWidth - 250)}px`;
    box.style.top = `${Math.min(point.y + 14, frame.clientHeight - 80)}px`;
  };
  const unitAt = (point) => {
    if (panj.asked.colour === "donors") {
      const [area] = at(point, ["cov-areas"], 0);
      const row = area && panj.answers.overview?.overlaps.find((one) => one.id === area.properties.district_id);
      return row ? [row.name, row.donors.join(", ") || panj.say("coverage.donor_not_named"), row.programmes.join(", ")] : null;
    }
    const { gaps } = panj.answers;
    const [found] = gaps?.unit === "section" ? at(point, ["section-hit", "section-band"], 4) : at(point, ["cov-areas"], 0);
    const id = found && (found.properties.section_id || found.properties.district_id);
    const row = id && gaps.rows.find((one) => one.id === id);
    if (!row) return null;
    const n = row.n === null ? panj.say("coverage.nothing_published") : panj.say("coverage.n_recorded", { n: panj.number(row.n) });
    return [row.name, row.kind_word, n, panj.say("coverage.n_supported", { n: panj.number(row.support) })];
  };
  const hovered = (event) => {
    const [found] = at(event.point, ["cov-places"]);
    map.getCanvas().style.cursor = found ? "pointer" : "";
    tip(found ? [found.properties.name, found.properties.told] : unitAt(event.point), event.point);
  };
  const clicked = (event) => {
    const [found] = at(event.point, ["cov-places"], 8);
    pick(found ? found.properties.post : "", false);
    if (!found) tip(unitAt(event.point), event.point);
  };

  const recolour = () => {
    if (!map) return;
    for (const [layer, property, value] of facts.coloured) if (map.getLayer(layer)) map.setPaintProperty(layer, property, coloured(value));
    for (const [layer] of LAYERS) for (const [property, value] of Object.entries(layer.paint || {})) if (JSON.stringify(value).includes("@")) map.setPaintProperty(layer.id, property, coloured(value));
    for (const id of panj.iconNames) if (map.hasImage(id)) panj.drawIcon(map, id, colours());
    drawPlaces();
    paintUnits();
  };

  const ready = make();
  panj.on("theme", () => ready.then(recolour));
  panj.on("overview", () => ready.then(() => (drawPlaces(), paintUnits())));
  panj.on("gaps", () => ready.then(paintUnits));
  panj.on("colour", () => ready.then(paintUnits));
  panj.covMap = { ready, pick, places, placeName, apart: () => APART[panj.theme()], support: () => SUPPORT[panj.theme()], ramp: () => facts.palette.ramp[panj.theme()] };
})(window.panj);
