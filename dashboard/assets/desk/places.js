/* Tab "Places": the queue of uncertain places, worked by keyboard alone. A decision is for every row with the same words. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;
  const place = document.getElementById("tab-places");
  let queue = [];
  let total = 0;
  let at = 0;
  let chosen = 0;
  let shown = []; // candidates on the screen: the question's own, or what a search found
  let searched = false;
  let done = []; // decisions of this sitting, newest last
  let before = 0; // of them, those that the server had counted when the queue was loaded
  let history = [];
  let sending = Promise.resolve();
  let parts = null;

  const question = () => queue[at];
  const km = (m) => (m === null || m === undefined ? "" : say("data.within", { km: panj.number(m / 1000) }));

  const frame = () => {
    const canvas = el("canvas.small-map", { "aria-label": say("data.map"), role: "img" });
    parts = {
      head: el("div.question-head", { "aria-live": "polite" }), list: el("ol.candidates", { role: "listbox", "aria-label": say("data.candidates") }), rows: el("div.question-rows"),
      search: el("input", { id: "search", type: "search", placeholder: say("data.search"), "aria-label": say("data.search"), autocomplete: "off", spellcheck: false }),
      count: el("p.muted"), actions: el("div.actions.sticky"), history: el("details.history"), pin: el("p.pin-help", { hidden: true }), canvas,
    };
    panj.fill(place, el("div.queue", null,
      el("div.queue-side", null, el("div.queue-top", null, parts.count, el("span.muted", { id: "applying", role: "status" })), parts.head, el("div.search-line", null, parts.search, el("kbd", null, "/")), parts.list, parts.actions, parts.rows, parts.history),
      el("div.queue-map", null, canvas, parts.pin, el("div.zooms", null, button("+", () => panj.map.zoom(1.4), "icon"), button("−", () => panj.map.zoom(0.7), "icon")))));
    panj.map = new panj.SmallMap(canvas);
    panj.map.onpress = (position, near) => (panj.pin.on() ? panj.pin.move(position) : near >= 0 && choose(near));
    parts.search.addEventListener("input", () => find(parts.search.value));
    parts.search.addEventListener("keydown", searchKeys);
  };

  /* ---- showing ------------------------------------------------------------------------------------------------------ */

  const show = (keepMap = false) => {
    const q = question();
    panj.pin.stop();
    parts.count.textContent = q ? say("data.left", { n: Math.max(total - (done.length - before), queue.length) }) : "";
    place.querySelector(".queue").classList.toggle("is-done", !q);
    if (!q) return finished();
    if (!searched) shown = q.candidates || [];
    chosen = Math.min(chosen, Math.max(shown.length - 1, 0));
    panj.fill(parts.head,
      el("h1", { id: "asked", dir: "auto" }, q.place_text || say("data.no_words")),
      el("p.facts", null, el("span.fact", null, el("i", null, say("column.country")), " ", word("country", q.country_iso3)),
        el("span.fact.same", null, say("data.same_rows", { n: q.n_rows })),
        (q.texts || []).length > 1 ? el("span.fact", null, el("i", null, say("data.spellings")), " ", q.texts.slice(0, 4).join(" · ")) : null));
    list();
    actions();
    rows(q);
    past();
    panj.map.show(shown, shown.length ? chosen : -1, null);
    /* The likeliest ones near enough to be told apart; a far one is looked at when it is chosen. */
    if (!keepMap) panj.map.fit(shown.length ? shown.slice(0, 3) : [{ lon: 69.5, lat: 38.0 }]);
  };

  const list = () => {
    panj.fill(parts.list, shown.slice(0, 6).map((c, k) =>
      el("li" + (k === chosen ? ".chosen" : ""), { role: "option", "aria-selected": String(k === chosen), onclick: () => choose(k), ondblclick: confirm },
        el("kbd", null, String(k + 1)),
        el("span.candidate", null,
          el("b", { dir: "auto" }, c.name || word("precision", c.precision_level)),
          el("span.muted", null, [word("place_kind", c.kind) !== c.kind ? word("place_kind", c.kind) : word("precision", c.precision_level), c.district || "", c.province || "", c.country_iso3 ? word("country", c.country_iso3) : "", km(c.uncertainty_m)].filter(Boolean).join(" · "))),
        searched || c.score === null || c.score === undefined ? null : el("meter", { min: 0, max: 1, value: c.score, title: say("data.score", { score: Math.round(100 * c.score) }) }))),
      shown.length ? null : el("li.none", null, say(searched ? "data.nothing_found" : "data.no_candidates")));
    parts.list.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  };

  const actions = () =>
    panj.fill(parts.actions,
      button(say("data.confirm"), confirm, "", "↵"), button(say("data.pin"), pin, "quiet", "P"), button(say("data.not_a_place"), notPlace, "quiet", "N"),
      button(say("data.skip"), skip, "quiet", "S"), done.length ? button(say("data.undo"), undo, "quiet", "U") : null);

  const rows = (q) => {
    const one = q.example || {};
    const cells = Object.entries(one).filter(([name, text]) => text !== null && text !== "" && !["report_id", "event_id", "file_sha256", "lon", "lat"].includes(name));
    panj.fill(parts.rows, cells.length ? el("details", { open: true }, el("summary", null, say("data.example_row")), el("dl.row", null, cells.map(([name, text]) => el("div", null, el("dt", null, word("column", name)), el("dd", { dir: "auto" }, name === "drug" ? word("drug", text) : name === "feed" ? word("feed", text) : name === "country_iso3" ? word("country", text) : typeof text === "number" ? panj.number(text, 6) : String(text)))))) : null);
  };

  const past = () => {
    const newest = [...done].reverse();
    const earlier = history.filter((decision) => !decision.undone_at && !newest.some((mine) => mine.id === decision.decision_id));
    parts.history.hidden = !newest.length && !earlier.length;
    const verdict = (one) => (one.verdict === "not_a_place" ? say("data.not_a_place") : one.answer?.name || say("data.pin_at", { lon: panj.number(one.answer?.lon ?? 0, 3), lat: panj.number(one.answer?.lat ?? 0, 3) }));
    panj.fill(parts.history, el("summary", null, say("data.decided"), el("b.count", null, panj.number(newest.length + earlier.length))),
      el("ul.decisions", null,
        newest.map((one) => el("li", null, el("b", { dir: "auto" }, one.question.place_text), " → ", verdict(one), el("span.muted", null, panj.who()))),
        earlier.slice(0, 30).map((one) => el("li", null, el("b", { dir: "auto" }, one.place_text), " → ", verdict(one), el("span.muted", null, `${one.who} · ${panj.when(one.decided_at)}`),
          button(say("data.undo"), () => panj.try(async () => {
            await panj.send("change/undo", { kind: "place", decision: one.decision_id });
            panj.applyLater();
            await panj.tabs.places.open();
          }), "link")))));
  };

  const finished = () => {
    panj.map.show([], -1, null);
    panj.fill(parts.list);
    panj.fill(parts.rows);
    const next = panj.state?.counts?.pairs ? button(say("data.work_pairs", { n: panj.state.counts.pairs }), () => panj.go("pairs"), "", "↵") : button(say("data.open_map"), () => (location.href = `${panj.root}/`), "", "↵");
    panj.fill(parts.head, el("h1", { id: "asked" }, say(done.length ? "data.queue_done" : "data.queue_empty")), el("p.muted", null, say(done.length ? "data.queue_done_help" : "data.queue_empty_help")));
    panj.fill(parts.actions, next, done.length ? button(say("data.undo"), undo, "quiet", "U") : null);
    next.focus({ preventScroll: true });
    past();
    if (done.length) sending.then(panj.applyNow);
  };

  /* ---- deciding ----------------------------------------------------------------------------------------------------- */

  const choose = (k) => {
    if (k < 0 || k >= Math.min(shown.length, 6)) return;
    chosen = k;
    panj.pin.stop();
    list();
    if (!panj.map.sees(shown[k])) panj.map.fit(shown);
    panj.map.show(shown, chosen, null);
  };

  const decide = (verdict, answer) => {
    const q = question();
    if (!q) return;
    if (!panj.who()) return panj.askWho();
    const one = { question: q, verdict, answer, index: at, id: null };
    done.push(one);
    /* The next question stands there at once; the answer goes its way behind it, in order. */
    sending = sending.then(() => panj.try(async () => {
      try {
        one.id = (await panj.send("change/place", { country_iso3: q.country_iso3, place_key: q.place_key, place_text: q.place_text, verdict, answer })).decision;
        panj.applyLater(6000);
      } catch (problem) {
        done = done.filter((other) => other !== one);
        queue.splice(at, 0, q);
        show();
        throw problem;
      }
    }));
    queue.splice(at, 1);
    if (at >= queue.length) at = 0;
    next();
  };
  const next = () => {
    chosen = 0;
    searched = false;
    asked++; /* a search that is still on its way was for the question before */
    isFinding = false;
    parts.search.value = "";
    if (!queue.length && more) return reload();
    show();
  };
  let more = false;
  let asked = 0;
  let isFinding = false;
  const reload = () => sending.then(() => panj.try(load)).then(() => show());

  const confirm = () => {
    if (isFinding) return; /* what is shown is not yet what was searched for */
    if (panj.pin.on()) return decide("pin", panj.pin.answer());
    const c = shown[chosen];
    if (!c) return panj.tell(say("data.choose_first"));
    if (c.lon === null || c.lon === undefined) return panj.tell(say("data.no_point"));
    decide("place", c);
  };
  const notPlace = () => decide("not_a_place", null);
  const skip = () => {
    if (queue.length < 2) return panj.tell(say("data.last_one"));
    queue.push(...queue.splice(at, 1));
    next();
  };
  const undo = () => {
    const one = done.pop();
    if (!one) return panj.tell(say("data.nothing_to_undo"));
    sending = sending.then(() => panj.try(async () => {
      if (one.id !== null) await panj.send("change/undo", { kind: "place", decision: one.id });
      panj.applyLater(6000);
    }));
    queue.splice(at, 0, one.question);
    panj.tell(say("data.undone", { text: one.question.place_text }));
    next();
  };
  const pin = () => {
    if (!question()) return;
    panj.pin.start(shown[chosen], (now) => {
      panj.map.show(shown, -1, now);
      parts.pin.hidden = !now;
      if (now) parts.pin.textContent = say("data.pin_help", { km: panj.number(now.uncertainty_m / 1000) });
    });
  };

  /* ---- searching ---------------------------------------------------------------------------------------------------- */

  const find = async (text) => {
    const mine = ++asked;
    isFinding = text.trim().length >= 2;
    if (text.trim().length < 2) {
      searched = false;
      chosen = 0;
      return show();
    }
    const found = await panj.ask("names", { q: text, country: question()?.country_iso3 || "" }).catch(() => ({ found: [] }));
    if (mine !== asked) return;
    isFinding = false;
    searched = true;
    shown = found.found;
    chosen = 0;
    list();
    panj.map.show(shown, shown.length ? 0 : -1, null);
    if (shown.length) panj.map.fit(shown);
  };
  const searchKeys = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter") parts.search.blur();
    else if (event.key === "Escape") {
      parts.search.value = "";
      parts.search.blur();
      find("");
    } else return;
    event.preventDefault();
  };

  const load = async () => {
    const found = await panj.ask("places");
    queue = found.questions;
    total = found.total;
    more = found.total > found.questions.length;
    history = found.decisions;
    at = 0;
    before = done.length;
  };

  const keys = {
    enter: confirm, n: notPlace, s: skip, u: undo, p: pin, "/": () => (parts.search.focus(), parts.search.select()),
    arrowdown: () => choose(chosen + 1), arrowup: () => choose(chosen - 1), "+": () => panj.map.zoom(1.4), "=": () => panj.map.zoom(1.4), "-": () => panj.map.zoom(0.7),
    r: () => parts.rows.querySelector("details")?.toggleAttribute("open"), escape: () => (panj.pin.on() ? show(true) : (parts.search.value = "") === "" && searched && find("")),
  };
  for (let k = 1; k <= 6; k++) keys[k] = () => choose(k - 1);

  panj.tabs.places = {
    open: async () => {
      if (!parts) frame();
      await sending;
      document.activeElement?.blur();
      done = [];
      await load();
      chosen = 0;
      searched = false;
      parts.search.value = "";
      show();
    },
    leave: () => done.length && sending.then(panj.applyNow),
    keys,
    held: (event) => panj.pin.key(event),
  };
})(window.panj);
