/* The legend: what, n, period, cell or bandwidth, caveat. The fixed words come from the server, the amounts from the view. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const line = (text, cls) => Object.assign(document.createElement("p"), { textContent: text, className: cls || "" });

  const ramp = (labels) => {
    const colours = JSON.parse(document.getElementById("map-facts").textContent).palette.ramp[panj.theme()];
    const box = Object.assign(document.createElement("div"), { className: "ramp" });
    colours.forEach((colour, k) => {
      const step = Object.assign(document.createElement("span"), { textContent: labels[k] ?? "" });
      step.style.setProperty("--step", colour);
      box.append(step);
    });
    return box;
  };

  const amounts = (view, most, silent) => {
    const box = document.getElementById("legend-heat");
    if (!box) return;
    const title = panj.say(view.areas ? "js.legend_areas" : view.measure === "kg" ? "js.legend_cells_kg" : "js.legend_cells_n");
    if (!most) {
      const why = view.areas ? "js.legend_withheld" : silent ? "js.legend_silent" : "js.legend_nothing";
      return box.replaceChildren(line(title, "legend-title"), line(panj.say(why), "muted"));
    }
    const labels = view.breaks.map((value) => panj.number(value));
    box.replaceChildren(line(title, "legend-title"), ramp(labels), line(view.areas ? panj.say("js.legend_withheld") : panj.say("js.legend_log", { km2: panj.number(view.cell_km2) }), "muted"));
  };

  const surface = (made) => {
    const box = document.getElementById("legend-heat");
    if (!box) return;
    const title = panj.say(made.measure === "kg" ? "js.legend_surface_kg" : "js.legend_surface_n");
    if (!made.width) return box.replaceChildren(line(title, "legend-title"), line(panj.say("js.legend_nothing"), "muted"));
    const lines = [line(panj.say("js.legend_bandwidth", { km: panj.number(made.bandwidth_m / 1000) }), "muted")];
    /* Outsiders' districts carry no such test. */
    if (made.stands_out === false) lines.unshift(line(panj.say("js.legend_no_peak", { maps: made.maps })));
    else if (made.threshold) lines.unshift(line(panj.say("js.legend_peaks", { least: panj.number(made.threshold, made.threshold < 10 ? 2 : 0), maps: made.maps, share: panj.number(100 * made.alpha) })));
    box.replaceChildren(line(title, "legend-title"), ramp(made.breaks.map((value) => panj.number(value))), ...lines);
  };

  panj.legend = { amounts, surface };
})(window.panj);
