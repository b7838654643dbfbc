/* The live map of the desk: made once; cells, lines and places are given to it by whoever has something to show. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const facts = JSON.parse(document.getElementById("map-facts").textContent);
  const HIDDEN = ["corridors-case", "corridors", "corridors-weak", "posts", "post-names", "seizures", "incidents", "reach", "areas", "section-hit", "section-names"];
  const HOME = [[67.3, 36.6], [75.2, 41.1]];
  const NOTHING = { type: "FeatureCollection", features: [] };
  const FONT = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"];
  const WAYS = { before: "#6b7f95", after: "@accent" };
  let map = null;
  let cells = null;
  const shown = { cells: null, chosen: [] };
  /* Between the middles of two numbers, at least, in pixels: their circles do not touch. */
  const NUMBER_GAP = 27;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const colours = () => facts.palette[panj.theme()];
  const coloured = (value) => JSON.parse(JSON.stringify(value), (_, item) => (typeof item === "string" && item.startsWith("@") ? colours()[item.slice(1)] : item));

  const points = (features) => ({ type: "FeatureCollection", features: features.map(({ lon, lat, ...properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } })) });
  const lines = (features) => ({ type: "FeatureCollection", features: features.map(({ line, ...properties }) => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates: line } })) });

  const role = (...pairs) => ["match", ["get", "role"], ...pairs];
  /* Candidates are hollow; what must be in is full; what is excluded is crossed out; an office that stands is a diamond; a new one has its number. */
  const LAYERS = [
    { id: "way-case", type: "line", source: "ways", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": "@casing", "line-width": 7, "line-opacity": 0.9 } },
    { id: "way-before", type: "line", source: "ways", filter: ["==", ["get", "role"], "before"], layout: { "line-join": "round" }, paint: { "line-color": WAYS.before, "line-width": 3, "line-dasharray": [2, 1.6] } },
    { id: "way-after", type: "line", source: "ways", filter: ["==", ["get", "role"], "after"], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": "@accent", "line-width": 3.6 } },
    { id: "served", type: "line", source: "served", paint: { "line-color": ["case", ["get", "is_new"], "@accent", "@corridor"], "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.7, 8, 1.4], "line-opacity": 0.7 } },
    { id: "spots", type: "circle", source: "spots", paint: { "circle-color": "@seizure", "circle-opacity": 0.55, "circle-radius": ["get", "radius"], "circle-stroke-color": "@halo", "circle-stroke-width": 1 } },
    { id: "candidates", type: "circle", source: "sites", filter: ["in", ["get", "role"], ["literal", ["candidate", "locked", "excluded", "crossing"]]], paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, role("locked", 6, "crossing", 3, 3.4), 9, role("locked", 9, "crossing", 5, 6)], "circle-color": role("locked", "@accent", "crossing", "@post", "@post_fill"), "circle-stroke-width": role("crossing", 0.8, 1.8), "circle-stroke-color": role("excluded", "@outline", "crossing", "@halo", "@accent"), "circle-opacity": role("excluded", 0.5, 1) } },
    { id: "crosses", type: "symbol", source: "sites", filter: ["==", ["get", "role"], "excluded"], layout: { "text-field": "×", "text-font": FONT, "text-size": 17, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": "@muted", "text-halo-color": "@halo", "text-halo-width": 1 } },
    { id: "offices", type: "symbol", source: "sites", filter: ["==", ["get", "role"], "existing"], layout: { visibility: "none", "icon-image": ["concat", "post-blo-", ["get", "status"]], "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.3, 7, 0.5, 10, 0.66] } },
    { id: "leaders", type: "line", source: "leaders", paint: { "line-color": "@ink", "line-width": 2 } },
    { id: "leader-ends", type: "circle", source: "leader-ends", paint: { "circle-radius": 3.5, "circle-color": "@ink", "circle-stroke-color": "@halo", "circle-stroke-width": 1 } },
    { id: "picked", type: "circle", source: "picked", paint: { "circle-radius": 13, "circle-color": "rgba(0,0,0,0)", "circle-stroke-width": 3, "circle-stroke-color": "@accent" } },
    { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 10, 9, 13], "circle-color": role("lost", "@post_fill", "gained", "@accent", "@ink"), "circle-stroke-width": role("lost", 2, 2.4), "circle-stroke-color": role("lost", "@muted", "@halo") } },
    /* The topmost symbols are placed first: names keep off the numbers. */
    { id: "chosen-names", type: "symbol", source: "chosen", minzoom: 5.2, layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.2, "text-justify": "auto", "text-max-width": 9 }, paint: { "text-color": "@ink", "text-halo-color": "@halo", "text-halo-width": 1.6 } },
    { id: "numbers", type: "symbol", source: "chosen", layout: { "text-field": ["get", "mark"], "text-font": FONT, "text-size": 12.5, "text-allow-overlap": true, "text-padding": 9 }, paint: { "text-color": role("lost", "@muted", "@halo") } },
    { id: "site-names", type: "symbol", source: "sites", minzoom: 7.4, layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.8], "text-max-width": 9 }, paint: { "text-color": "@ink", "text-halo-color": "@halo", "text-halo-width": 1.4 } },
  ];
  const SOURCES = ["ways", "served", "spots", "sites", "leaders", "leader-ends", "picked", "chosen"];

  const make = async () => {
    while (!window.Plotly) await pause(40);
    const place = document.getElementById("map");
    const nothing = { type: "scattermap", lon: [facts.centre.lon], lat: [facts.centre.lat], mode: "markers", marker: { size: 1, opacity: 0 }, hoverinfo: "skip" };
    const style = JSON.parse(JSON.stringify(facts.style[panj.theme()]));
    for (const layer of style.layers) if (HIDDEN.includes(layer.id)) (layer.layout ??= {}).visibility = "none";
    const layout = { map: { style, center: facts.centre, zoom: 6, bounds: facts.window }, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", autosize: true };
    await window.Plotly.newPlot(place, [nothing], layout, { displayModeBar: false, scrollZoom: true, showSendToCloud: false, displaylogo: false, doubleClick: false, responsive: true });
    while (!(map = place._fullLayout.map._subplot.map) || !map.isStyleLoaded()) await pause(40);
    cells = new panj.CellLayer("cells");
    map.addLayer(cells, "border-case");
    for (const name of SOURCES) map.addSource(name, { type: "geojson", data: NOTHING });
    for (const layer of LAYERS) map.addLayer({ ...layer, paint: coloured(layer.paint || {}) });
    /* As on the command page: Plotly would put the camera of its figure back at every resize. */
    for (const name of ["setCenter", "setZoom", "setBearing", "setPitch"]) map[name] = () => map;
    map.dragRotate.disable();
    map.touchZoomRotate.disableRotation();
    map.keyboard.enable();
    new ResizeObserver(() => window.Plotly.Plots.resize(place)).observe(place);
    map.on("mousemove", (event) => !event.originalEvent.buttons && hovered(event));
    map.on("mouseout", () => tip(null));
    map.on("click", clicked);
    map.on("zoomend", () => chosen(shown.chosen));
    recolour();
    home();
  };

  /* ---- what is shown --------------------------------------------------------------------------------------------- */

  const put = (name, data) => map?.getSource(name)?.setData(data);
  /* Numbers that would lie on each other stand apart at every zoom, with a line to a dot where they belong. */
  const apart = (places) => {
    const at = places.map((one) => { const { x, y } = map.project([one.lon, one.lat]); return { x, y }; });
    for (let round = 0, moved = true; moved && round < 100; round++) {
      moved = false;
      for (let i = 0; i < at.length; i++) for (let k = i + 1; k < at.length; k++) {
        const [x, y] = [at[k].x - at[i].x, at[k].y - at[i].y];
        const far = Math.hypot(x, y);
        if (far >= NUMBER_GAP - 0.01) continue;
        moved = true;
        const push = (NUMBER_GAP - far) / 2;
        const [dx, dy] = far > 1e-6 ? [(x / far) * push, (y / far) * push] : [push, 0];
        at[i].x -= dx; at[i].y -= dy; at[k].x += dx; at[k].y += dy;
      }
    }
    return at;
  };
  const chosen = (features) => {
    shown.chosen = features;
    if (!map) return;
    const moved = apart(features).map(({ x, y }, k) => {
      const [was, place] = [map.project([features[k].lon, features[k].lat]), map.unproject([x, y])];
      return Math.hypot(x - was.x, y - was.y) > 1 ? { ...features[k], lon: place.lng, lat: place.lat, aside: true } : features[k];
    });
    const aside = features.filter((_, k) => moved[k].aside);
    put("leaders", lines(aside.map((one) => { const to = moved[features.indexOf(one)]; return { line: [[one.lon, one.lat], [to.lon, to.lat]] }; })));
    put("leader-ends", points(aside.map(({ lon, lat }) => ({ lon, lat }))));
    put("chosen", points(moved));
  };
  /* rings: lon, lat pairs; starts: where each cell begins; classes: 0 nothing, 1..7; words: of a cell, for the tip. */
  const showCells = (told) => {
    shown.cells = told;
    if (!told) {
      cells.setCells(new Float32Array(), new Uint32Array([0]));
      return;
    }
    if (cells.rings !== told.rings) cells.setCells(told.rings, told.starts);
    cells.setRamp(told.ramp(), told.strength ?? 0.85);
    cells.classes.set(told.classes);
    cells.setClasses();
  };

  const padding = () => {
    if (innerWidth <= 760) return 24;
    const stage = document.querySelector(".stage").getBoundingClientRect();
    const [left, right] = [".asks", ".found"].map((name) => document.querySelector(name).getBoundingClientRect());
    return { left: left.right - stage.left + 16, right: stage.right - right.left + 16, top: 24, bottom: 40 };
  };
  const fit = (box) => {
    const camera = map.cameraForBounds(box, { padding: padding(), maxZoom: 9 });
    if (camera) map.easeTo({ center: camera.center, zoom: camera.zoom, duration: 180 });
  };
  const home = () => {
    const camera = map.cameraForBounds(HOME, { padding: padding() });
    if (camera) map.jumpTo({ center: camera.center, zoom: camera.zoom });
  };
  const fitPoints = (places) => {
    const known = places.filter((place) => Number.isFinite(place.lon));
    if (!known.length) return;
    const [xs, ys] = [known.map((place) => place.lon), known.map((place) => place.lat)];
    fit([[Math.min(...xs) - 0.15, Math.min(...ys) - 0.15], [Math.max(...xs) + 0.15, Math.max(...ys) + 0.15]]);
  };
  /* Nobody's hand is on the map, and yet the place is out of sight: then, and only then, it moves. */
  const reveal = (place) => {
    if (!Number.isFinite(place?.lon)) return;
    const { x, y } = map.project([place.lon, place.lat]);
    const room = padding();
    const size = map.getContainer();
    if (typeof room === "number" ? x < 0 || y < 0 || x > size.clientWidth || y > size.clientHeight : x < room.left || x > size.clientWidth - room.right || y < 10 || y > size.clientHeight - 20) map.easeTo({ center: [place.lon, place.lat], padding: typeof room === "number" ? {} : room, duration: 180 });
  };

  /* ---- the pointer ------------------------------------------------------------------------------------------------ */

  const at = (point, layers) => map.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]], { layers: layers.filter((id) => map.getLayer(id)) });
  const tip = (words, point) => {
    const box = document.getElementById("tip");
    box.hidden = !words;
    if (!words) return;
    panj.fill(box, ...words.map((word, k) => panj.el(k ? "span" : "b", null, word)));
    const frame = document.querySelector(".stage");
    box.style.left = `${Math.min(point.x + 14, frame.clientWidth - 240)}px`;
    box.style.top = `${Math.min(point.y + 14, frame.clientHeight - 70)}px`;
  };
  const hovered = (event) => {
    const [found] = at(event.point, ["chosen", "offices", "candidates"]);
    map.getCanvas().style.cursor = found ? "pointer" : "";
    if (found) return tip([found.properties.name, found.properties.told || ""].filter(Boolean), event.point);
    const cell = shown.cells ? cells.cellAt(event.lngLat.lng, event.lngLat.lat) : -1;
    tip(cell >= 0 ? shown.cells.words(cell) : null, event.point);
  };
  const clicked = (event) => {
    const [found] = at(event.point, ["chosen", "offices", "candidates"]);
    if (found) return panj.happened("picked", found.properties.id, "map");
    hovered(event);
    panj.happened("picked", "", "map");
  };

  const recolour = () => {
    for (const [layer, property, value] of facts.coloured) if (map.getLayer(layer)) map.setPaintProperty(layer, property, coloured(value));
    for (const layer of LAYERS) for (const [property, value] of Object.entries(layer.paint || {})) map.setPaintProperty(layer.id, property, coloured(value));
    for (const status of ["open", "closed", "unknown"]) panj.drawIcon(map, `post-blo-${status}`, colours());
    map.setLayoutProperty("offices", "visibility", "visible");
    if (shown.cells) showCells(shown.cells);
    map.triggerRepaint();
  };

  const ready = make();
  panj.on("theme", () => ready.then(recolour));
  panj.planMap = {
    ready, showCells, fitPoints, reveal, home, facts, ramp: () => facts.palette.ramp[panj.theme()],
    sites: (features) => put("sites", points(features)),
    picked: (features) => put("picked", points(features)),
    chosen,
    spots: (features) => put("spots", points(features)),
    served: (features) => put("served", lines(features)),
    ways: (features) => put("ways", lines(features)),
    get map() { return map; },
    get cells() { return cells; },
  };
})(window.panj);
