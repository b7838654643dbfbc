/* The page at work: filters, the year, tabs, what is asked when, looks. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, asked } = panj;
  const words = (key, values) => panj.say(`coverage.${key}`, values);
  const FILTERS = ["donor", "implementer", "component", "began"];
  const tabs = [...document.querySelectorAll("#tabs [data-tab]")];
  const pane = document.getElementById("pane");
  if (!tabs.some((tab) => tab.dataset.tab === asked.tab)) asked.tab = "paid";

  /* ---- panes --------------------------------------------------------------------------------------------------------- */

  const draw = () => {
    if (!panj.answers.overview) return;
    const stood = pane.scrollTop;
    panj.fill(pane, ...panj.panes[asked.tab]().flat(Infinity));
    pane.scrollTop = stood;
  };
  panj.on("draw", draw);

  const failed = (problem) => panj.showProblem(panj.told(problem));
  const load = async (what, more) => {
    try {
      const found = await panj.ask(what, more);
      if (found === undefined) return;
      panj.answers[what] = found;
      panj.happened(what);
      draw();
      return found;
    } catch (problem) {
      failed(problem);
    }
  };
  const LATE = {
    reach: () => load("reach"),
    money: () => load("published"),
    effect: async () => {
      const list = panj.answers.effects || (await load("effects"));
      if (!list?.length) return;
      if (!list.some((one) => one.id === asked.thing)) asked.thing = list[0].id;
      panj.keepAddress();
      await load("effect", `thing=${encodeURIComponent(asked.thing)}`);
    },
  };

  panj.show = (tab) => {
    asked.tab = tab;
    for (const one of tabs) {
      const is = one.dataset.tab === tab;
      one.setAttribute("aria-selected", String(is));
      one.tabIndex = is ? 0 : -1;
      if (is) pane.setAttribute("aria-labelledby", one.id);
      /* On a phone the row of tabs is wider than the screen. */
      if (is) one.parentNode.scrollLeft = one.offsetLeft - one.parentNode.offsetLeft - 16;
    }
    pane.scrollTop = 0;
    panj.keepAddress();
    /* The map shows what the tab is about. */
    if (tab === "overlaps" && asked.colour !== "donors") setColour("donors");
    if (tab === "gaps" && asked.colour === "donors") setColour("gap");
    draw();
    if (LATE[tab] && !panj.answers[tab === "money" ? "published" : tab]) LATE[tab]();
  };

  /* ---- asking -------------------------------------------------------------------------------------------------------- */

  const refresh = async () => {
    for (const what of ["reach", "effects", "effect", "published"]) delete panj.answers[what];
    panj.keepAddress();
    panj.showProblem("");
    document.body.classList.add("is-loading");
    const [found] = await Promise.all([load("overview"), load("gaps"), LATE[asked.tab]?.()]);
    document.body.classList.remove("is-loading");
    return found;
  };
  panj.on("reach-asked", () => (panj.keepAddress(), load("reach"), load("gaps")));
  panj.on("hours", () => load("gaps"));
  panj.on("effect-asked", () => (delete panj.answers.effect, draw(), LATE.effect()));

  /* ---- filters ------------------------------------------------------------------------------------------------------- */

  const fillFilters = () => {
    const { choices } = panj.answers.overview;
    for (const name of FILTERS) {
      const list = document.getElementById(name);
      const [any] = list.options;
      const options = choices[name].map(([value, text]) => new Option(text, value));
      if (asked[name] && !choices[name].some(([value]) => value === asked[name])) options.push(new Option(asked[name], asked[name]));
      list.replaceChildren(any, ...options);
      list.value = asked[name];
    }
  };
  panj.on("overview", fillFilters);
  for (const name of FILTERS) document.getElementById(name).addEventListener("change", (event) => ((asked[name] = event.target.value), refresh()));

  const year = document.getElementById("year");
  const showYear = () => {
    year.value = asked.year;
    document.getElementById("year-shown").value = asked.year;
  };
  let soon = 0;
  year.addEventListener("input", () => {
    asked.year = year.value;
    showYear();
    clearTimeout(soon);
    soon = setTimeout(refresh, 140);
  });

  /* ---- the key ------------------------------------------------------------------------------------------------------- */

  const setColour = (value) => {
    asked.colour = value;
    panj.keepAddress();
    panj.happened("colour");
    drawKey();
  };
  const swatch = (colour, text) => el("span", null, el("i.area", { style: `background:${colour}` }), text);
  const drawKey = () => {
    const { gaps } = panj.answers;
    const map = panj.covMap;
    const apart = map.apart();
    const legends = {
      gap: () => [["gap", "overlap", "balanced"].map((kind) => swatch(apart[kind], words(`kind.${kind}`))), el("span.muted", null, words("no_fill"))],
      need: () => [el("span.ramp", null, map.ramp().map((colour) => el("i", { style: `background:${colour}` }))), el("span", null, words("ramp_need"))],
      support: () => [el("span.ramp", null, map.support().map((colour, k) => el("i", { style: `background:${colour}` }, k < 4 ? String(k + 1) : "5+"))), el("span", null, words("ramp_support"))],
      donors: () => [0, 1, 2, 3].map((n) => swatch(map.support()[n ? n + 1 : 0], words(`donors_${n}`))),
    };
    const symbols = ["blo", "bcp", "outpost", "bridge", "dry_port"].map((kind) => el("span", null, el("i.symbol", { "data-icon": `post-${kind}-open-ring` }), words(`symbol.${kind}`)));
    panj.fill(document.getElementById("key"),
      panj.segments(words("colour_by"), ["gap", "need", "support", "donors"].map((value) => [value, words(`colour.${value}`)]), asked.colour, setColour),
      el("div.legend-row", null, legends[asked.colour]()),
      el("div.symbols", null, symbols, el("span", null, el("i.symbol", { "data-icon": "post-outpost-closed" }), words("symbol.planned"))),
      gaps && asked.colour !== "donors" ? el("details.method", null, el("summary", null, gaps.n ? words("key_line", { unit: words(`unit_${gaps.unit}`), n: panj.number(gaps.n), period: gaps.period }) : words("gaps_none")), el("p", null, gaps.method), el("p.muted", null, gaps.more)) : el("p.muted", null, words("donors_line")));
    panj.drawLegendIcons();
  };
  panj.on("gaps", drawKey);
  panj.on("overview", drawKey);

  /* ---- looks --------------------------------------------------------------------------------------------------------- */

  document.getElementById("tabs").addEventListener("click", (event) => event.target.dataset.tab && panj.show(event.target.dataset.tab));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.getElementById("card").hidden) return panj.covMap.pick("", false);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const row = by && event.target.closest?.("[role=tablist], [role=radiogroup]");
    if (!row) return;
    event.preventDefault();
    const all = [...row.querySelectorAll("button")];
    const next = all[(all.indexOf(event.target) + by + all.length) % all.length];
    const { tab, value } = next.dataset;
    next.click();
    document.querySelector(tab ? `[data-tab="${tab}"]` : `[data-value="${value}"]`)?.focus();
  });
  document.getElementById("theme").addEventListener("click", () => {
    const next = panj.theme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("panj-theme", next);
    } catch (refused) {}
    document.cookie = `panj_theme=${next}; path=/; max-age=31536000; SameSite=Strict`;
    panj.happened("theme");
    drawKey();
  });
  document.getElementById("problem-close").addEventListener("click", () => panj.showProblem(""));
  document.getElementById("problem-again").addEventListener("click", () => refresh());
  document.getElementById("share").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    try {
      await navigator.clipboard.writeText(location.href);
      button.dataset.said = panj.say("js.copied");
      setTimeout(() => delete button.dataset.said, 1800);
    } catch (refused) {
      window.prompt(panj.say("js.copy_by_hand"), location.href);
    }
  });

  const begin = async () => {
    showYear();
    panj.show(asked.tab);
    await refresh();
    await panj.covMap.ready;
    document.body.dataset.page = "ready";
  };
  begin();
})(window.panj);
