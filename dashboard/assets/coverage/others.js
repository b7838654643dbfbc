/* Money, equipment, training, time, memberships. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el } = panj;
  const words = (key, values) => panj.say(`coverage.${key}`, values);

  /* Law and rights stand beside the money of security. */
  const law = () => {
    const { rows, no_law } = panj.answers.overview.law;
    if (!rows.length) return null;
    return el("section.law", null, el("h3", null, words("law")), el("p.note", null, words("law_note"), no_law.length ? ` ${words("law_none", { where: no_law.join(", ") })}` : ""), el("ul.parties", null, rows.map((one) => el("li", null, el("span", null, [one.topic, one.country].filter(Boolean).join(" · ")), el("b", null, one.stage), el("small", null, one.since || words("no_date"), " ", panj.cited(one.sources))))));
  };

  panj.panes.money = () => {
    const { rows, by_donor } = panj.answers.overview.money;
    const told = panj.answers.published;
    /* Money that publishers tell of themselves stands apart: the same sum may be in the register. */
    const published = told?.rows.length ? el("section", null, el("h3", null, words("published")), el("p.note", null, words("published_note", { n: told.n_activities })), panj.table([words("head.donor"), `#${words("head.amount")}`, words("head.years")], told.rows.map((row) => [el("div", null, row.donor, el("small", null, row.scope)), el("div", null, row.amount, el("small", null, row.stage)), row.year]))) : null;
    if (!rows.length) return [panj.heading(words("tab.money")), panj.empty(words("money_none")), law(), published].filter(Boolean);
    return [
      panj.heading(words("tab.money"), words("money_of", { year: panj.answers.overview.year })),
      el("p.note", null, words("money_note")),
      el("h3", null, words("money_by_donor")),
      panj.table([words("head.donor"), `#${words("head.amount")}`, words("head.stage"), words("head.years_added")], by_donor.map((row) => [row.donor, row.amount, row.stage, row.years || (row.n > 1 ? words("money_n", { n: row.n }) : "–")])),
      law(),
      el("h3", null, words("money_rows")),
      panj.table([words("head.programme"), words("head.donor"), `#${words("head.amount")}`, words("head.years")], rows.map((row) => [el("div", null, el("span", { title: row.programme_name }, row.programme), el("small", { lang: "en" }, row.purpose)), el("div", null, row.donor, el("small", null, panj.cited(row.sources))), el("div", null, row.amount, el("small", null, row.stage)), el("div", null, row.year, el("small", null, row.scope))])),
      published,
    ].filter(Boolean);
  };

  panj.panes.equipment = () => {
    const { curves, provinces, given } = panj.answers.overview.equipment;
    const found = [panj.heading(words("tab.equipment"), words("equipment_note"))];
    if (!curves.length && !provinces.length) found.push(panj.empty(words("equipment_none"), words(panj.facts.insider ? "equipment_none_insider" : "equipment_none_outside")));
    if (provinces.length) found.push(el("h3", null, words("equipment_provinces")), panj.table([words("unit_province"), `#${words("head.seen")}`, `#${words("head.working")}`, "#%"], provinces.map((row) => [row.name, panj.number(row.seen), panj.number(row.working), panj.percent(row.working / row.seen)])));
    for (const curve of curves) found.push(el("h3", null, `${curve.donor} · ${curve.kind.replaceAll("_", " ")}`), panj.table([words("head.age"), `#${words("head.working")}`, "#95 %", "#n"], curve.steps.map(([years, works, low, high, n]) => [words("years", { n: panj.number(years, 1) }), panj.percent(works), low === null ? "–" : `${panj.percent(low)} – ${panj.percent(high)}`, panj.number(n)])));
    if (given.length) found.push(el("h3", null, words("equipment_given")), panj.table([words("head.name"), words("head.donor"), words("head.since"), words("head.where")], given.map((row) => [el("span", { lang: "en" }, row.quantity ? `${row.item} × ${row.quantity}` : row.item), row.donor, row.since || words("no_date"), row.where])));
    return found;
  };

  panj.panes.training = () => {
    const { n_women, n_in_post, least, is_of_all, courses } = panj.answers.overview.training;
    const share = (name, rate) => el("p", null, el("b", null, rate.share === null ? words("not_known") : panj.percent(rate.share)), " ", words(name), rate.n ? ` (n = ${panj.number(rate.n)})` : "");
    return [
      panj.heading(words("tab.training")),
      el("div.key-figures", null, share("training_in_post", n_in_post), share("training_women", n_women)),
      n_women.share === null || n_in_post.share === null ? el("p.note", null, words("training_unknown", { least })) : null,
      is_of_all ? el("p.note", null, words("training_of_all")) : null,
      courses.length ? panj.table([words("head.name"), words("head.donor"), `#${words("head.number")}`, `#${words("head.women")}`, `#${words("head.in_post")}`], courses.map((row) => [el("div", null, el("span", { lang: "en" }, row.course), el("small", null, [row.programme, row.since].filter(Boolean).join(" · "), " ", panj.cited(row.sources))), row.donor, row.n ?? "–", row.n_women ?? "–", row.n_in_post ?? "–"])) : panj.empty(words("none_chosen"), words("none_chosen_more")),
    ];
  };

  panj.panes.members = () => {
    const { bodies, ratified, agreements } = panj.answers.overview.members;
    return [
      panj.heading(words("tab.members"), words("members_of", { day: panj.answers.overview.as_of })),
      el("p.note", null, words(ratified.is_operational ? "ratified_enough" : "ratified_few", ratified)),
      bodies.map((body) => el("section", null, el("h3", null, body.name), body.parties.length ? el("ul.parties", null, body.parties.map((one) => el("li", null, el("span", null, one.name), el("b", null, one.status), el("small", null, panj.cited(one.sources))))) : el("p.muted", null, words("members_none")))),
      agreements.length ? el("section", null, el("h3", null, words("agreements")), el("ul.parties", null, agreements.map((one) => el(`li${one.is_live ? "" : ".muted"}`, null, el("span", null, `${one.a} – ${one.b}`), el("b", null, one.stage), el("small", { lang: "en" }, one.kind))))) : null,
    ];
  };

  /* Programmes as spans of years, what was handed over or opened as marks; under it the matrix. */
  panj.panes.time = () => {
    const { timeline, matrix, years } = panj.answers.overview;
    const [first, last] = years;
    const at = (year) => (100 * (Math.max(year, first) - first)) / (last + 1 - first);
    const row = (one) => {
      const from = one.first ?? one.marks[0]?.year;
      const [left, right] = [from ? at(from) : 0, one.last ? at(Math.min(one.last, last) + 1) : 100];
      const about = [one.name, one.first || one.last ? `${one.first ?? "?"} – ${one.last ?? ""}` : words("year_not_stated"), one.undated ? words("n_undated", { n: one.undated }) : ""].filter(Boolean).join(" · ");
      return el("li", { title: about }, el("span.code", null, one.programme), el("span.lane", null, from ? el(`i.span${one.last ? "" : ".open"}`, { style: `left:${left}%;width:${Math.max(1.5, right - left)}%` }) : null, one.marks.map((mark) => el("i.mark", { style: `left:${at(mark.year + 0.5)}%`, title: `${mark.year}: ${mark.n}` }, mark.n > 1 ? String(mark.n) : "")), el("i.now", { style: `left:${at(Number(panj.asked.year) + 1)}%` })));
    };
    const chosen = matrix[panj.asked.columns];
    return [
      panj.heading(words("tab.time"), words("time_note")),
      timeline.rows.length ? el("ol.lanes", null, el("li.scale", null, el("span.code"), el("span.lane", null, [2000, 2005, 2010, 2015, 2020, 2025].map((year) => el("b", { style: `left:${at(year)}%` }, String(year))))), timeline.rows.map(row)) : panj.empty(words("none_chosen"), words("none_chosen_more")),
      el("h3", null, words("matrix")),
      panj.segments(words("matrix"), [["district", words("unit_district")], ["section", words("unit_section")]], panj.asked.columns, (value) => ((panj.asked.columns = value), panj.keepAddress(), panj.happened("draw"))),
      chosen.rows.length ? el("div.wide", null, el("table.matrix", null, el("thead", null, el("tr", null, el("th"), chosen.columns.map(([, name]) => el("th", { scope: "col" }, el("span", null, name))))), el("tbody", null, chosen.rows.map(([code, cells]) => el("tr", null, el("th", { scope: "row" }, code), cells.map((n) => el(`td${n ? ".has" : ""}`, null, n ? panj.number(n) : ""))))))) : panj.empty(words("none_chosen")),
      el("p.muted", null, words("matrix_note")),
    ];
  };
})(window.panj);
