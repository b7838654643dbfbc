/* If X closes: choose it, see the new quickest ways, the hours they cost, which posts take the load, who is next to what it stood near. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  let told = null;
  let picked = -1;
  let scenario = "summer";
  let latest = 0;

  const pane = () => document.getElementById("pane-closing");
  const called = (one) => `${one.name} (${panj.has(`plan.kind_of_${one.kind}`) ? say(`plan.kind_of_${one.kind}`) : panj.kindName(one.kind)})`;

  const build = () => {
    const box = pane();
    if (box.querySelector("#closed")) return;
    const list = el("datalist", { id: "closable" }, ...desk.closable.map((one) => el("option", { value: called(one) })));
    const input = el("input", { id: "closed", type: "search", placeholder: say("js.plan_closed_search"), "aria-label": say("js.plan_closed"), onchange: () => {
      const one = desk.closable.find((each) => called(each) === input.value) || desk.closable.find((each) => each.name.toLowerCase() === input.value.trim().toLowerCase());
      if (one) close(one.id);
    } });
    input.setAttribute("list", "closable");
    const season = el("select", { id: "closed-scenario", onchange: () => { scenario = season.value; if (desk.closed) close(desk.closed); } }, ...desk.scenarios.map(([id, name]) => new Option(name, id)));
    const groups = ["bridge", "bcp", "blo", "pass"].map((kind) => [kind, desk.closable.filter((one) => one.kind === kind)]);
    const often = el("select", { id: "closed-list", "aria-label": say("js.plan_closed"), onchange: () => often.value && close(often.value) }, new Option(say("js.plan_closed_choose"), ""),
      ...groups.map(([kind, ones]) => el("optgroup", { label: panj.has(`plan.kind_of_${kind}`) ? say(`plan.kind_of_${kind}`) : panj.kindName(kind) }, ...ones.map((one) => new Option(one.name, one.id)))));
    panj.fill(box, el("p", null, say("js.plan_closed_what")), el("label.field", null, el("span", null, say("js.plan_closed")), often), el("div", null, input, list),
      el("label.field", null, el("span", null, say("js.plan_scenario")), season), el("div", { id: "closed-told", "aria-live": "polite" }));
  };

  const close = async (id) => {
    const mine = ++latest;
    desk.closed = id;
    build();
    const one = desk.closable.find((each) => each.id === id);
    const list = document.getElementById("closed-list");
    list.value = [...list.options].some((option) => option.value === id) ? id : "";
    document.getElementById("closed").value = one && !list.value ? called(one) : "";
    document.body.dataset.closed = "waiting";
    /* Asked already when the page was opened on it. */
    const early = desk.early?.id === id && scenario === "summer" ? desk.early.told : null;
    const got = await panj.try(() => early || panj.ask("closing", { what: id, scenario }));
    if (!got || mine !== latest) return;
    told = got;
    picked = -1;
    draw();
    document.body.dataset.told = id;
    await paint(true);
    document.body.dataset.closed = id;
    panj.happened("closed");
  };

  const draw = () => {
    const cut = told.ways.filter((way) => way.is_cut_off);
    const longer = told.ways.filter((way) => !way.is_cut_off && way.extra > 0.005).sort((a, b) => b.extra - a.extra);
    panj.fill(document.getElementById("closed-told"),
      el("h3", null, say("js.plan_closed_head", { name: told.name })),
      el("p", null, told.kind === "post" ? say("js.plan_closed_post") : told.edges === 0 ? say("js.plan_closed_already") : !told.ways.length ? say("js.plan_closed_nothing", { n: panj.number(told.unchanged) }) : say("js.plan_closed_ways", { longer: panj.number(longer.length), cut: panj.number(cut.length), same: panj.number(told.unchanged) })),
      told.ways.length ? el("ol.choices", null, ...[...cut, ...longer].map(way)) : null,
      told.posts.length ? [el("h3", null, say("js.plan_closed_load")), el("table.figures", null, el("thead", null, el("tr", null, ...["js.plan_closed_where", "js.plan_closed_before", "js.plan_closed_after"].map((key) => el("th", null, say(key))))), el("tbody", null, ...told.posts.map((post) => el("tr" + (post.after > post.before ? ".is-own" : ""), null, el("td", null, post.name, el("small", null, post.kind)), el("td.n", null, panj.number(post.before)), el("td.n", null, panj.number(post.after))))))] : null,
      told.nearest.length ? [el("h3", null, say("js.plan_closed_nearest")), el("table.figures", null, el("thead", null, el("tr", null, ...["js.plan_closed_where", "js.plan_closed_events", "js.plan_closed_hours"].map((key) => el("th", null, say(key))))), el("tbody", null, ...told.nearest.slice(0, 12).map((post) => el("tr", null, el("td", null, post.name, el("small", null, post.kind)), el("td.n", null, `+${panj.number(post.after - post.before)}`), el("td.n", null, post.takes ? `${panj.hoursText(post.hours_before)} → ${panj.hoursText(post.hours_after)}` : "–")))))] : null,
      el("p.muted", null, say("js.plan_closed_note")));
  };

  const way = (one) => {
    const k = told.ways.indexOf(one);
    return el("li", null, el("button" + (picked === k ? ".choice.is-on" : ".choice"), { type: "button", "aria-pressed": String(picked === k), onclick: () => { picked = picked === k ? -1 : k; draw(); paint(true); } },
      el("span", null, `${one.from} – ${one.to}: `, el("b", null, one.is_cut_off ? say("js.plan_closed_cut") : `+${panj.hoursText(one.extra)}`)),
      el("small", null, [one.is_cut_off ? "" : `${panj.hoursText(one.before)} → ${panj.hoursText(one.after)}`, one.takes.length ? say("js.plan_closed_over", { names: one.takes.join(", ") }) : ""].filter(Boolean).join(" · "))));
  };

  const paint = async (moves = false) => {
    await panj.planMap.ready;
    if (document.body.dataset.tab !== "closing") return;
    panj.planMap.showCells(null);
    if (!told) return panj.planMap.ways([]);
    const shown = told.ways.filter((_, k) => picked < 0 || picked === k);
    panj.planMap.ways([...shown.map((one) => ({ role: "before", line: one.line_before })), ...shown.map((one) => ({ role: "after", line: one.line_after }))].filter((one) => one.line.length > 1));
    const one = desk.closable.find((each) => each.id === told.id);
    const more = [...told.posts, ...told.nearest].filter((post) => post.after > post.before && post.lon !== null);
    const takes = more.filter((post, k) => more.findIndex((each) => each.id === post.id) === k);
    const places = [...(one ? [{ id: one.id, name: one.name, lon: one.lon, lat: one.lat, role: "lost", mark: "×", told: say("js.plan_closed_closed") }] : []), ...takes.map((post) => ({ id: post.id, name: post.name, lon: post.lon, lat: post.lat, role: "gained", mark: "+", told: post.hours_after === undefined ? say("js.plan_closed_takes", { n: panj.number(post.after - post.before) }) : `${say("js.plan_closed_events")}: +${panj.number(post.after - post.before)}` }))];
    panj.planMap.chosen(places);
    panj.fill(document.getElementById("key"), el("p.legend-title", null, say("js.plan_closed_head", { name: told.name })),
      el("p.symbols", null, el("span", null, el("i.k-before"), say("js.plan_closed_way_before")), el("span", null, el("i.k-way"), say("js.plan_closed_way_after")), el("span", null, el("i.k-new", null, "+"), say("js.plan_closed_gains"))),
      el("p.muted", null, say("js.plan_closed_note")));
    if (moves) panj.planMap.fitPoints([...places, ...shown.flatMap((each) => [...each.line_before, ...each.line_after].map(([lon, lat]) => ({ lon, lat })))]);
  };

  panj.on("tab", (tab) => {
    if (tab !== "closing") return;
    build();
    paint();
    if (desk.closed && told?.id !== desk.closed) close(desk.closed);
  });
  panj.on("close", (id) => {
    desk.closed = id;
    panj.showTab("closing");
  });
})(window.panj);
