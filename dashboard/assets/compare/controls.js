/* What is compared, as the address holds it and as the buttons show it. Periods are month numbers (year * 12 + month), so that a
   period may begin before the first report. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const EXTRA = ["k", "c", "a", "t", "r", "i"];
  const number = (label) => Number(label.slice(0, 4)) * 12 + Number(label.slice(5, 7)) - 1;
  const label = (month) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
  const span = (text) => {
    const [first, last] = (text || "").split("..");
    const good = /^\d{4}-(0[1-9]|1[0-2])$/;
    return good.test(first) && good.test(last) && first <= last ? [number(first), number(last)] : null;
  };

  /* by: what differs. right, left: first and last month of each side. drug, drug2: of the right side and, among two drugs, of the left. */
  const state = { by: "period", drug: "", drug2: "", measure: "n", right: null, left: null, extra: {}, sector: "", at: null };

  const length = () => state.right[1] - state.right[0] + 1;
  const shifted = ([first, last], by) => [first + by, last + by];
  /* A year earlier would overlap with a period longer than a year. */
  const apart = (against) => (against === "year" && length() <= 12 ? 12 : length());

  const against = () => {
    const by = state.right[0] - state.left[0];
    if (state.left[1] - state.left[0] + 1 !== length()) return "";
    return by === 12 && length() <= 12 ? "year" : by === length() ? "before" : "";
  };

  const read = () => {
    const query = new URLSearchParams(location.search);
    state.by = ["drug", "measure"].includes(query.get("by")) ? query.get("by") : "period";
    state.drug = query.get("d") || "";
    state.drug2 = query.get("d2") || "";
    state.measure = query.get("m") === "kg" ? "kg" : "n";
    state.sector = query.get("o") || "";
    state.right = span(query.get("p"));
    state.left = span(query.get("p2"));
    state.extra = Object.fromEntries(EXTRA.map((key) => [key, query.get(key) || ""]).filter(([, text]) => text));
    const at = (query.get("at") || "").split(",").map(Number);
    state.at = at.length === 3 && at.every(Number.isFinite) ? at : null;
  };

  /* The first view that comes says which months there are. */
  const settle = (view) => {
    if (!view.steps.length) return;
    const [a, b] = view.default_window;
    state.right ??= [number(view.steps[a]), number(view.steps[b])];
    state.left ??= shifted(state.right, -apart("year"));
  };

  const words = () => {
    const query = { d: state.drug, ...state.extra, o: panj.countedSector(state.sector), m: state.measure === "kg" ? "kg" : "" };
    if (state.by !== "period") query.by = state.by;
    if (state.by === "drug") query.d2 = state.drug2;
    if (state.right) query.p = `${label(state.right[0])}..${label(state.right[1])}`;
    if (state.left && state.by === "period") query.p2 = `${label(state.left[0])}..${label(state.left[1])}`;
    return query;
  };

  const text = (query) => new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");

  const write = (push) => {
    const query = text({ ...words(), o: state.sector, at: state.at ? state.at.join(",") : "" });
    if (query !== location.search.slice(1)) history[push ? "pushState" : "replaceState"](null, "", `${location.pathname}${query ? `?${query}` : ""}`);
    link();
  };

  /* Other languages keep both sides; the command page gets what the right side shows. */
  const link = () => {
    for (const a of document.querySelectorAll("a[data-language]")) a.href = `/${a.dataset.language}/compare${location.search}`;
    const { by, d2, p2, ...right } = words();
    const query = text({ ...right, o: state.sector });
    for (const a of document.querySelectorAll("a[data-page]")) a.href = `${panj.root}/${query ? `?${query}` : ""}`;
    if (!state.right || !state.left) return;
    /* Every number is a door: to the command page with what its side shows. */
    for (const side of ["left", "right"]) {
      const [first, last] = windowOf(side);
      const shown = { p: `${label(first)}..${label(last)}`, m: measureOf(side) === "kg" ? "kg" : "", o: panj.countedSector(state.sector) ? "" : state.sector };
      const behind = [selection(side), text(shown)].filter(Boolean).join("&");
      for (const a of document.querySelectorAll(`#${side} .side-figures a`)) a.href = `${panj.root}/?${behind}`;
    }
  };

  /* What the data of a side hang on. */
  const selection = (side) => text({ d: state.by === "drug" && side === "left" ? state.drug2 : state.drug, ...state.extra, o: panj.countedSector(state.sector) });

  const windowOf = (side) => (state.by === "period" && side === "left" ? state.left : state.right);

  const measureOf = (side) => (state.by === "measure" ? (side === "left" ? "n" : "kg") : state.measure);

  /* ---- buttons --------------------------------------------------------------------------------------------------- */

  const press = (id, value) => {
    for (const button of document.querySelectorAll(`#${id} .segment`)) {
      const on = button.dataset.value === value;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on || (value === "" && button === button.parentNode.firstElementChild) ? 0 : -1;
    }
    const group = document.getElementById(id);
    if (group && !group.querySelector("[aria-checked=true]") && group.firstElementChild) group.firstElementChild.tabIndex = 0;
  };

  const show = (view) => {
    document.body.dataset.by = state.by;
    press("by", state.by);
    press("drug", state.drug);
    press("length", state.right ? String(length()) : "");
    press("measure", state.measure);
    press("against", state.right ? against() : "");
    document.querySelector("#against [data-value=year]").hidden = Boolean(state.right) && length() > 12;
    const more = document.getElementById("drug-more");
    const among = document.querySelector(`#drug .segment[data-value="${CSS.escape(state.drug)}"]`);
    more.value = among ? "" : state.drug;
    more.classList.toggle("is-chosen", !among);
    for (const side of ["left", "right"]) {
      const box = document.getElementById(side);
      box.querySelector(".side-drug").hidden = state.by !== "drug";
      box.querySelector(".side-drug").value = side === "left" ? state.drug2 : state.drug;
      box.querySelector(".side-period").hidden = !state.right || (side === "left" && state.by !== "period");
      if (state.right) periods(box.querySelector(".since"), view, windowOf(side));
    }
    const sector = panj.compareMaps.facts.sectors[panj.countedSector(state.sector)]?.name;
    const names = Object.entries(state.extra).flatMap(([key, list]) => list.split(",").map((value) => panj.compareMaps.facts.options[key]?.[value] ?? value));
    const said = [names.length && panj.say("js.compare_filtered", { text: names.join(", ") }), sector && panj.say("js.compare_sector", { sector })].filter(Boolean);
    document.getElementById("filtered").hidden = !said.length;
    document.querySelector("#filtered span").textContent = said.join(" · ");
  };

  /* Every period of this length that the data hold, the latest first. */
  const periods = (choice, view, [first, last]) => {
    const size = last - first;
    const start = number(view.steps[0]);
    const key = `${size}|${view.steps.length}`;
    if (choice.dataset.key !== key) {
      choice.dataset.key = key;
      choice.replaceChildren();
      for (let k = view.steps.length - 1 - size; k >= 0; k--) choice.append(new Option(named(view, start + k, start + k + size), start + k));
    }
    for (const option of choice.querySelectorAll("[data-outside]")) option.remove();
    if (![...choice.options].some((option) => Number(option.value) === first)) {
      const option = new Option(named(view, first, last), first);
      option.dataset.outside = "";
      choice.append(option);
    }
    choice.value = first;
  };

  const monthName = (view, month) => view.labels[month - number(view.steps[0])] ?? panj.monthOutside(month);
  const named = (view, first, last) => (first === last ? monthName(view, first) : `${monthName(view, first)} – ${monthName(view, last)}`);

  /* A quarter or half-year as the calendar has it, the last one that is over by the end of what is shown. */
  const lasting = (months, view) => {
    const end = Math.min(state.right[1], number(view.steps.at(-1)));
    const last = months === 3 || months === 6 ? end - ((end + 1) % months) : end;
    return [last - months + 1, last];
  };

  const listen = (changed, viewOf) => {
    const keep = (act) => {
      const was = state.right && state.left ? against() : "year";
      act();
      if (was && state.right) state.left = shifted(state.right, -apart(was));
    };
    const acts = {
      by: (value) => {
        state.by = value;
        if (value === "drug" && state.drug2 === state.drug) pair();
      },
      drug: (value) => (state.drug = value),
      length: (value) => keep(() => (state.right = lasting(Number(value), viewOf()))),
      measure: (value) => (state.measure = value),
      against: (value) => (state.left = shifted(state.right, -apart(value))),
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.(".segment, .step, #swap, #unfilter");
      if (!button || !state.right) return;
      if (button.matches(".segment")) acts[button.parentNode.id](button.dataset.value);
      else if (button.matches(".step")) step(button.closest(".half").id, Number(button.dataset.step));
      else if (button.id === "swap") swap();
      else Object.assign(state, { extra: {}, sector: "line" });
      changed();
    });
    document.addEventListener("change", (event) => {
      const choice = event.target;
      const side = choice.closest?.(".half")?.id;
      if (choice.id === "drug-more") state.drug = choice.value;
      else if (choice.matches(".side-drug")) state[side === "left" ? "drug2" : "drug"] = choice.value;
      else if (choice.matches(".since")) {
        const by = Number(choice.value) - windowOf(side)[0];
        if (side === "left" && state.by === "period") state.left = shifted(state.left, by);
        else keep(() => (state.right = shifted(state.right, by)));
      } else return;
      changed();
    });
    /* Arrow keys move within a row of buttons, as in any group of choices. */
    document.addEventListener("keydown", (event) => {
      const button = event.target.closest?.(".segment");
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!button || !by) return;
      event.preventDefault();
      const all = [...button.parentNode.children];
      const next = all[(all.indexOf(button) + by + all.length) % all.length];
      next.focus();
      next.click();
    });
    const step = (side, by) => {
      if (side === "left" && state.by === "period") state.left = shifted(state.left, by * length());
      else keep(() => (state.right = shifted(state.right, by * length())));
    };
    const swap = () => {
      if (state.by === "drug") [state.drug, state.drug2] = [state.drug2, state.drug];
      else if (state.by === "period") [state.right, state.left] = [state.left, state.right];
    };
    /* Two different drugs to begin with: the most frequent that is not on the right. */
    const pair = () => {
      const drugs = panj.compareMaps.facts.drugs.map(([value]) => value);
      if (!state.drug) [state.drug] = drugs;
      state.drug2 = drugs.find((value) => value !== state.drug) ?? "";
    };
  };

  panj.compareState = { state, read, settle, write, show, listen, selection, windowOf, measureOf, named, number, words, text, against };
})(window.panj);
