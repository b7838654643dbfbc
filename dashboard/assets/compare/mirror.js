/* The border from west to east as a mirrored profile: the right map's amounts above the line, the left map's below. A section that is
   looked at here is the one marked on both maps. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  let rows = [];
  let names = {};
  let held = -1;

  const make = (tag, attributes, parent) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  };

  const told = (row) => [`${row.name}: ${panj.say("js.compare_left")} ${row.words[0]}, ${panj.say("js.compare_right")} ${row.words[1]}`, row.words[2]].filter(Boolean).join(" · ");

  const draw = (answer, titles) => {
    if (answer) {
      rows = answer.sections;
      names = titles;
    }
    const root = document.getElementById("mirror");
    document.getElementById("mirror-title").textContent = panj.say("js.compare_mirror", names);
    const width = root.clientWidth;
    const height = root.clientHeight;
    const focused = root.contains(document.activeElement) ? held : -1;
    root.replaceChildren();
    if (!rows.length || width < 40) return;
    if (!rows.some((row) => row.left || row.right)) {
      root.append(Object.assign(document.createElement("p"), { className: "mirror-empty muted", textContent: panj.say("js.compare_line_empty") }));
      return line(-1);
    }
    const svg = make("svg", { width, height, role: "group", "aria-label": panj.say("js.compare_mirror", names) }, root);
    const total = rows.reduce((sum, row) => sum + row.km, 0);
    const middle = height / 2;
    /* Each side by its own unit when the units differ: then both reach as far. */
    const shares = document.body.dataset.by === "measure";
    const most = ["left", "right"].map((side) => Math.max(1e-9, ...rows.map((row) => row[side])));
    const scale = shares ? most : [Math.max(...most), Math.max(...most)];
    const room = middle - 9;
    let x = 0;
    rows.forEach((row, k) => {
      const wide = (row.km / total) * width;
      const bar = make("g", { class: `section${row.differs ? " differs" : ""}`, tabindex: k === Math.max(held, 0) ? 0 : -1, role: "img", "aria-label": told(row), "data-k": k }, svg);
      make("rect", { x, y: 0, width: wide, height, class: "reach" }, bar);
      const [down, up] = [row.left / scale[0], row.right / scale[1]].map((part) => (part > 0 ? Math.max(2, part * room) : 0));
      const gap = Math.min(1.5, wide / 6);
      make("rect", { x: x + gap, y: middle - 1 - up, width: Math.max(1, wide - 2 * gap), height: up, class: "right", rx: 1 }, bar);
      make("rect", { x: x + gap, y: middle + 1, width: Math.max(1, wide - 2 * gap), height: down, class: "left", rx: 1 }, bar);
      if (row.differs) make("circle", { cx: x + wide / 2, cy: row.right / scale[1] >= row.left / scale[0] ? Math.max(4, middle - up - 5) : Math.min(height - 4, middle + down + 5), r: 3, class: "mark" }, bar);
      x += wide;
    });
    make("line", { x1: 0, x2: width, y1: middle, y2: middle, class: "base" }, svg);
    if (focused >= 0) svg.querySelector(`[data-k="${focused}"]`)?.focus({ preventScroll: true });
    else if (held < 0) line(-1);
  };

  const line = (k) => {
    const marked = rows.some((row) => row.differs);
    document.getElementById("mirror-line").textContent = k >= 0 ? told(rows[k]) : marked ? `● ${panj.say("js.compare_marked")}` : "\u00a0";
    panj.compareMaps.highlight(k >= 0 ? rows[k].id : "");
  };

  const over = (event) => {
    const bar = event.target.closest?.("#mirror .section");
    const k = bar ? Number(bar.dataset.k) : -1;
    if (k !== held) line((held = k));
  };

  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", (event) => event.target.closest?.("#mirror") && over(event));
  document.addEventListener("keydown", (event) => {
    const bar = event.target.closest?.("#mirror .section");
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!bar || !by) return;
    event.preventDefault();
    const next = document.querySelector(`#mirror [data-k="${Math.min(rows.length - 1, Math.max(0, Number(bar.dataset.k) + by))}"]`);
    bar.setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  });
  window.addEventListener("resize", () => requestAnimationFrame(() => draw()));

  panj.compareMirror = { draw };
})(window.panj);
