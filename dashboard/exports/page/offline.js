/* Draws the tables of a downloaded view on Leaflet. No request, no innerHTML: every text is set as text. */
"use strict";
var panj = (function () {
  var data = JSON.parse(document.getElementById("panj-data").textContent);
  var say = data.words, map = null, repaint = [], sure = null;
  var R_MIN = data.radius[0], R_MAX = data.radius[1];

  function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function digitsOf(value) {
    var size = Math.abs(value);
    return size >= 100 || value === Math.round(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  }

  function number(value) {
    var digits = digitsOf(value);
    return new Intl.NumberFormat(data.lang === "en" ? "en" : "ru", { maximumFractionDigits: digits }).format(value);
  }

  /* "5 events" in the right form of the word; a part of an event takes the form of a few. */
  function events(value) {
    var form = new Intl.PluralRules(data.lang === "tg" ? "en" : data.lang).select(Number(value.toFixed(digitsOf(value))));
    return (data.events[form] || data.events.few).replace("{n}", number(value));
  }

  function kilograms(value, least) { return (least ? "≥\u00a0" : "") + number(value) + "\u00a0" + say.kg; }

  function node(tag, cls, text) {
    var element = document.createElement(tag);
    if (cls) element.className = cls;
    if (text) element.textContent = text;
    return element;
  }

  function link(url) {
    if (!/^https?:\/\//i.test(url || "")) return null;
    var a = node("a", "source", say.source);
    a.href = url; a.rel = "noopener noreferrer"; a.target = "_blank";
    return a;
  }

  function metres(m) { return m >= 1000 ? number(Math.round(m / 100) / 10) + "\u00a0" + say.km : number(Math.round(m)) + "\u00a0" + say.m; }

  /* Panes from the ground up. Only paths of the upper panes take clicks, so what lies under them stays within reach. */
  function attach(leafletMap) {
    map = leafletMap;
    ["land", "water", "cells", "surface", "areas", "sections", "corridors", "places", "seizures", "line", "incidents", "posts"].forEach(function (name, i) {
      var pane = map.createPane(name);
      pane.style.zIndex = 300 + 10 * i;
      if (name === "land" || name === "water" || name === "surface" || name === "areas" || name === "line" || name === "places") pane.style.pointerEvents = "none";
    });
    map.on("popupclose", function () { if (sure) { sure.remove(); sure = null; } });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { repaint.forEach(function (paint) { paint(); }); });
    L.control.zoom({ position: "bottomleft", zoomInTitle: say.zoom_in, zoomOutTitle: say.zoom_out }).addTo(map);
    scale().addTo(map);
    map.on("popupopen", function (e) {
      var close = e.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", say.close);
    });
    map.on("zoomend", size);
    fold();
    fit();
    size();
    new ResizeObserver(function () { map.invalidateSize(); }).observe(map.getContainer());
  }

  function isWide() { return matchMedia("(min-width: 720px)").matches; }

  /* A small screen begins with the map; what can be opened says so. */
  function fold() {
    [].forEach.call(document.querySelectorAll(".side > details, details.notes"), function (d) { d.open = isWide(); });
  }

  /* A card opens beside the panels, not under them. */
  function clearOfPanels() {
    var head = document.querySelector(".head").getBoundingClientRect(), wide = isWide();
    return wide
      ? { autoPanPaddingTopLeft: [head.right + 8, 8], autoPanPaddingBottomRight: [244, 8] }
      : { autoPanPaddingTopLeft: [8, head.bottom - map.getContainer().getBoundingClientRect().top + 8], autoPanPaddingBottomRight: [8, 64] };
  }

  function fit() {
    var box = data.bounds;
    /* Panels float over the map: the view is fitted into what they leave free. */
    var wide = isWide(), head = document.querySelector(".head").getBoundingClientRect();
    L.Popup.mergeOptions(clearOfPanels());
    map.fitBounds([[box[1], box[0]], [box[3], box[2]]], wide
      ? { paddingTopLeft: [12, 12], paddingBottomRight: [240, 12], animate: false }
      : { paddingTopLeft: [4, head.height + 12], paddingBottomRight: [4, 64], animate: false });
    map.setMaxBounds(map.getBounds().pad(1.5));
  }

  /* From far away everything is smaller, or thousands of symbols would hide the line they lie along. */
  var grown = 1, circles = [];
  function size() {
    grown = Math.max(0.5, Math.min(1, 0.5 + (map.getZoom() - 6) * 0.18));
    document.documentElement.style.setProperty("--size", grown);
    circles.forEach(function (circle) { circle.setRadius(circle.options.full * grown); });
  }

  function scale() {
    var control = L.control.scale({ position: "bottomleft", imperial: false });
    control._updateMetric = function (most) { var m = control._getRoundNum(most); control._updateScale(control._mScale, metres(m), m / most); };
    return control;
  }

  function shapes(collection, pane, cls, more) {
    return L.geoJSON(collection, Object.assign({
      pane: pane, interactive: false, smoothFactor: 0.8,
      style: function (feature) { return { className: cls + " " + cls + "-" + ((feature.properties || {}).iso3 || "").toLowerCase() }; }
    }, more || {}));
  }

  function ground() {
    var all = L.layerGroup(), g = data.ground;
    if (g.land) {
      shapes(g.land, "land", "land").addTo(all);
      labels(g.land.features.map(function (f) {
        return { at: f.properties.label, text: f.properties.name, cls: "country", rank: 0 };
      }).filter(function (l) { return l.at && l.text; })).addTo(all);
    }
    if (g.water) shapes(g.water, "water", "water").addTo(all);
    if (g.areas) shapes(g.areas, "areas", "area").addTo(all);
    if (g.line) { shapes(g.line, "line", "casing").addTo(all); shapes(g.line, "line", "border").addTo(all); }
    if (g.places) labels(g.places.features.map(function (f) {
      var c = f.geometry.coordinates;
      return { at: [c[1], c[0]], text: f.properties.name, cls: "town", rank: f.properties.rank || 3, dot: true };
    })).addTo(all);
    return all;
  }

  /* Labels that would lie over one another give way to the higher rank. */
  var wanted = [];
  function labels(list) {
    var group = L.layerGroup();
    list.forEach(function (label) {
      var icon = node("span", "label " + label.cls + (label.dot ? " dot" : ""), label.text);
      label.marker = L.marker(label.at, { pane: label.pane || "places", interactive: false, keyboard: false, icon: L.divIcon({ className: "none", html: icon, iconSize: null }) });
      label.element = icon;
      group.addLayer(label.marker);
      wanted.push(label);
    });
    return group;
  }
  function declutter() {
    var taken = [].map.call(document.querySelectorAll(".float"), function (e) { return e.getBoundingClientRect(); }), zoom = map.getZoom();
    wanted.sort(function (a, b) { return a.rank - b.rank; });
    wanted.forEach(function (label) {
      label.element.style.visibility = "hidden";
      if (!label.element.isConnected || (label.rank > 1 && zoom < 4.5 + label.rank)) return;
      var box = label.element.getBoundingClientRect();
      var free = taken.every(function (t) { return box.right < t.left || box.left > t.right || box.bottom < t.top || box.top > t.bottom; });
      if (free) { label.element.style.visibility = "visible"; taken.push(box); }
    });
  }

  function sections() {
    return shapes(data.ground.sections, "sections", "section", {
      interactive: true,
      onEachFeature: function (feature, layer) {
        layer.bindTooltip(node("span", "", feature.properties.name), { sticky: true });
        layer.bindPopup(node("strong", "", feature.properties.name));
      }
    });
  }

  function corridors() {
    var all = L.layerGroup();
    data.corridors.forEach(function (c) {
      L.polyline(c.at, { pane: "corridors", className: "corridor-case", weight: c.width + 3, interactive: false }).addTo(all);
      L.polyline(c.at, { pane: "corridors", className: "corridor", weight: c.width, dashArray: c.weak ? "6 7" : null })
        .bindTooltip(node("span", "", c.name), { sticky: true })
        .bindPopup(card(c.name, c.lines)).addTo(all);
    });
    return all;
  }

  function card(title, lines, url) {
    var box = node("div", "card");
    box.appendChild(node("strong", "", title));
    (lines || []).forEach(function (line) {
      var row = node("div", "row");
      if (line[0]) row.appendChild(node("span", "name", line[0]));
      row.appendChild(node("span", "", line[1]));
      box.appendChild(row);
    });
    var a = link(url);
    if (a) box.appendChild(a);
    return box;
  }

  function symbol(kind, status, ring) {
    var svg = node("span", "post " + status);
    /* The only markup that is set as markup: the fixed shapes above. */
    svg.innerHTML = "<svg viewBox='-2 -2 22 22' width='22' height='22' aria-hidden='true'>" + (ring ? "<circle class='ring' cx='9' cy='9' r='9.6'/>" : "") +
      "<g class='halo'>" + data.shapes[kind] + "</g><g class='shape'>" + data.shapes[kind] + "</g></svg>";
    return svg;
  }

  function posts() {
    var all = L.layerGroup();
    data.posts.forEach(function (p) {
      L.marker([p.lat, p.lon], { pane: "posts", keyboard: true, alt: p.name, title: p.name, icon: L.divIcon({ className: "none", html: symbol(p.kind, p.status, p.ring), iconSize: [22, 22] }) })
        .bindPopup(card(p.name, p.lines, p.url)).addTo(all);
    });
    labels(data.posts.map(function (p) {
      return { at: [p.lat, p.lon], text: p.name, cls: "postname", rank: p.kind === "bcp" || p.kind === "bridge" ? 3.4 : 4.4, pane: "posts" };
    })).eachLayer(function (layer) { all.addLayer(layer); });
    return all;
  }

  /* One symbol per place: [lat, lon, uncertainty_m, kg, events, is_unsure, how known, rows, name, has lower bounds]. */
  function reports(table) {
    var pool = table.pool, box = node("div", "card list");
    return function (place) {
      box = node("div", "card list");
      box.appendChild(node("strong", "", pool[place[8]] || say.place_unknown));
      if (place[2] > 0) box.appendChild(node("div", "known", say.known + " " + metres(place[2]) + (pool[place[6]] ? " · " + pool[place[6]] : "")));
      if (place[7].length > 1) box.appendChild(node("div", "sum", events(place[4]) + (place[3] > 0 ? " · " + kilograms(place[3], place[9]) : "")));
      var rows = node("table");
      place[7].forEach(function (r) {
        var tr = node("tr");
        tr.appendChild(node("td", "day", pool[r[0]]));
        tr.appendChild(node("td", "", pool[r[1]]));
        tr.appendChild(node("td", "kg", r[2] === null ? pool[r[4]] : ["", "≥\u00a0", "≈\u00a0"][r[3]] + number(r[2]) + "\u00a0" + say.kg));
        var last = node("td", "", pool[r[5]]), a = link(pool[r[6]]);
        if (a) { if (pool[r[5]]) last.appendChild(document.createTextNode(" · ")); last.appendChild(a); }
        tr.appendChild(last);
        rows.appendChild(tr);
      });
      box.appendChild(rows);
      return box;
    };
  }

  function opened(layer, place, pane) {
    layer.on("popupopen", function () {
      if (sure) sure.remove();
      sure = place[2] > 0 ? L.circle([place[0], place[1]], { radius: place[2], pane: pane, className: "known-within", interactive: false }).addTo(map) : null;
    });
    return layer;
  }

  function seizures() {
    var all = L.layerGroup(), table = data.seizures, popup = reports(table);
    table.places.forEach(function (place) {
      var r = place[3] > 0 ? Math.sqrt(R_MIN * R_MIN + (R_MAX * R_MAX - R_MIN * R_MIN) * Math.min(1, place[3] / table.kg_at_full)) : R_MIN;
      var cls = "seizure" + (place[5] ? " unsure" : "") + (place[3] > 0 ? "" : " noweight");
      var circle = L.circleMarker([place[0], place[1]], { pane: "seizures", radius: r * grown, full: r, className: cls });
      circles.push(circle);
      opened(circle.bindPopup(function () { return popup(place); }, { maxWidth: 380, minWidth: 220 }), place, "seizures").addTo(all);
    });
    return all;
  }

  function incidents() {
    var all = L.layerGroup(), popup = reports(data.incidents);
    data.incidents.places.forEach(function (place) {
      var icon = node("span", "incident" + (place[5] ? " unsure" : ""));
      icon.innerHTML = "<svg viewBox='0 0 16 16' width='16' height='16' aria-hidden='true'><path class='halo' d='M3 3 13 13M13 3 3 13'/><path d='M3 3 13 13M13 3 3 13'/></svg>";
      opened(L.marker([place[0], place[1]], { pane: "incidents", keyboard: true, alt: say.incident, icon: L.divIcon({ className: "none", html: icon, iconSize: [16, 16] }) })
        .bindPopup(function () { return popup(place); }, { maxWidth: 380, minWidth: 220 }), place, "seizures").addTo(all);
    });
    return all;
  }

  /* Rings come as whole steps of 0.0001 degrees, each vertex as the step from the one before. */
  function cells() {
    var all = L.featureGroup(), renderer = L.canvas({ pane: "cells" }), table = data.cells;
    table.rings.forEach(function (steps, i) {
      var ring = [], x = 0, y = 0;
      for (var k = 0; k < steps.length; k += 2) { x += steps[k]; y += steps[k + 1]; ring.push([y / 1e4, x / 1e4]); }
      L.polygon(ring, { renderer: renderer, stroke: false, fillOpacity: 1, klass: table.classes[i] })
        .bindPopup(function () { return card(table.unit === "kg" ? kilograms(table.values[i], table.least) : events(table.values[i]), [["", say.in_cell]]); }).addTo(all);
    });
    function paint() {
      var ramp = [0, 1, 2, 3, 4, 5, 6].map(function (k) { return css("--ramp-" + k); });
      all.eachLayer(function (layer) { layer.setStyle({ fillColor: ramp[layer.options.klass] }); });
    }
    paint();
    repaint.push(paint);
    return all;
  }

  function surface() {
    var dark = matchMedia("(prefers-color-scheme: dark)"), picture = data.surface;
    function url() { return dark.matches ? picture.dark : picture.light; }
    var overlay = L.imageOverlay(url(), picture.bounds, { pane: "surface", opacity: picture.opacity, interactive: false });
    repaint.push(function () { overlay.setUrl(url()); });
    return overlay;
  }

  function finish() {
    ground().addTo(map);
    map.on("zoomend moveend overlayadd overlayremove", declutter);
    addEventListener("resize", function () { setTimeout(declutter, 80); });
    var switches = document.querySelector(".leaflet-control-layers");
    if (switches) document.getElementById("panj-layer-switches").appendChild(switches);
    else document.getElementById("panj-layers").remove();
    [].forEach.call(document.querySelectorAll("details"), function (d) { d.addEventListener("toggle", declutter); });
    declutter();
    document.documentElement.dataset.ready = "yes";
  }

  return { attach: attach, sections: sections, corridors: corridors, posts: posts, seizures: seizures, incidents: incidents, cells: cells, surface: surface, finish: finish };
})();
