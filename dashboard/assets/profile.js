/* The profile along the border line, under the map: one bar a section on the true chainage, its interval, what the neighbours lead
   to expect. Linked with the map both ways. Numbers and sentences come ready from /data/profile. */
window.panj = window.panj || {};
window.dash_clientside = window.dash_clientside || {};
(function (panj) {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const LEFT = 46;
  const RIGHT = 14;
  const TOP = 8;
  const FOOT = 32;
  /* Narrower than this a chart of 1,344 km says nothing: it is scrolled instead. */
  const LEAST_WIDTH = 860;

  let told = null;
  let shownFor = "";
  let askedFor = "";
  let latest = 0;
  let picked = "";
  let pointed = "";
  let focused = 0;

  const at = (id) => document.getElementById(id);
  const root = () => at("profile");
  const isFolded = () => !root() || root().classList.contains("is-folded");
  const isPhone = () => window.innerWidth <= 760;
  const isShown = () => root() && at("profile-body").offsetParent !== null;

  const make = (tag, attributes, parent) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  };
  const write = (attributes, words, parent) => (make("text", attributes, parent).textContent = words);

  /* ---- the chart ------------------------------------------------------------------------------------------------- */

  const draw = () => {
    const box = at("profile-chart");
    if (!told || !isShown()) return;
    const width = Math.max(at("profile-body").clientWidth, LEAST_WIDTH);
    const height = at("profile-body").clientHeight;
    const plot = height - TOP - FOOT;
    const x = (km) => LEFT + ((width - LEFT - RIGHT) * km) / told.length_km;
    const top = told.ticks.length ? told.ticks.at(-1).at : 1;
    const y = (rate) => TOP + plot * (1 - Math.min(rate / top, 1));
    const had = box.contains(document.activeElement);
    box.replaceChildren();
    const svg = make("svg", { width, height, role: "listbox", "aria-label": panj.say("js.profile_chart"), "aria-orientation": "horizontal" }, box);
    const defs = make("defs", {}, svg);
    const hatch = make("pattern", { id: "profile-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, defs);
    make("rect", { width: 6, height: 6, class: "hatch-ground" }, hatch);
    make("rect", { width: 2, height: 6, class: "hatch-line" }, hatch);
    ground(svg, x, y, plot, height, width);
    if (told.is_silent) make("rect", { x: x(0), y: TOP, width: x(told.length_km) - x(0), height: plot, fill: "url(#profile-hatch)" }, svg);
    else {
      told.sections.forEach((section) => bar(svg, section, x, y, plot));
      curve(svg, x, y);
      if (told.line_rate > 0) {
        make("line", { x1: x(0), x2: x(told.length_km), y1: y(told.line_rate), y2: y(told.line_rate), class: "whole-line" }, svg);
        write({ x: x(told.length_km) - 4, y: y(told.line_rate) - 4, class: "whole-name" }, told.line_words, svg);
      }
    }
    told.sections.forEach((section, k) => reach(svg, section, k, x, height));
    mark();
    if (had) focus(focused);
  };

  /* Districts as faint stretches with their names, values, chainage. */
  const ground = (svg, x, y, plot, height, width) => {
    told.districts.forEach((district, k) => {
      const from = x(district.from_km);
      const wide = x(district.to_km) - from;
      if (k % 2) make("rect", { x: from, y: TOP, width: wide, height: plot + FOOT - 3, class: "district" }, svg);
      make("line", { x1: from, x2: from, y1: TOP + plot, y2: height - 3, class: "district-edge" }, svg);
      const name = make("text", { x: from + wide / 2, y: height - 7, class: "district-name" }, svg);
      name.textContent = district.name;
      /* The kind of the place stands in the name in Russian; without room for it the name alone, then nothing. */
      if (name.getComputedTextLength() > wide - 6) name.textContent = district.short || district.name;
      if (name.getComputedTextLength() > wide - 6) name.remove();
    });
    for (const tick of told.ticks) {
      make("line", { x1: LEFT, x2: width - RIGHT, y1: y(tick.at), y2: y(tick.at), class: tick.at ? "grid" : "base" }, svg);
      write({ x: LEFT - 6, y: y(tick.at) + 3.5, class: "value" }, tick.text, svg);
    }
    if (!told.ticks.length) make("line", { x1: LEFT, x2: width - RIGHT, y1: TOP + plot, y2: TOP + plot, class: "base" }, svg);
    for (const tick of told.km_ticks) {
      make("line", { x1: x(tick.at), x2: x(tick.at), y1: TOP + plot, y2: TOP + plot + 3, class: "km-tick" }, svg);
      write({ x: x(tick.at), y: TOP + plot + 13, class: tick.at ? "km" : "km first" }, tick.at ? tick.text : `${tick.text} ${panj.say("js.profile_km_unit")}`, svg);
    }
  };

  const bar = (svg, section, x, y, plot) => {
    const from = x(section.from_km) + 0.5;
    const wide = Math.max(1.5, x(section.to_km) - x(section.from_km) - 1);
    const group = make("g", { class: `section kind-${section.class}${section.is_few ? " is-few" : ""}${section.is_around ? " is-around" : ""}`, "data-section": section.id }, svg);
    if (section.class === 7) make("rect", { x: from, y: TOP, width: wide, height: plot, fill: "url(#profile-hatch)", class: "fell-silent" }, group);
    make("rect", { x: from, y: TOP, width: wide, height: plot, class: "column" }, group);
    const tall = section.shown ? TOP + plot - y(section.shown) : 0;
    if (tall) make("rect", { x: from, y: y(section.shown), width: wide, height: Math.max(1, tall), rx: Math.min(2, tall / 2), class: "bar-body" }, group);
    const middle = from + wide / 2;
    if (section.shown_high !== null) {
      const slim = Math.min(7, wide * 0.5);
      const upper = y(section.shown_high);
      make("rect", { x: middle - slim / 2, y: upper, width: slim, height: Math.max(0.5, y(section.shown_low) - upper), rx: slim / 2, class: "span" }, group);
    }
    /* Where many events leave the rate as it was counted, a ring on the bar's edge would say nothing. */
    if (told.measure === "n" && section.n > 0 && Math.abs(y(section.rate) - y(section.shown)) > 3)
      make("circle", { cx: middle, cy: y(section.rate), r: Math.min(2.8, Math.max(1.6, wide * 0.3)), class: "counted" }, group);
  };

  const curve = (svg, x, y) => {
    const { km, rate } = told.smooth;
    if (km.length && told.n) make("path", { d: km.map((place, k) => `${k ? "L" : "M"}${x(place).toFixed(1)} ${y(rate[k]).toFixed(1)}`).join(""), class: "curve" }, svg);
  };

  /* What a finger, a pointer or the keyboard takes hold of: the whole height of a section. */
  const reach = (svg, section, k, x, height) => {
    const wide = x(section.to_km) - x(section.from_km);
    const box = make("rect", { x: x(section.from_km), y: TOP - 4, width: wide, height: height - TOP, class: "reach", role: "option" }, svg);
    box.dataset.section = section.id;
    box.dataset.at = k;
    box.setAttribute("tabindex", k === focused ? 0 : -1);
    box.setAttribute("aria-label", `${section.name}. ${section.words}`);
  };

  /* ---- what is pointed at, what is picked -------------------------------------------------------------------------- */

  const mark = () => {
    if (!root()) return;
    for (const group of root().querySelectorAll("g.section")) {
      group.classList.toggle("is-picked", group.dataset.section === picked);
      group.classList.toggle("is-pointed", group.dataset.section === pointed);
    }
    for (const box of root().querySelectorAll(".reach")) box.setAttribute("aria-selected", String(box.dataset.section === picked));
    const section = told && told.sections.find((one) => one.id === (pointed || picked));
    const km = (value) => panj.number(value, 0);
    const put = (id, words) => at(id).textContent !== words && (at(id).textContent = words);
    put("profile-name", section ? section.name : "");
    put("profile-said", !told ? "" : section ? `${panj.say("js.profile_km", { from: km(section.from_km), to: km(section.to_km) })} · ${section.words}` : `${told.lead} · ${told.unit}`);
    root().classList.toggle("has-section", Boolean(section));
    const map = panj.map.instance();
    if (map && map.getLayer("pointed-section")) map.setFilter("pointed-section", ["==", ["get", "section_id"], pointed]);
  };

  const point = (id) => {
    if (pointed === id) return;
    pointed = id;
    mark();
  };

  const focus = (k) => {
    const boxes = root().querySelectorAll(".reach");
    if (!boxes.length) return;
    focused = Math.max(0, Math.min(boxes.length - 1, k));
    boxes.forEach((box, other) => box.setAttribute("tabindex", other === focused ? 0 : -1));
    boxes[focused].focus({ preventScroll: true });
    const frame = at("profile-body");
    const { x, width } = boxes[focused].getBBox();
    if (x < frame.scrollLeft || x + width > frame.scrollLeft + frame.clientWidth) frame.scrollTo({ left: x + width / 2 - frame.clientWidth / 2 });
  };

  const sectionOf = (target) => target && target.closest && target.closest("#profile .reach");

  document.addEventListener("pointerover", (event) => {
    if (!root() || !event.target.closest) return;
    const named = event.target.closest("[data-picks^='section:']");
    const box = sectionOf(event.target);
    if (box) point(box.dataset.section);
    else if (named) point(named.dataset.picks.slice(8));
    else if (!event.target.closest("#map")) point("");
  });
  document.addEventListener("focusin", (event) => {
    const box = root() && sectionOf(event.target);
    if (!box) return;
    focused = Number(box.dataset.at);
    point(box.dataset.section);
  });
  document.addEventListener("focusout", (event) => root() && sectionOf(event.target) && point(""));
  document.addEventListener("click", (event) => {
    if (!root() || !event.target.closest) return;
    const box = sectionOf(event.target);
    if (box) panj.pick(box.dataset.section === picked ? "" : `section:${box.dataset.section}`);
    else if (event.target.closest("#profile-fold")) fold(!isFolded());
    else if (event.target.closest("#profile-how")) explain(at("profile-note").hidden);
    else if (!event.target.closest("#profile-note")) explain(false);
    /* On a phone the sheet has just been opened or closed by its button. */
    if (event.target.closest("[data-opens]")) requestAnimationFrame(() => (draw(), ask()));
  });
  document.addEventListener("keydown", (event) => {
    const box = root() && sectionOf(event.target);
    if (!box) return;
    const to = { ArrowLeft: focused - 1, ArrowDown: focused - 1, ArrowRight: focused + 1, ArrowUp: focused + 1, PageDown: focused - 5, PageUp: focused + 5, Home: 0, End: 1e6 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focus(to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      panj.pick(box.dataset.section === picked ? "" : `section:${box.dataset.section}`);
    }
  });

  /* ---- fold, explain, follow --------------------------------------------------------------------------------------- */

  const keep = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("panj-profile", value);
      return localStorage.getItem("panj-profile");
    } catch (refused) {
      return value ?? null;
    }
  };

  const fold = (folded, forget) => {
    root().classList.toggle("is-folded", folded);
    at("profile-fold").setAttribute("aria-expanded", String(!folded));
    if (!forget) keep(folded ? "folded" : "open");
    explain(false);
    draw();
    ask();
    window.dispatchEvent(new Event("resize"));
  };

  const explain = (open) => {
    const note = at("profile-note");
    if (!note || !told) return;
    note.hidden = !open;
    at("profile-how").setAttribute("aria-expanded", String(open));
    if (open) note.replaceChildren(...[told.rule, ...told.caveats].map((words) => Object.assign(document.createElement("p"), { textContent: words })));
  };

  const ask = async () => {
    await panj.opened;
    /* Folded, it still says what is pointed at; on a phone it is a sheet that asks when it is opened. */
    if (!root() || (isPhone() && !isShown()) || panj.query === undefined || [shownFor, askedFor].includes(panj.query)) return;
    const mine = ++latest;
    const query = (askedFor = panj.query);
    root().classList.add("is-old");
    try {
      const answer = await fetch(`${panj.root}/data/profile?${query}`);
      if (!answer.ok) throw new Error(await answer.text());
      const made = await answer.json();
      if (mine !== latest) return;
      told = made;
      shownFor = query;
      root().classList.remove("is-old");
      root().classList.toggle("is-kg", told.measure === "kg");
      draw();
      mark();
      document.body.dataset.profile = "ready";
    } catch (problem) {
      if (mine === latest) panj.showProblem(panj.told(problem));
    } finally {
      if (mine === latest) askedFor = "";
    }
  };

  let begun = false;
  const begin = async () => {
    begun = true;
    const kept = keep();
    /* The map is the page: where the window is low, the chart waits to be unfolded. */
    fold(kept ? kept === "folded" : window.innerHeight < 1000 || window.innerWidth <= 1180, true);
    new ResizeObserver(() => draw()).observe(at("profile-body"));
    const map = await panj.map.ready;
    const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    map.addLayer({ id: "pointed-section", type: "line", source: "sections", filter: ["==", ["get", "section_id"], ""], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": accent, "line-width": 9, "line-opacity": 0.45 } }, map.getLayer("border") ? "border" : undefined);
    map.on("mousemove", "section-hit", (event) => point(event.features[0].properties.section_id));
    map.on("mouseleave", "section-hit", () => point(""));
  };

  window.dash_clientside.panj_profile = {
    follow: (query) => {
      const { no_update } = window.dash_clientside;
      if (!root()) return no_update;
      if (!begun) begin();
      const s = new URLSearchParams(query || "").get("s") || "";
      picked = s.startsWith("section:") ? s.slice(8) : "";
      const k = told ? told.sections.findIndex((section) => section.id === picked) : -1;
      if (k >= 0) focused = k;
      mark();
      ask();
      return no_update;
    },
  };

  /* While the brush moves or plays, the rates of the last period stay, pale. */
  const paint = panj.paint;
  panj.paint = (a, b) => {
    paint(a, b);
    if (!told || !root() || !panj.view || !panj.view.steps.length) return;
    const period = new URLSearchParams(shownFor).get("p");
    root().classList.toggle("is-old", period !== `${panj.view.steps[a]}..${panj.view.steps[b]}`);
  };
})(window.panj);
