/* What every pane is made of: tables, sources, a state that says why something is empty. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el } = panj;

  panj.panes = {};
  /* Numbers in square brackets and names of sites; an address opens in a window of its own. */
  panj.cited = (sources) =>
    el("span.cited", null, (sources || []).map(([name, address], k) => [k ? " " : "", address ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, name) : el("span", null, name === "general_knowledge" ? panj.say("coverage.general_knowledge") : name)]));
  /* heads: words, a leading "#" right-aligns; rows: lists of texts or elements. */
  panj.table = (heads, rows, caption) => {
    const right = heads.map((head) => head.startsWith("#"));
    const words = heads.map((head) => head.replace(/^#/, ""));
    return el("div.wide", null, el("table.figures", null, caption ? el("caption", null, caption) : null,
      el("thead", null, el("tr", null, words.map((word, k) => el(`th${right[k] ? ".n" : ""}`, { scope: "col" }, word)))),
      el("tbody", null, rows.map((cells) => el(`tr${cells.looks ? "." + cells.looks : ""}`, null, cells.map((cell, k) => el(`td${right[k] ? ".n" : ""}`, null, cell)))))));
  };
  panj.empty = (words, more) => el("div.empty", null, el("p", null, words), more ? el("p.muted", null, more) : null);
  panj.heading = (words, small) => el("h2", null, words, small ? el("small", null, small) : null);
  panj.fold = (summary, ...inside) => el("details", null, el("summary", null, summary), ...inside);
  panj.segments = (label, choices, chosen, act) =>
    el("div.segments", { role: "radiogroup", "aria-label": label }, choices.map(([value, words]) =>
      el("button.segment", { type: "button", role: "radio", "data-value": value, "aria-checked": String(value === chosen), tabIndex: value === chosen ? 0 : -1, onclick: () => act(value) }, words)));
  panj.bar = (share, looks = "") => el(`span.track${looks}`, { "aria-hidden": "true" }, el("i", { style: `width:${Math.max(0, Math.min(100, 100 * share))}%` }));
})(window.panj);
