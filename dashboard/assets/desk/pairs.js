/* Tab "Pairs": two reports that may tell of one fact, side by side with the reasons. Nothing unsure is joined by itself. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;
  const place = document.getElementById("tab-pairs");
  const FIELDS = ["happened_from", "date_text", "country_iso3", "place_text", "drug", "drug_text", "weight_kg", "amount_text", "agency", "transport", "concealment", "note", "feed", "row_number", "source_ref", "source_url"];
  const STATUSES = ["proposed", "merged", "apart"];
  let queue = [];
  let total = 0;
  let at = 0;
  let status = "proposed";
  let done = [];
  let sending = Promise.resolve();

  const told = (row, field) => {
    const value = row[field];
    if (value === null || value === undefined || value === "") return "";
    if (field === "happened_from") return row.happened_from === row.happened_to ? value : `${value} – ${row.happened_to}`;
    if (field === "weight_kg") return `${row.weight_bound === "at_least" ? "≥\u00a0" : ""}${panj.kg(value, 6)}`;
    if (["drug", "transport", "concealment"].includes(field)) return word(field, value);
    if (field === "country_iso3") return word("country", value);
    if (field === "feed") return word("feed", value);
    return typeof value === "number" ? panj.number(value) : String(value);
  };

  /* A reason is a code with values, or a code alone. */
  const reason = (one) => {
    const { code, ...values } = typeof one === "string" ? { code: one } : Array.isArray(one) ? { code: one[0], value: one[1] } : one;
    const key = `pair_reason.${code}`;
    const amount = (value) => (values.kg ? panj.kg(value, 6) : panj.number(value, 6));
    const rest = [
      values.days !== undefined ? panj.number(values.days) : "", values.km !== undefined ? say("data.km", { km: values.km }) : "", values.times ? `× ${panj.number(values.times)}` : "",
      values.number ? `№ ${panj.number(values.number)}` : "",
      typeof values.a === "number" && typeof values.b === "number" ? `${amount(values.a)} · ${amount(values.b)}` : [values.a, values.b].filter((one) => typeof one === "string").join(" · "),
      (values.fields || []).map((name) => word("column", name)).join(", "),
    ].filter(Boolean);
    return el("span.fact.reason", null, panj.has(key) ? say(key) : String(code).replaceAll("_", " "), rest.length ? `: ${rest.join(", ")}` : "");
  };

  const show = () => {
    const pair = queue[at];
    const switcher = el("div.switch", { role: "group" }, STATUSES.map((name) => el("button" + (name === status ? ".on" : ".quiet"), { type: "button", "aria-pressed": String(name === status), onclick: () => change(name) }, say(`data.pairs.${name}`))));
    if (!pair) {
      panj.fill(place, el("div.pairs", null, switcher, el("h1", null, say(status === "proposed" ? "data.pairs_done" : "data.pairs_none")), el("p.muted", null, say("data.pairs_help")),
        done.length ? el("div.actions", null, button(say("data.undo"), undo, "quiet", "U")) : null));
      if (done.length) sending.then(panj.applyNow);
      return;
    }
    const { a, b } = pair;
    const differs = (field) => told(a, field) !== told(b, field);
    panj.fill(place, el("div.pairs", null, switcher,
      el("div.queue-top", null, el("p.muted", null, status === "proposed" ? say("data.pairs_left", { n: Math.max(total - done.length, queue.length) }) : say("data.of_n", { n: queue.length })), el("span.muted", { id: "applying", role: "status" })),
      el("p.facts", null, el("span.fact", null, el("i", null, say("data.likeness")), ` ${Math.round(100 * pair.score)}\u00a0%`), pair.same_file ? el("span.fact", null, say("data.same_file")) : null, pair.verdict === "mirror" ? el("span.fact", null, say("data.mirror")) : null, (pair.reasons || []).map(reason)),
      el("div.frame", null, el("table.plain.two", null,
        el("thead", null, el("tr", null, el("th"), el("th", null, say("data.report_a")), el("th", null, say("data.report_b")))),
        el("tbody", null, FIELDS.filter((field) => told(a, field) || told(b, field)).map((field) => el("tr" + (differs(field) ? ".differs" : ""), null, el("th", { scope: "row" }, field === "happened_from" ? say("column.date") : word("column", field)), el("td", { dir: "auto" }, told(a, field) || "–"), el("td", { dir: "auto" }, told(b, field) || "–")))))),
      el("div.actions.sticky", null,
        status === "merged" ? null : button(say("data.merge"), () => decide("merged"), "", "M"), status === "apart" ? null : button(say("data.apart"), () => decide("apart"), status === "merged" ? "" : "quiet", "A"),
        status === "proposed" ? button(say("data.skip"), skip, "quiet", "S") : button(say("data.propose_again"), () => decide("proposed"), "quiet"),
        done.length ? button(say("data.undo"), undo, "quiet", "U") : null),
      el("p.muted", null, say("data.merge_help"))));
  };

  const decide = (now) => {
    const pair = queue[at];
    if (!pair) return;
    if (!panj.who()) return panj.askWho();
    const one = { pair, id: null };
    done.push(one);
    sending = sending.then(() => panj.try(async () => {
      try {
        one.id = (await panj.send("change/pair", { report_a: pair.report_a, report_b: pair.report_b, status: now })).decision;
        panj.applyLater(6000);
      } catch (problem) {
        done = done.filter((other) => other !== one);
        queue.splice(at, 0, pair);
        show();
        throw problem;
      }
    }));
    queue.splice(at, 1);
    if (at >= queue.length) at = 0;
    show();
  };
  const undo = () => {
    const one = done.pop();
    if (!one) return panj.tell(say("data.nothing_to_undo"));
    sending = sending.then(() => panj.try(async () => {
      if (one.id !== null) await panj.send("change/undo", { kind: "pair", decision: one.id });
      panj.applyLater(6000);
    }));
    queue.splice(at, 0, one.pair);
    show();
  };
  const step = (by) => {
    if (queue.length) at = (at + by + queue.length) % queue.length;
    show();
  };
  const skip = () => step(1);
  const change = async (name) => {
    status = name;
    await panj.tabs.pairs.open();
  };

  panj.tabs.pairs = {
    open: async () => {
      await sending;
      document.activeElement?.blur();
      const found = await panj.ask("pairs", { status });
      queue = found.pairs;
      total = found.total;
      at = 0;
      done = [];
      show();
    },
    leave: () => done.length && sending.then(panj.applyNow),
    keys: { m: () => decide("merged"), a: () => decide("apart"), s: skip, u: undo, arrowdown: () => step(1), arrowup: () => step(-1) },
  };
})(window.panj);
