/* The whole state of the page lives in its address: read once, written at every change, gone back to with the browser's
   own button. Also the glue between Dash's components and the map. */
window.panj = window.panj || {};
window.dash_clientside = window.dash_clientside || {};
(function (panj) {
  "use strict";

  const LISTS = ["d", "k", "c", "a", "t", "r", "i"];
  const DEFAULT_LAYERS = "corridors,posts,seizures,incidents,districts";
  const insider = () => document.body.classList.contains("insider");
  /* The first of each is what the page opens on. */
  const SHADES = () => (insider() ? ["hot", "emerging", "cells", "surface", "off"] : ["cells", "off"]);
  const still = () => window.dash_clientside.no_update;

  /* Change some words of the address. `push` makes a step that the browser's back button returns to. */
  panj.address = (changes, push) => {
    const query = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(changes)) value ? query.set(key, value) : query.delete(key);
    const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    if (text === location.search.slice(1)) return;
    history[push ? "pushState" : "replaceState"](history.state, "", `${panj.root}/${text ? "?" + text : ""}`);
    link(text);
  };

  const link = (text) => {
    for (const a of document.querySelectorAll("a[data-language]")) a.href = `/${a.dataset.language}/${text ? "?" + text : ""}`;
    /* The compare page begins with what is seen here. */
    for (const a of document.querySelectorAll("#to-compare")) a.href = `${panj.root}/compare${text ? "?" + text : ""}`;
  };

  /* What the first view does not need is asked for after it. */
  let opened;
  panj.opened = new Promise((done) => (opened = done));

  let first = true;
  let restored = 0;
  let shownSelection = null;

  /* Dash's Location knows only the addresses that it has told of itself; the ones that this page wrote pass it by, and
     going back to what it believes to be there already would be no news to it. */
  window.addEventListener("popstate", () => {
    const before = restored;
    setTimeout(() => restored === before && window.dash_clientside.set_props("place", { search: location.search }), 80);
  });

  /* Components -> data, map, address, and the query that the server's answers hang on. */
  const compose = async (d, k, c, a, t, r, i, measure, heatmap, bandwidth, layers, period, picked, sector) => {
    const values = [d, k, c, a, t, r, i];
    const chosen = [...LISTS.map((key, i) => [key, (values[i] || []).join(",")]), ["o", panj.countedSector(sector)]];
    const selection = new URLSearchParams(chosen.filter(([, text]) => text)).toString();
    if (selection !== shownSelection) {
      if (!(await panj.open(selection))) return still();
      shownSelection = selection;
      panj.measure(measure);
      await panj.map.show();
    }
    panj.measure(measure);
    const view = panj.view;
    await panj.map.switchLayers(layers || [], heatmap);
    if (!panj.hot.MODES.includes(heatmap)) panj.hot.off();
    const [from, to] = panj.windowOf(period || "");
    if (view.steps.length) {
      panj.map.rescale(from, to);
      /* An answer that comes late must not take the brush out of the hand that has moved it on. */
      const isHeld = panj.brush.held() && panj.window && panj.window[1] < view.steps.length;
      if (!isHeld) panj.window = [from, to];
      panj.brush.draw();
      panj.paint(...panj.window);
    } else {
      panj.brush.draw();
      panj.map.rescale(0, -1);
    }
    const shown = view.steps.length ? `${view.steps[from]}..${view.steps[to]}` : "";
    const changes = Object.fromEntries(LISTS.map((key, i) => [key, (values[i] || []).join(",")]));
    Object.assign(changes, { m: measure === "kg" ? "kg" : "", h: heatmap === SHADES()[0] ? "" : heatmap, b: bandwidth === "25" ? "" : bandwidth });
    Object.assign(changes, { p: shown, s: picked || "", o: sector || "", l: undefined });
    const query = new URLSearchParams(Object.entries(changes).filter(([, text]) => text));
    if ((layers || []).join(",") !== DEFAULT_LAYERS) {
      changes.l = (layers || []).join(",") || "none";
      query.set("l", changes.l);
    }
    panj.address(changes, !first);
    first = false;
    await panj.map.highlight(picked || "");
    panj.query = query.toString();
    const ready = async () => {
      await panj.map.stands;
      document.body.dataset.page = "ready";
      opened();
    };
    if (heatmap === "surface") panj.map.surface(panj.query).finally(ready);
    else if (panj.hot.MODES.includes(heatmap)) panj.hot.show(heatmap, panj.query).finally(ready);
    else ready();
    return panj.query;
  };

  window.dash_clientside.panj = {
    /* Address -> components. Called when the page opens and when the browser goes back. */
    restore: (search) => {
      restored++;
      /* What plays would go on over the period that is come back to. */
      if (!first) panj.brush.stop();
      const query = new URLSearchParams(search || "");
      const known = JSON.parse(document.getElementById("page").dataset.options || "{}");
      /* A value that no filter offers would filter everything away without anything being ticked. */
      const list = (key) => (query.get(key) || "").split(",").filter((value) => value && (!known[key] || known[key].includes(value)));
      const at = (query.get("at") || "").split(",").map(Number);
      /* A link that says where the map stands is not sent on to what is picked. */
      panj.keepsPlace = at.length === 3 && at.every(Number.isFinite);
      if (!first && at.length === 3 && at.every(Number.isFinite)) panj.map.jumpTo(...at);
      panj.sector.follow(query, !first && !panj.keepsPlace);
      link((search || "").slice(1));
      return [
        ...LISTS.map(list),
        query.get("m") === "kg" ? "kg" : "n",
        SHADES().includes(query.get("h")) ? query.get("h") : SHADES()[0],
        ["10", "25", "50"].includes(query.get("b")) ? query.get("b") : "25",
        query.has("l") ? list("l") : DEFAULT_LAYERS.split(","),
        query.get("p") || "",
        query.get("s") || "",
        panj.sector.said(query),
      ];
    },

    compose: async (...chosen) => {
      panj.answered.begin();
      try {
        return await compose(...chosen);
      } finally {
        panj.answered.end();
      }
    },

    /* The view, once the first one is on the screen: what is asked for then is not part of it. */
    after: async (query) => {
      await panj.opened;
      return query === panj.query ? query : still();
    },

    flyTo: async (target) => {
      /* What is in view already needs no journey; what is in view is known once the map stands. */
      await panj.map.ready;
      if (target && target.lon !== undefined && !panj.keepsPlace && !panj.map.sees(target.lon, target.lat)) panj.map.goTo(target.lon, target.lat, target.zoom);
      return still();
    },
  };

  /* ---- things that need no server -------------------------------------------------------------------------------- */

  const setTheme = (theme) => {
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("panj-theme", theme);
    } catch (refused) {
      /* A locked-down browser keeps no choice: the page works, it only forgets. */
    }
    document.cookie = `panj_theme=${theme}; path=/; max-age=31536000; SameSite=Strict`;
    document.documentElement.dataset.agThemeMode = theme;
    panj.map.ready.then(() => {
      panj.map.recolour();
      panj.hot.recolour();
      if (panj.view) panj.map.rescale(...panj.window);
      if (document.querySelector("#f-heatmap input[value=surface]:checked")) panj.map.surface(panj.query);
    });
    panj.drawLegendIcons();
  };

  const openSheet = (name) => {
    document.body.dataset.sheet = document.body.dataset.sheet === name ? "" : name;
    for (const button of document.querySelectorAll("[data-opens]")) button.setAttribute("aria-expanded", button.dataset.opens === document.body.dataset.sheet);
  };
  panj.openSheet = openSheet;

  const save = async (button) => {
    if (!panj.query && panj.query !== "") return;
    const kind = button.dataset.saves;
    button.classList.add("is-busy");
    button.disabled = true;
    try {
      const options = {};
      if (kind !== "map.html") {
        const rows = [];
        const api = await window.dash_ag_grid.getApiAsync("events");
        api.forEachNodeAfterFilterAndSort((node) => node.data && rows.push(node.data.row));
        Object.assign(options, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(rows) });
      }
      const answer = await fetch(`${panj.root}/download/${kind}?${panj.query}`, options);
      if (!answer.ok) throw new Error(await answer.text());
      const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "");
      const a = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: name ? name[1] : `panj-${kind}` });
      a.click();
      setTimeout(() => URL.revokeObjectURL(a.href), 10000);
    } catch (problem) {
      panj.showProblem(panj.told(problem));
    } finally {
      button.classList.remove("is-busy");
      button.disabled = false;
    }
  };

  const share = async (button) => {
    try {
      await navigator.clipboard.writeText(location.href);
      button.dataset.said = panj.say("js.copied");
    } catch (refused) {
      window.prompt(panj.say("js.copy_by_hand"), location.href);
    }
    setTimeout(() => delete button.dataset.said, 1800);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button, [data-opens]");
    if (!button) return;
    if (button.id === "theme") setTheme(panj.theme() === "dark" ? "light" : "dark");
    else if (button.dataset.picks !== undefined) {
      panj.pick(button.dataset.picks);
      if (button.dataset.opens && document.body.dataset.sheet !== button.dataset.opens) openSheet(button.dataset.opens);
    } else if (button.dataset.opens) openSheet(button.dataset.opens);
    else if (button.dataset.saves) save(button);
    else if (button.dataset.shares) share(button);
    else if (button.dataset.folds) document.body.classList.toggle(`no-${button.dataset.folds}`);
    else if (button.id === "problem-close") panj.showProblem("");
    else if (button.id === "problem-again") location.reload();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest("input, textarea")) {
      if (document.body.dataset.sheet) openSheet(document.body.dataset.sheet);
      else if (panj.view) panj.pick("");
    }
  });

  new MutationObserver(() => {
    for (const place of document.querySelectorAll("[data-icon]:empty")) return panj.drawLegendIcons();
  }).observe(document.documentElement, { childList: true, subtree: true });
})(window.panj);

/* When the server never answers, say so instead of showing an opening line for ever. */
setTimeout(() => {
  const line = document.querySelector(".opening p");
  if (line) line.textContent = window.panj.say("js.problem");
}, 20000);
