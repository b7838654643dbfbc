/* Stands in the page itself: asks for what the map will show, and for what draws it, while everything else is still being read. */
(function (panj) {
  "use strict";
  const { MODES, selection, question, early } = panj.questions;
  const { role, plotly } = document.documentElement.dataset;

  /* Whose sector this browser keeps stands in the address a moment later (sector.js). */
  const query = new URLSearchParams(location.search);
  if (!query.get("o") && panj.keptSector()) query.set("o", panj.keptSector());
  const mode = query.get("h") || MODES[0];
  early(`view?${selection(query)}`);
  if (role === "insider" && MODES.includes(mode)) {
    early(`${mode}?${question(query)}`);
    early("study?");
    panj.opening = { mode, query: query.toString() };
  }

  /* Dash would load the drawing library when it has made the page; what it finds in this place it waits for. The library comes
     after the page itself: until a page is loaded a browser draws that it is loading, again and again. */
  window.Plotly = new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: plotly, async: true, onload: done, onerror: () => failed(new Error(plotly)) });
    addEventListener("load", () => document.head.append(script));
  });
})(window.panj);
