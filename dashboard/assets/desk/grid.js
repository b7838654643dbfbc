/* Tab "Completeness": which source reported in which month. A month without a report is a gap, and a person may say why. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;
  const place = document.getElementById("tab-grid");
  const CAUSES = ["no_report_sent", "lost_in_transfer", "no_access", "not_operating", "other"];
  let told = null;
  let chosen = null; // [row, first month, last month]

  const cellWords = (source, cell, month) => [`${word("feed", source.feed)}, ${word("country", source.country_iso3)}, ${month}: ${say(`data.grid.${cell.status}`)}`, cell.n ? say("data.n_events", { n: cell.n }) : "", cell.cause ? say(`data.cause.${cell.cause}`) : ""].filter(Boolean).join(", ");

  const draw = () => {
    const { months, sources } = told;
    if (!sources.length) return panj.fill(place, el("div.notice", null, el("b", null, say("data.grid_empty")), el("p", null, say("data.grid_empty_help"))));
    const years = [];
    months.forEach((month) => (years.length && years.at(-1)[0] === month.slice(0, 4) ? years.at(-1)[1]++ : years.push([month.slice(0, 4), 1])));
    const table = el("table.grid", { role: "grid", "aria-label": say("data.tab.grid") },
      el("thead", null,
        el("tr", null, el("th", { rowSpan: 2 }, say("data.grid_source")), years.map(([year, n]) => el("th.year", { colSpan: n }, el("span", null, year)))),
        el("tr", null, months.map((month) => el("th.month", { title: month }, String(Number(month.slice(5))))))),
      el("tbody", null, sources.map((source, r) => el("tr", null,
        el("th", { scope: "row" }, el("b", null, word("feed", source.feed)), el("span.muted", null, word("country", source.country_iso3))),
        source.cells.map((cell, c) => el("td." + cell.status, null, el("button", { type: "button", tabIndex: r === 0 && c === 0 ? 0 : -1, "data-r": r, "data-c": c, title: cellWords(source, cell, months[c]), "aria-label": cellWords(source, cell, months[c]), onclick: (event) => pick(r, c, event.shiftKey) }, cell.status === "gap" ? "!" : cell.status === "late" ? "◐" : "")))))));
    const legend = el("p.facts.legend-line", null, ["reported", "late", "silent", "gap", "not_expected"].map((name) => el("span.fact", null, el("span.sample." + name, null, name === "gap" ? "!" : name === "late" ? "◐" : ""), " ", say(`data.grid.${name}`))));
    panj.fill(place, el("div.completeness", null, el("h1", null, say("data.tab.grid")), el("p.muted", null, told.rule), legend, el("div.frame.grid-frame", { id: "grid-frame" }, table), el("div.cell-card", { id: "cell-card", "aria-live": "polite" })));
    const frame = document.getElementById("grid-frame");
    frame.scrollLeft = frame.scrollWidth;
  };

  const cellAt = (r, c) => place.querySelector(`button[data-r="${r}"][data-c="${c}"]`);
  const pick = (r, c, stretch) => {
    chosen = stretch && chosen && chosen[0] === r ? [r, Math.min(chosen[1], c), Math.max(chosen[2], c)] : [r, c, c];
    for (const cell of place.querySelectorAll("td.picked")) cell.classList.remove("picked");
    for (let k = chosen[1]; k <= chosen[2]; k++) cellAt(r, k)?.parentElement.classList.add("picked");
    card();
  };

  const card = () => {
    const [r, first, last] = chosen;
    const source = told.sources[r];
    const months = told.months.slice(first, last + 1);
    const cells = source.cells.slice(first, last + 1);
    const gaps = cells.filter((cell) => cell.gap_id !== undefined && cell.gap_id !== null);
    const silent = cells.some((cell) => ["silent", "late", "not_expected"].includes(cell.status));
    const state = async (cause) => {
      if (!panj.who()) return panj.askWho();
      await panj.try(async () => {
        const marked = months.filter((_, k) => !["reported", "gap"].includes(cells[k].status));
        await panj.send("change/gap", { feed: source.feed, country_iso3: source.country_iso3, months: marked, cause });
        await again();
      });
    };
    panj.fill(document.getElementById("cell-card"),
      el("h2", null, `${word("feed", source.feed)} · ${word("country", source.country_iso3)} · ${months.length > 1 ? `${months[0]} – ${months.at(-1)}` : months[0]}`),
      el("p", null, cells.length === 1 ? cellWords(source, cells[0], months[0]).split(": ").slice(1).join(": ") : say("data.months_n", { n: cells.length }), cells.length === 1 && cells[0].who ? el("span.muted", null, ` ${cells[0].who} · ${panj.when(cells[0].marked_at)}`) : null),
      silent ? el("div.actions", null, el("span", null, say("data.gap_cause")), CAUSES.map((cause) => button(say(`data.cause.${cause}`), () => state(cause)))) : null,
      gaps.length ? button(say("data.gap_undo"), () => panj.try(async () => {
        if (!panj.who()) return panj.askWho();
        for (const gap of gaps) await panj.send("change/undo", { kind: "gap", decision: gap.gap_id });
        await again();
      })) : null,
      el("p.muted", null, say("data.gap_help")));
  };
  const again = async () => {
    const kept = chosen;
    const left = document.getElementById("grid-frame").scrollLeft;
    told = await panj.ask("grid");
    draw();
    document.getElementById("grid-frame").scrollLeft = left;
    if (kept) {
      pick(kept[0], kept[1], false);
      if (kept[2] > kept[1]) pick(kept[0], kept[2], true);
      cellAt(kept[0], kept[1])?.focus({ preventScroll: true });
    }
  };

  panj.tabs.grid = {
    open: async () => {
      told = await panj.ask("grid");
      chosen = null;
      draw();
    },
    held: (event) => {
      const cell = document.activeElement?.closest?.("#tab-grid td button");
      const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!moves) return false;
      const [r, c] = cell ? [Number(cell.dataset.r) + moves[0], Number(cell.dataset.c) + moves[1]] : [0, (told?.months.length ?? 1) - 1];
      const next = cellAt(r, c);
      next?.focus();
      if (next && event.shiftKey) pick(r, c, true);
      return true;
    },
  };
})(window.panj);
