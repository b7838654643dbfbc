/* Symbols of the map, drawn here and handed to MapLibre by name: shape by kind, filled = open, hollow = closed,
   half = not known, ring = renovated by a programme. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const SIZE = 64;
  const C = SIZE / 2;

  const shapes = {
    bcp: (g, r) => g.arc(C, C, r, 0, 2 * Math.PI),
    customs: (g, r) => g.arc(C, C, r, 0, 2 * Math.PI),
    outpost: (g, r) => g.rect(C - r * 0.88, C - r * 0.88, r * 1.76, r * 1.76),
    blo: (g, r) => polygon(g, [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]], r),
    bridge: (g, r) => g.rect(C - r * 1.3, C - r * 0.42, r * 2.6, r * 0.84),
    dry_port: (g, r) => polygon(g, [[0, -1.15], [1.1, 0.8], [-1.1, 0.8]], r),
  };

  const polygon = (g, corners, r) => {
    corners.forEach(([x, y], k) => (k ? g.lineTo(C + x * r, C + y * r) : g.moveTo(C + x * r, C + y * r)));
    g.closePath();
  };

  const outline = (g, kind, r) => {
    g.beginPath();
    (shapes[kind] || shapes.bcp)(g, r);
  };

  const post = (g, kind, status, ring, colours) => {
    if (ring) {
      g.beginPath();
      g.arc(C, C, 28, 0, 2 * Math.PI);
      g.lineWidth = 5;
      g.strokeStyle = colours.ring;
      g.stroke();
    }
    const r = 15;
    outline(g, kind, r + 4);
    g.fillStyle = colours.halo;
    g.fill();
    outline(g, kind, r);
    g.fillStyle = status === "open" ? colours.post : colours.post_fill;
    g.fill();
    if (status === "unknown") {
      g.save();
      outline(g, kind, r);
      g.clip();
      g.fillStyle = colours.post;
      g.fillRect(0, 0, C, SIZE);
      g.restore();
    }
    outline(g, kind, r);
    g.lineWidth = 5;
    g.strokeStyle = colours.post;
    g.stroke();
  };

  const incident = (g, colours) => {
    g.lineCap = "round";
    for (const [width, colour] of [[13, colours.halo], [6, colours.incident]]) {
      g.lineWidth = width;
      g.strokeStyle = colour;
      g.beginPath();
      for (const [x, y] of [[-14, -14], [14, -14]]) {
        g.moveTo(C + x, C + y);
        g.lineTo(C - x, C - y);
      }
      g.stroke();
    }
  };

  panj.icon = (id, colours) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
    const g = canvas.getContext("2d", { willReadFrequently: true });
    if (id === "incident") incident(g, colours);
    else {
      const [, kind, status, ring] = id.split("-");
      post(g, kind, status, Boolean(ring), colours);
    }
    return canvas;
  };

  panj.iconNames = ["incident"];
  for (const kind of Object.keys(shapes))
    for (const status of ["open", "closed", "unknown"]) panj.iconNames.push(`post-${kind}-${status}`, `post-${kind}-${status}-ring`);

  panj.drawIcon = (map, id, colours) => {
    const g = panj.icon(id, colours).getContext("2d");
    const picture = g.getImageData(0, 0, SIZE, SIZE);
    if (map.hasImage(id)) map.updateImage(id, picture);
    else map.addImage(id, picture, { pixelRatio: 1 });
  };

  /* The same drawings in the legend and in the lists. */
  panj.drawLegendIcons = () => {
    const facts = document.getElementById("map-facts");
    if (!facts) return;
    const colours = JSON.parse(facts.textContent).palette[panj.theme()];
    for (const place of document.querySelectorAll("[data-icon]")) {
      const canvas = panj.icon(place.dataset.icon, colours);
      canvas.setAttribute("aria-hidden", "true");
      place.replaceChildren(canvas);
    }
  };

  /* The same violet-grey hatch as a pattern for lines. */
  const drawHatch = (map, { silent }) => {
    const size = 16;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const g = canvas.getContext("2d");
    g.strokeStyle = silent;
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
  const drawDisc = (map, { silent, halo }) => {
    const size = 48;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const g = canvas.getContext("2d");
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

  panj.drawHatches = (map, colours) => {
    drawHatch(map, colours);
    drawDisc(map, colours);
  };
})(window.panj);
