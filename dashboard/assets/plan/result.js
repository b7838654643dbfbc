/* A kept plan on the map and in words: who is served by what, as recorded or corrected, what is nearly as good, how firm it is, what each
   further office adds, how it does in every scenario; and its files. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  const TABS = ["plan", "nearly", "firm", "curve", "scenarios"];
  const FILES = [["pdf", "js.plan_file_pdf"], ["xlsx", "js.plan_file_xlsx"], ["gpkg", "js.plan_file_gpkg"], ["geojson", "js.plan_file_geojson"], ["toml", "js.plan_file_toml"], ["json", "js.plan_file_json"]];
  let tab = "plan";
  /* What the map shows: recorded, corrected, nearly:k, curve:k, scenario:k. */
  let view = "recorded";

  const box = () => document.getElementById("found");
  const told = () => desk.plan.plan;
  const site = (id) => told().sites[id];
  const name = (id) => panj.placeName(id);
  const total = () => told().demand.points;
  const names = (ids) => ids.map(name).join(", ") || say("plan.nothing");
  const [isCorrected, other] = [() => view === "corrected", () => !["recorded", "corrected"].includes(view)];

  const pairsAsked = () => Boolean(told().question.two_sided);

  const newOf = () => {
    const [what, k] = view.split(":");
    if (what === "nearly") return told().nearly[k].new || [...told().recorded.new.filter((id) => !told().nearly[k].lost.includes(id)), ...told().nearly[k].gained];
    if (what === "curve") return told().curve[k].sites || [];
    if (what === "scenario") return told().scenarios[k].best_new;
    return told()[what].new;
  };

  /* ---- the map ---------------------------------------------------------------------------------------------------- */

  const paint = async () => {
    await panj.planMap.ready;
    if (!desk.plan || !["question", "places"].includes(document.body.dataset.tab)) return;
    const own = told().recorded.new;
    const chosen = newOf();
    const numbered = isCorrected() ? chosen : own;
    const marks = chosen.map((id) => ({ id, name: name(id), lon: site(id)?.lon, lat: site(id)?.lat, role: !other() || own.includes(id) ? "new" : "gained", mark: numbered.includes(id) ? String(numbered.indexOf(id) + 1) : "+", told: say("js.plan_role_new") }));
    const lost = other() ? own.filter((id) => !chosen.includes(id)).map((id) => ({ id, name: name(id), lon: site(id).lon, lat: site(id).lat, role: "lost", mark: String(own.indexOf(id) + 1), told: say("js.plan_role_lost") })) : [];
    panj.planMap.chosen([...lost, ...marks].filter((one) => Number.isFinite(one.lon)));
    const demand = desk.plan.map.features.filter((one) => one.properties.role === "demand");
    const key = isCorrected() ? ["points_corrected", "served_by_corrected", "hours_corrected"] : ["points", "served_by", "hours"];
    cells(demand, key);
    spots(demand, key[0]);
    panj.planMap.served(other() ? [] : demand.filter((one) => one.properties[key[1]] && site(one.properties[key[1]])).map((one) => {
      const by = one.properties[key[1]];
      return { line: [one.geometry.coordinates, [site(by).lon, site(by).lat]], is_new: chosen.includes(by) };
    }));
    legend(demand, key[0]);
    document.body.dataset.shown = view;
  };

  const cells = (demand, [points, by, hours]) => {
    const here = demand.filter((one) => one.properties.kind === "cell");
    const rings = desk.plan.rings;
    const values = here.map((one) => one.properties[points] ?? one.properties.points ?? 0);
    const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
    const most = sorted.at(-1) || 1;
    /* Seven classes, each twice the one below: said in the legend. */
    const classes = Uint8Array.from(values, (value) => (value > 0 ? Math.max(1, 7 + Math.ceil(Math.log2(value / most) - 1e-9)) : 0));
    desk.plan.packed ??= { rings: Float32Array.from(rings.flat(2)), starts: Uint32Array.from([0, ...rings.map(((sum) => (ring) => (sum += ring.length))(0))]) };
    panj.planMap.showCells({
      ...desk.plan.packed, classes, ramp: panj.planMap.ramp, strength: 0.85,
      words: (cell) => {
        const one = here[cell].properties;
        const time = one[hours];
        return [say("js.plan_points", { n: panj.number(values[cell]), share: panj.percent(values[cell] / total(), 2) }), one[by] ? say("js.plan_served_by", { name: name(one[by]), hours: Number.isFinite(time) ? panj.hoursText(time) : say("js.plan_within", { hours: panj.hoursText(told().question.hours) }) }) : say("js.plan_not_served")];
      },
    });
  };

  const spots = (demand, points) => {
    const here = demand.filter((one) => one.properties.kind !== "cell" && (one.properties[points] ?? one.properties.points) > 0);
    const most = Math.max(1e-9, ...here.map((one) => one.properties[points] ?? one.properties.points));
    panj.planMap.spots(here.map((one) => ({ lon: one.geometry.coordinates[0], lat: one.geometry.coordinates[1], radius: 2 + 5 * Math.sqrt((one.properties[points] ?? one.properties.points) / most) })));
  };

  const legend = (demand, points) => {
    const values = demand.filter((one) => one.properties.kind === "cell").map((one) => one.properties[points] ?? one.properties.points ?? 0);
    const most = Math.max(0, ...values);
    const ramp = el("div.steps", null, ...panj.planMap.ramp().map((colour, k) => {
      const step = el("span", null, most > 0 ? (k ? panj.number(most / 2 ** (7 - k)) : "<") : "");
      step.style.setProperty("--step", colour);
      return step;
    }));
    panj.fill(document.getElementById("key"),
      el("p.legend-title", null, say(isCorrected() ? "js.plan_key_corrected" : "js.plan_key_points", { total: panj.number(total()) })), ramp,
      el("p.symbols", null,
        el("span", null, el("i.k-new", null, "1"), say("plan.key_new")), el("span", null, el("i.k-blo"), say("plan.key_standing")), el("span", null, el("i.k-cand"), say("js.plan_role_candidate")),
        el("span", null, el("i.k-lock"), say("js.plan_role_locked")), el("span", null, el("i.k-dot"), say("js.plan_role_crossing")), other() ? null : el("span", null, el("i.k-line"), say("js.plan_key_serves")), el("span", null, el("i.k-spot"), say("js.plan_key_spots"))),
      el("p.muted", null, say("js.plan_key_note", { n: panj.number(told().demand.events), hours: panj.hoursText(told().question.hours), km2: "297" })));
  };

  /* ---- the panel -------------------------------------------------------------------------------------------------- */

  const show = (what) => {
    view = what;
    draw();
    paint();
  };

  const head = () => {
    const list = el("select", { id: "plan-open", "aria-label": say("js.plan_kept"), onchange: () => open(list.value) }, ...desk.plans.map((one) => new Option(one, one)));
    list.value = desk.plan?.name || "";
    const beside = el("select", { id: "plan-beside", "aria-label": say("plan.beside"), onchange: () => (location.href = `${panj.root}/plan/sheet?${new URLSearchParams({ name: desk.plan.name, beside: beside.value })}`) },
      new Option(say("plan.beside"), ""), ...desk.plans.filter((one) => one !== desk.plan?.name).map((one) => new Option(one, one)));
    const files = el("details.menu", { id: "files" }, el("summary", null, say("js.plan_export")), el("div.menu-list", null, ...FILES.map(([ending, key]) => el("a", { href: `${panj.root}/download/plan.${ending}?${new URLSearchParams({ name: desk.plan.name })}`, "data-file": ending }, say(key)))));
    return el("div.found-head", null, el("label.field", null, el("span", null, say("js.plan_kept")), list),
      el("div.acts", null, files, panj.button(say("js.plan_change_one"), () => panj.question.open(told().question, panj.question.freshName())), desk.plans.length > 1 ? beside : null,
        el("a.button.quiet", { href: `${panj.root}/plan/sheet?${new URLSearchParams({ name: desk.plan.name })}` }, say("js.plan_sheet")),
        panj.button(say("js.plan_forget"), forget)));
  };

  const forget = () => {
    const gone = desk.plan.name;
    panj.tell(say("js.plan_forget_sure", { name: gone }), " ", panj.button(say("js.plan_forget_yes"), () => panj.try(async () => {
      Object.assign(desk, await panj.send("forget", { name: gone }));
      panj.tell("");
      panj.happened("plans");
      await open(desk.plans[0] || "");
    })));
  };

  const plan = () => {
    const mine = told()[isCorrected() ? "corrected" : "recorded"];
    const share = (id) => (mine.points_by_site[id] ?? 0) / sum(mine);
    const shift = el("div.segments", { role: "radiogroup", "aria-label": say("js.plan_demand") }, ...["recorded", "corrected"].map((one) => el("button.segment", { type: "button", role: "radio", "data-value": one, "aria-checked": String(view === one), onclick: () => show(one) }, say(`js.plan_as_${one}`))));
    return [shift,
      el("p.key-figures", null, el("b", null, panj.percent(mine.share_covered)), ` ${isCorrected() ? say("js.plan_reached_corrected") : say("js.plan_reached_now", { before: panj.percent(told().covered_by_existing / total()) })}`),
      desk.plan.sheet.firm ? el("p", { id: "how-firm" }, el("b", null, say("plan.head_firm")), " ", desk.plan.sheet.firm) : null,
      isCorrected() ? null : before(),
      mine.status === "optimal" && !mine.gap ? el("p.proof", null, "✓ ", say("plan.proven")) : el("p.proof.open", null, say("plan.gap", { gap: panj.number(100 * (mine.gap ?? 0), 2) })),
      el("ol.sites", null, ...mine.new.map((id) => el("li", null, el("button.link", { type: "button", onclick: () => panj.happened("picked", id, "result") }, name(id)),
        el("small", null, [panj.kindName(site(id).kind), panj.word("country", site(id).country_iso3), told().chosen_in_draws[id] !== undefined ? say("js.plan_in_draws", { share: panj.percent(told().chosen_in_draws[id]) }) : "", site(id).cost ? say("js.plan_costs", { n: panj.number(site(id).cost) }) : ""].filter(Boolean).join(" · ")), el("b", null, panj.percent(share(id)))))),
      mine.cost ? el("p", null, say("js.plan_cost_total", { n: panj.number(mine.cost), budget: panj.number(told().question.budget) })) : null,
      isCorrected() || !desk.plan.sheet.exchanges.length ? null : el("div", { id: "exchanges" }, el("h3", null, say("plan.exchanges")), el("ul", null, ...desk.plan.sheet.exchanges.map((line) => el("li", null, line)))),
      isCorrected() ? null : desk.plan.sheet.idle.map((line) => el("p.muted.idle", null, line)),
      pairs(mine.pairs || []),
      el("dl.facts", null, ...desk.plan.sheet.sentences.slice(desk.plan.sheet.firm ? 1 : 0).flatMap(([head, text]) => [el("dt", null, head), el("dd", null, text)])),
      el("details", null, el("summary", null, say("plan.formula")), el("ul", null, ...desk.plan.sheet.formula.map((line) => el("li", null, line)))),
      desk.plan.sheet.excluded.length ? el("details", { open: true }, el("summary", null, say("plan.excluded")), el("ul", null, ...desk.plan.sheet.excluded.map(([place, reason]) => el("li", null, el("b", null, place), `: ${reason}`)))) : null,
      el("details", null, el("summary", null, `${say("plan.standing")} (${told().existing.length})`), el("ul", null, ...desk.plan.sheet.standing.map((one) => el("li", null, `${one.name} – ${one.share}`)))),
      el("p.muted", null, desk.plan.sheet.made_from)];
  };
  /* Change one thing and see what it costs: beside the plan that was open before. */
  const before = () => {
    const other = desk.before;
    if (!other || other.name === desk.plan.name || !desk.plans.includes(other.name)) return null;
    const more = told().recorded.share_covered - other.share;
    return el("p", { id: "beside-before" }, say(more >= 0 ? "js.plan_more_than" : "js.plan_less_than", { name: other.name, share: panj.number(100 * Math.abs(more), 1) }), " ",
      el("a", { href: `${panj.root}/plan/sheet?${new URLSearchParams({ name: other.name, beside: desk.plan.name })}` }, say("js.plan_side_by_side")));
  };
  const sum = (mine) => (mine.share_covered ? mine.covered / mine.share_covered : total());

  const pairs = (list) => (list.length ? el("div", null, el("h3", null, say("js.plan_pairs")), el("ul", null, ...list.map(([a, b]) => {
    const rule = told().two_sided?.pairs.find((one) => one.sites.includes(a) && one.sites.includes(b));
    return el("li", null, `${name(a)} ↔ ${name(b)}`, rule ? el("small", null, say("js.plan_pair_at", { crossing: name(rule.crossing) })) : null);
  }))) : null);

  const nearly = () => [
    el("p.muted", null, say("js.plan_nearly_help")),
    el("ol.choices", { start: 1 }, choice("recorded", names(told().recorded.new), say("js.plan_the_best"), told().recorded.share_covered),
      ...told().nearly.map((one, k) => choice(`nearly:${k}`, say("js.plan_instead", { gained: names(one.gained), lost: names(one.lost) }), say("js.plan_loses", { loss: panj.percent(one.loss, 2) }), one.share_covered))),
    told().nearly.length ? null : el("p", null, say("plan.nearly_none"))];
  const choice = (what, words, more, share) => el("li", null, el("button" + (view === what ? ".choice.is-on" : ".choice"), { type: "button", "aria-pressed": String(view === what), onclick: () => show(what) }, el("span", null, words), el("small", null, [more, share !== undefined ? say("js.plan_reaches", { share: panj.percent(share) }) : ""].filter(Boolean).join(" · "))));

  const firm = () => {
    const drawn = Object.entries(told().chosen_in_draws).sort((a, b) => b[1] - a[1]);
    if (!drawn.length) return [el("p", null, say("plan.not_drawn"))];
    const own = told().recorded.new;
    const draws = told().draws;
    return [el("p", null, say("js.plan_firm_what", { n: panj.number(told().question.draws) }), draws?.is_best !== undefined && draws?.is_best !== null ? ` ${say("js.plan_is_best", { share: panj.percent(draws.is_best) })}` : ""),
      draws?.regret ? el("p", null, say("js.plan_regret", { mid: panj.percent(draws.regret.p50), high: panj.percent(draws.regret.p95) })) : null,
      panj.charts.bars(drawn.slice(0, 15).map(([id, share]) => ({ name: name(id), share, words: panj.percent(share), tone: own.includes(id) ? "is-own" : "", press: () => panj.happened("picked", id, "result") }))),
      el("p.muted", null, say("js.plan_firm_key")),
      draws ? hangsOn(draws) : null];
  };

  /* What the answer hangs on: each thing that the draws vary, and what it does when it alone varies. */
  const hangsOn = (draws) => {
    const alone = Object.fromEntries((draws.alone || []).map((one) => [one.what, one]));
    const rows = [...draws.varied].sort((a, b) => (alone[b.what]?.regret ?? 0) - (alone[a.what]?.regret ?? 0));
    return [el("h3", null, say("js.plan_hangs")), el("table.figures", { id: "hangs-on" },
      el("thead", null, el("tr", null, ...["js.plan_varied", "js.plan_col_still", "js.plan_col_regret"].map((key) => el("th", null, say(key))))),
      el("tbody", null, ...rows.map((one) => el("tr", null, el("td", { title: one.how }, panj.has(`plan.varied_${one.what}`) ? say(`plan.varied_${one.what}`) : one.how), el("td.n", null, panj.percent(alone[one.what]?.is_best)), el("td.n", null, panj.percent(alone[one.what]?.regret))))))];
  };

  const curve = () => {
    const steps = [{ new: 0, share: told().covered_by_existing / total() }, ...told().curve.map((one, k) => ({ ...one, k, share: one.share_covered ?? one.covered / total(), is_wanted: one.is_wanted ?? one.new === told().question.new }))];
    return [panj.charts.curve(steps, (step) => (step.k === undefined || !told().curve[step.k].sites ? null : show(`curve:${step.k}`)), desk.plan.sheet.curve_title),
      el("h3", null, desk.plan.sheet.curve_title),
      el("table.figures", null, el("thead", null, el("tr", null, ...[pairsAsked() ? "plan.col_more_pairs" : "js.plan_col_more", "js.plan_col_reached", "js.plan_col_adds", "js.plan_col_gap"].map((key) => el("th", null, say(key))))),
        el("tbody", null, ...steps.slice(1).map((step, k) => el("tr" + (step.is_wanted ? ".is-own" : ""), null, el("td", null, step.sites ? panj.button(`+${panj.number(step.new)}`, () => show(`curve:${k}`), "link") : `+${panj.number(step.new)}`), el("td.n", null, panj.percent(step.share)), el("td.n", null, panj.percent(step.share - steps[k].share)), el("td.n", null, panj.percent(step.gap, 2))))))];
  };

  const scenarios = () => {
    const rows = told().scenarios || [];
    if (!rows.length) return [el("p", null, say("js.plan_no_scenarios"))];
    const called = Object.fromEntries(desk.scenarios);
    return [el("p.muted", null, say("js.plan_scenarios_help")),
      el("table.figures", null, el("thead", null, el("tr", null, ...["js.plan_scenario", "js.plan_col_reached", "js.plan_col_best", "js.plan_col_regret"].map((key) => el("th", null, say(key))))),
        el("tbody", null, ...rows.map((row, k) => el("tr" + (row.is_own ? ".is-own" : ""), null, el("td", null, panj.button(called[row.scenario] || row.scenario, () => show(`scenario:${k}`), "link")), el("td.n", null, panj.percent(row.share_covered)), el("td.n", null, panj.percent(row.best / total())), el("td.n", null, panj.percent(row.share)))))),
      el("p.muted", null, say("js.plan_scenarios_press"))];
  };

  const draw = () => {
    if (!desk.plan) return panj.fill(box(), el("h2", null, say("plan.title")), el("p", null, say(desk.has_reports ? "js.plan_none" : "js.plan_no_store")), desk.has_reports ? null : el("a.button.quiet", { href: `${panj.root}/data` }, say("page.data")));
    const parts = { plan, nearly, firm, curve, scenarios };
    const flips = told().flips;
    const scrolled = box().querySelector(".found-body")?.scrollTop || 0;
    panj.fill(box(), head(),
      told().is_demonstration ? el("p.demonstration", null, say("plan.demonstration")) : null,
      el("p.asked-line", null, desk.plan.sheet.what),
      flips ? el("div.flips", { role: "alert" }, el("b", null, say("js.plan_flips")), el("p", null, say("js.plan_flips_how", { recorded: names(told().recorded.new.filter((id) => !told().corrected.new.includes(id))), corrected: names(told().corrected.new.filter((id) => !told().recorded.new.includes(id))) })), panj.button(say(isCorrected() ? "js.plan_show_recorded" : "js.plan_show_corrected"), () => { tab = "plan"; show(isCorrected() ? "recorded" : "corrected"); })) : null,
      el("div.tabs", { role: "tablist" }, ...TABS.map((one) => el("button", { type: "button", role: "tab", "data-part": one, "aria-selected": String(one === tab), onclick: () => { tab = one; draw(); } }, say(`js.plan_part_${one}`)))),
      el("div.found-body", { role: "tabpanel" }, ...parts[tab]()));
    box().querySelector(".found-body").scrollTop = scrolled;
  };

  const open = async (which) => {
    if (!which) {
      desk.plan = null;
      view = "recorded";
      draw();
      panj.planMap.ready.then(() => { panj.planMap.showCells(null); panj.planMap.chosen([]); panj.planMap.served([]); panj.planMap.spots([]); });
      panj.happened("plan");
      return;
    }
    const got = await panj.try(() => panj.ask("kept", { name: which }));
    if (!got) return;
    if (desk.plan && desk.plan.name !== which) desk.before = { name: desk.plan.name, share: told().recorded.share_covered };
    desk.plan = { name: which, ...got };
    [view, tab] = ["recorded", "plan"];
    panj.happened("plan");
    draw();
    await paint();
  };

  panj.on("plans", () => desk.plan && draw());
  panj.on("theme", () => paint());
  panj.on("tab", (now) => ["question", "places"].includes(now) && (desk.plan ? paint() : panj.planMap.ready.then(() => panj.planMap.showCells(null))));
  panj.result = { open, draw, show };
})(window.panj);
