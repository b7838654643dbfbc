/* Panes that count: gaps, who else is there, what lies within reach, what an office changed. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el } = panj;
  const words = (key, values) => panj.say(`coverage.${key}`, values);
  const FIRST = 20;
  let all = false;
  const waiting = () => [el("div.skeleton"), el("div.skeleton"), el("div.skeleton")];

  panj.panes.gaps = () => {
    const { gaps } = panj.answers;
    if (!gaps) return waiting();
    const head = [panj.heading(words("tab.gaps"), words(`unit_${gaps.unit}`)), el("p.note", null, gaps.method)];
    if (!gaps.n) return [...head, panj.empty(words("gaps_none"), words(panj.facts.insider ? "gaps_none_insider" : "gaps_none_outside"))];
    const known = gaps.rows.filter((row) => row.kind !== "unknown" || row.support);
    const rows = all ? known : known.slice(0, FIRST);
    const rank = (share) => (share === null ? el("span.muted", null, "–") : el("span.rank", null, panj.bar(share), panj.number(Math.round(100 * share))));
    return [
      ...head,
      el("p", null, words("gaps_found", { gaps: panj.number(gaps.n_gaps), overlaps: panj.number(gaps.n_overlaps), n: panj.number(gaps.n), period: gaps.period })),
      panj.table([words(`unit_${gaps.unit}`), `#${words("head.recorded")}`, `#${words("head.need_rank")}`, `#${words("head.support_rank")}`, `#${words("head.support")}`],
        rows.map((row) => Object.assign([el("span", null, el(`i.dot.is-${row.kind}`), row.name, el("small", null, row.kind_word)), row.n === null ? "–" : panj.number(row.n), rank(row.need_rank), rank(row.support_rank), panj.number(row.support)], { looks: `is-${row.kind}` }))),
      known.length > rows.length ? panj.button(words("show_all", { n: panj.number(known.length) }), () => ((all = true), panj.happened("draw"))) : null,
      el("p.muted", null, gaps.more),
    ];
  };

  panj.panes.overlaps = () => {
    const { overlaps } = panj.answers.overview;
    const many = overlaps.filter((row) => row.donors.length > 1);
    return [
      panj.heading(words("tab.overlaps"), words("overlaps_found", { n: panj.number(many.length) })),
      el("p.note", null, words("overlaps_note")),
      overlaps.length ? panj.table([words("unit_district"), words("head.donor"), words("head.programme"), `#${words("head.number")}`], overlaps.map((row) => [row.name, el("ul.plain", null, row.donors.length ? row.donors.map((name) => el("li", null, name)) : el("li.muted", null, words("donor_not_named"))), row.programmes.join(", "), panj.number(row.n)])) : panj.empty(words("none_chosen"), words("none_chosen_more")),
    ];
  };

  /* ---- within reach -------------------------------------------------------------------------------------------------- */

  const hoursText = (hours) => words("hours", { n: panj.number(Number(hours), 2) });
  const rows = () => {
    const { reach, asked } = { reach: panj.answers.reach, asked: panj.asked };
    const at = Math.max(0, reach.steps.findIndex((step) => step >= Number(asked.hours)));
    return el("ul.reaches", { id: "reaches" }, reach.kinds.map((kind) =>
      el("li", null, el("span", null, kind.name), el("b", null, kind.share.length ? panj.percent(kind.share[at]) : "–"), panj.bar(kind.share[at] || 0),
        el("small", null, [kind.share.length ? (kind.total === null ? "" : words("reach_total", { total: panj.number(Math.round(kind.total)), unit: kind.unit })) : words("reach_nothing"), kind.by_distance ? words("reach_distance", { share: panj.percent(kind.by_distance) }) : kind.by_distance === 0 ? words("reach_road") : "", kind.kind === "seizures" && reach.period ? reach.period : ""].filter(Boolean).join(" · ")))));
  };
  panj.panes.reach = () => {
    const { reach } = panj.answers;
    if (!reach) return waiting();
    const { asked } = panj;
    const slide = (event) => {
      asked.hours = event.target.value;
      document.getElementById("hours-shown").value = hoursText(asked.hours);
      document.getElementById("reaches").replaceWith(rows());
      panj.keepAddress();
    };
    const settled = () => panj.happened("hours");
    return [
      panj.heading(words("tab.reach"), words("reach_offices", { n: panj.number(reach.offices) })),
      el("label.slider", null, el("span", null, words("within")), el("output", { id: "hours-shown" }, hoursText(asked.hours)), el("input", { type: "range", id: "hours", min: "0.25", max: "8", step: "0.25", value: asked.hours, oninput: slide, onchange: settled })),
      el("div.fields", null,
        el("label.field", null, el("span", null, words("from")), choose([["", words("from_all")], ["blo", words("from_blo")]], asked.only, (value) => ((asked.only = value), panj.happened("reach-asked")))),
        el("label.field", null, el("span", null, words("season")), choose(panj.facts.scenarios, asked.scenario, (value) => ((asked.scenario = value), panj.happened("reach-asked"))))),
      reach.offices ? rows() : panj.empty(words("reach_no_office")),
      el("p.muted", null, reach.note),
    ];
  };
  const choose = (options, chosen, act) => el("select", { onchange: (event) => act(event.target.value) }, options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));

  /* ---- effect -------------------------------------------------------------------------------------------------------- */

  panj.panes.effect = () => {
    const { effects, effect } = panj.answers;
    if (!effects) return waiting();
    if (!effects.length) return [panj.heading(words("tab.effect")), panj.empty(words("effect_none"), words("effect_none_more"))];
    const label = (one) => `${one.name} · ${one.since} · n = ${panj.number(one.n)}`;
    return [
      panj.heading(words("tab.effect"), words("effect_note")),
      el("label.field", null, el("span", null, words("effect_of")), choose(effects.map((one) => [one.id, label(one)]), panj.asked.thing, (value) => ((panj.asked.thing = value), panj.happened("effect-asked")))),
      ...(effect ? told(effect) : waiting()),
    ];
  };
  const told = (effect) => {
    const head = el(`p.verdict.is-${effect.verdict}`, null, effect.sentence);
    if (!effect.ratios) return [head];
    const times = (ratio) => (ratio.ratio === null ? "–" : `${panj.number(ratio.ratio, 2)} (${panj.number(ratio.low, 2)}–${panj.number(ratio.high, 2)})`);
    const row = (name, ratio) => [name, panj.number(ratio.before), panj.number(ratio.after), panj.number(ratio.other_before), panj.number(ratio.other_after), times(ratio)];
    return [
      head,
      effect.small ? el("p.note", null, effect.small) : null,
      chart(effect),
      panj.table(["", `#${words("head.before")}`, `#${words("head.after")}`, `#${words("head.other_before")}`, `#${words("head.other_after")}`, `#${words("head.ratio")}`], [row(words("effect_around"), effect.ratios.around), row(words("effect_beside"), effect.ratios.beside), row(words("effect_early"), effect.ratios.early)]),
      el("ul", null, [effect.moved || effect.moved_unknown, effect.placebo, effect.rank_p === null ? "" : words("effect_rank", { p: panj.percent(effect.rank_p) })].filter(Boolean).map((text) => el("li", null, text))),
      el("p.muted", null, words("effect_where", { around: effect.around, beside: effect.beside.join(", ") || "–", n: panj.number(effect.n_compared), before: effect.before, after: effect.after })),
      el("p.muted", null, effect.caveat),
    ];
  };
  /* Quarters: what was recorded around it as bars, the comparison drawn to the same mean as a line; quarters without reports stay open. */
  const chart = ({ series }) => {
    const [wide, high, foot] = [400, 120, 18];
    const sum = (values) => values.reduce((a, b) => a + (b || 0), 0);
    const scale = sum(series.others) ? sum(series.around) / sum(series.others) : 0;
    const line = series.others.map((n) => (n === null ? null : n * scale));
    const most = Math.max(1, ...series.around, ...line);
    const step = wide / series.labels.length;
    const y = (n) => high - (n / most) * (high - 6);
    const svg = (tag, attributes, ...inside) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      made.append(...inside);
      return made;
    };
    const path = line.map((n, k) => (n === null ? "" : `${k && line[k - 1] !== null ? "L" : "M"}${((k + 0.5) * step).toFixed(1)} ${y(n).toFixed(1)}`)).join("");
    const opened = series.opened * step;
    return el("figure.series", null, svg("svg", { viewBox: `0 0 ${wide} ${high + foot}`, role: "img", "aria-label": words("effect_chart") },
      svg("defs", {}, svg("pattern", { id: "unheard", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("rect", { width: 2, height: 6, class: "hatch" }))),
      ...series.around.map((n, k) => (n === null ? svg("rect", { x: k * step, y: 0, width: step, height: high, fill: "url(#unheard)" }) : svg("rect", { x: k * step + 1, y: y(n), width: Math.max(1, step - 2), height: high - y(n), class: "around" }))),
      svg("path", { d: path, class: "others" }),
      svg("line", { x1: opened, x2: opened, y1: 0, y2: high, class: "opened" }),
      svg("text", { x: 0, y: high + 14 }, series.labels[0]), svg("text", { x: wide, y: high + 14, "text-anchor": "end" }, series.labels.at(-1))),
    el("figcaption", null, words("effect_chart")));
  };
})(window.panj);
