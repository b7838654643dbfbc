/* The compare page at work: address -> data of both sides -> maps, figures, words. The last good picture stays until the next is there. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const SIDES = ["left", "right"];
  const MOST_KEPT = 8;
  const { state, read, settle, write, show, listen, selection, windowOf, measureOf, named, number, words, text } = panj.compareState;
  const maps = panj.compareMaps;
  const views = new Map();
  let current = null;
  let latest = 0;
  /* A choice that has no step of its own in the history yet: nothing else may write it into the present one. */
  let isUnwritten = false;

  panj.monthOutside = (month) => new Intl.DateTimeFormat(panj.code === "en" ? "en-GB" : "ru", { month: "short", year: "numeric", timeZone: "UTC" }).format(Date.UTC(Math.floor(month / 12), month % 12, 1)).replace(/ г\.$/, "").replace(".", "").replace(" ", "\u00a0");

  const viewOf = async (query) => {
    if (!views.has(query)) {
      views.set(query, (async () => {
        const answer = await fetch(`${panj.root}/data/view?${query}`);
        if (!answer.ok) throw new Error(await answer.text());
        return panj.decode(await answer.arrayBuffer());
      })());
      views.get(query).catch(() => views.delete(query));
      if (views.size > MOST_KEPT) views.delete(views.keys().next().value);
    }
    return views.get(query);
  };

  /* Months of a side as steps of its view, cut to the data; [0, -1] where nothing of it is in the data. */
  const steps = (view, [first, last]) => {
    if (!view.steps.length) return [0, -1];
    const start = number(view.steps[0]);
    const [a, b] = [Math.max(0, first - start), Math.min(view.steps.length - 1, last - start)];
    return b >= a ? [a, b] : [0, -1];
  };

  const update = async (push) => {
    const mine = ++latest;
    isUnwritten = true;
    document.body.classList.add("is-loading");
    try {
      const found = await Promise.all(SIDES.map((side) => viewOf(selection(side))));
      if (mine !== latest) return;
      settle(found[1]);
      current = found[1];
      const sides = Object.fromEntries(SIDES.map((side, k) => [side, { view: found[k], window: state.right ? steps(found[k], windowOf(side)) : [0, -1], measure: measureOf(side) }]));
      write(push);
      isUnwritten = false;
      show(found[1]);
      await maps.ready;
      if (mine !== latest) return;
      const painted = maps.paint(sides, state.by === "measure");
      for (const side of SIDES) card(side, sides[side]);
      scale(painted, found[1]);
      panj.showProblem("");
      document.body.dataset.page = "ready";
      await say(mine);
    } catch (problem) {
      if (mine === latest) panj.showProblem(panj.told(problem));
    } finally {
      if (mine === latest) isUnwritten = false;
      if (mine === latest) document.body.classList.remove("is-loading");
    }
  };

  /* ---- words ------------------------------------------------------------------------------------------------------ */

  const drugName = (drug) => drug.split(",").map((one) => maps.facts.drugs.find(([value]) => value === one)?.[1]).filter(Boolean).join(", ") || maps.facts.all_drugs;

  const titleOf = (side, view) => {
    if (!state.right) return "";
    const period = named(view, ...windowOf(side));
    if (state.by === "drug") return drugName(side === "left" ? state.drug2 : state.drug);
    if (state.by === "measure") return panj.say(side === "left" ? "js.compare_title_n" : "js.compare_title_kg");
    return period;
  };

  const put = (box, selector, words_) => {
    const place = box.querySelector(selector);
    if (place.textContent !== words_ || place.firstElementChild) place.textContent = words_;
  };

  const card = (side, { view, window: [a, b] }) => {
    const box = document.getElementById(side);
    let [n, kg, bound, gaps] = [0, 0, 0, 0];
    for (let k = a; k <= b; k++) {
      n += view.arrays.step_n[k];
      kg += view.arrays.step_kg[k];
      bound |= view.arrays.step_bound[k];
      gaps += view.arrays.step_gap[k];
    }
    const { vague_first, vague_last, vague_n, vague_kg } = view.arrays;
    for (let k = 0; k < vague_n.length; k++) {
      if (vague_first[k] < a || vague_last[k] > b) continue;
      n += vague_n[k];
      kg += vague_kg[k];
    }
    const months = state.right ? windowOf(side)[1] - windowOf(side)[0] + 1 : 0;
    const outside = months - (b - a + 1);
    const silent = gaps + outside === months && n === 0;
    put(box, "h2", titleOf(side, current));
    put(box, ".n", silent ? "–" : panj.number(n));
    put(box, ".kg", silent ? "–" : `${bound ? "≥\u00a0" : ""}${panj.number(kg, kg >= 100 ? 0 : 1)}`);
    const note = silent ? "" : gaps + outside > 0 ? panj.say("js.compare_some_gaps", { n: panj.number(gaps + outside), of: panj.number(months) }) : "";
    put(box, ".side-note", note);
    box.querySelector(".side-note").hidden = !note;
    const mist = box.querySelector(".half-mist");
    mist.hidden = !silent;
    put(mist, "p", panj.say("js.compare_no_reports"));
  };

  const scale = ({ breaks, most }, view) => {
    const box = document.getElementById("scale");
    const what = state.by === "measure" ? "js.compare_share_unit" : state.measure === "kg" ? "js.compare_kg_unit" : "js.compare_n_unit";
    const title = Object.assign(document.createElement("p"), { className: "legend-title", textContent: panj.say(what) });
    if (!most) return box.replaceChildren(title, Object.assign(document.createElement("p"), { className: "muted", textContent: panj.say("js.compare_nothing") }));
    const ramp = Object.assign(document.createElement("div"), { className: "ramp" });
    maps.ramp().forEach((colour, k) => {
      const step = Object.assign(document.createElement("span"), { textContent: breaks[k] === undefined ? "" : panj.number(breaks[k]) });
      step.style.setProperty("--step", colour);
      ramp.append(step);
    });
    box.replaceChildren(title, ramp, Object.assign(document.createElement("p"), { className: "muted", textContent: panj.say("js.compare_scale", { km2: panj.number(view.cell_km2) }) }));
    scale.last = [{ breaks, most }, view];
  };

  const say = async (mine) => {
    const box = document.getElementById("said");
    box.classList.add("is-waiting");
    const answer = await fetch(`${panj.root}/data/compare?${text(words())}`);
    if (!answer.ok) throw new Error(await answer.text());
    const told = await answer.json();
    if (mine !== latest) return;
    put(box, ".whose", told.whose);
    box.querySelector(".whose").hidden = !told.whose;
    put(box, ".sentence", told.sentence);
    put(box, ".test", told.test);
    put(box, ".place", told.place.text);
    put(box, ".detail", [told.detail, told.rule].filter(Boolean).join(" "));
    box.querySelector(".verdict").dataset.tone = told.p !== null && told.p <= 0.05 ? "differs" : "same";
    box.classList.remove("is-waiting");
    panj.compareMirror.draw(told, { left: titleOf("left", current), right: titleOf("right", current) });
    panj.compareTold = told;
    document.body.dataset.said = text(words());
  };

  /* ---- wiring ------------------------------------------------------------------------------------------------------ */

  listen(() => update(true), () => current);

  let settling;
  panj.compareMoved = () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      state.at = maps.standing().split(",").map(Number);
      if (!isUnwritten) write(false);
    }, 200);
  };

  window.addEventListener("popstate", () => {
    read();
    update(false);
    if (state.at) maps.place(state.at);
  });

  const theme = () => {
    const next = panj.theme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("panj-theme", next);
    } catch (refused) {
      /* A locked-down browser keeps no choice: the page works, it only forgets. */
    }
    document.cookie = `panj_theme=${next}; path=/; max-age=31536000; SameSite=Strict`;
    maps.ready.then(() => {
      maps.recolour();
      if (scale.last) scale(...scale.last);
    });
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.id === "theme") theme();
    else if (button.id === "problem-close") panj.showProblem("");
    else if (button.id === "problem-again") location.reload();
    else if (button.dataset.shares) {
      try {
        await navigator.clipboard.writeText(location.href);
        button.dataset.said = panj.say("js.copied");
      } catch (refused) {
        window.prompt(panj.say("js.copy_by_hand"), location.href);
      }
      setTimeout(() => delete button.dataset.said, 1800);
    }
  });

  read();
  update(false);
  maps.ready.then(() => {
    maps.place(state.at, state.sector);
    document.body.dataset.map = "ready";
  });
})(window.panj);
