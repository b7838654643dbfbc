/* Small charts as SVG: a curve of what each further office adds, and bars. Words stand beside every mark. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const make = (tag, attributes, ...children) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /* steps: [{new, share, is_wanted}] with the first for none; choose: what a press on a step does. */
  const curve = (steps, choose, words) => {
    const [width, height, left, bottom, top] = [340, 168, 38, 22, 12];
    const most = Math.max(0.1, ...steps.map((step) => step.share));
    const high = Math.min(1, Math.ceil(most * 10 + 0.3) / 10);
    const x = (n) => left + (steps.length > 1 ? (n / (steps.length - 1)) * (width - left - 16) : 0);
    const y = (share) => height - bottom - (share / high) * (height - bottom - top);
    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "group", "aria-label": words });
    for (let share = 0; share <= high + 1e-9; share += high > 0.5 ? 0.2 : 0.1)
      svg.append(make("line", { x1: left, x2: width - 8, y1: y(share), y2: y(share), class: "grid" }), make("text", { x: left - 5, y: y(share) + 4, class: "axis", "text-anchor": "end" }, `${panj.number(Math.round(100 * share))}\u00a0%`));
    svg.append(make("polyline", { points: steps.map((step, k) => `${x(k)},${y(step.share)}`).join(" "), class: "line" }));
    steps.forEach((step, k) => {
      const told = `+${panj.number(step.new)}: ${panj.percent(step.share)}`;
      const dot = make("g", { class: `step${step.is_wanted ? " is-wanted" : ""}`, tabindex: 0, role: "button", "aria-label": told, "data-k": k },
        make("rect", { x: x(k) - 12, y: top, width: 24, height: height - top, class: "reach" }),
        make("circle", { cx: x(k), cy: y(step.share), r: step.is_wanted ? 6 : 4 }),
        make("text", { x: x(k), y: height - 6, class: "axis", "text-anchor": "middle" }, `+${panj.number(step.new)}`));
      if (step.is_wanted) dot.append(make("text", { x: x(k), y: y(step.share) - 10, class: "value", "text-anchor": "middle" }, panj.percent(step.share)));
      dot.append(make("title", {}, told));
      const act = () => choose(step, k);
      dot.addEventListener("click", act);
      dot.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), act()));
      svg.append(dot);
    });
    return svg;
  };

  /* rows: [{name, share, words, tone, press}]; as long as the longest possible, 1. */
  const bars = (rows, most = 1) =>
    panj.el("ol.bars", null, ...rows.map((row) => {
      const bar = panj.el("i");
      bar.style.width = `${Math.max(0, Math.min(100, (100 * row.share) / most))}%`;
      return panj.el("li" + (row.tone ? `.${row.tone}` : ""), { title: row.title },
        row.press ? panj.el("button.link", { type: "button", onclick: row.press }, row.name) : panj.el("span", null, row.name),
        panj.el("span.track", { ariaHidden: "true" }, bar), panj.el("b", null, row.words));
    }));

  panj.charts = { curve, bars };
})(window.panj);
