/* What was paid for, where, what works today; the card of a place; what stands on no map. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el } = panj;
  const words = (key, values) => panj.say(`coverage.${key}`, values);
  const MOST = 60;
  let all = false;

  panj.panes.paid = () => {
    const { things, counts } = panj.answers.overview;
    if (!things.length) return [panj.empty(words("none_chosen"), words("none_chosen_more"))];
    const isChecked = things.some((one) => one.working && one.working !== words("not_checked") && one.working !== words("by_province_only"));
    const key = el("div.key-figures", null, [["standing", counts.standing], ["points", counts.points], ["not_points", counts.not_points]].map(([name, n]) => el("p", null, el("b", null, panj.number(n)), " ", words(`count_${name}`))));
    const rows = things.slice(0, all ? things.length : MOST).map((one) => {
      const name = one.where === "point" ? el("button.link", { type: "button", onclick: () => panj.covMap.pick(one.post, true) }, one.name) : el("span", null, one.name, el("small.flag", null, words(`where_${one.where}`)));
      const what = [one.kind_word, one.quantity > 1 ? ` × ${panj.number(one.quantity)}` : ""];
      return [el("div", null, name, el("small", null, what, one.area ? ` · ${one.area}` : "")), el("div", null, one.donor_name, el("small", null, one.programme, one.cost ? ` · ${one.cost}` : "")), el("div", null, el("span.since", null, one.since || words("no_date")), el("small", null, one.state_word)), el("div", null, el(`span${isChecked ? "" : ".muted"}`, null, one.working), el("small", null, panj.cited(one.sources)))];
    });
    return [
      panj.heading(words("tab.paid"), words("paid_of", { day: panj.answers.overview.as_of })),
      key,
      el("p.note", null, isChecked ? "" : words(panj.facts.insider ? "works_none" : "works_outside")),
      panj.table([words("head.name"), words("head.donor"), words("head.since"), words("head.works")], rows),
      things.length > MOST && !all ? panj.button(words("show_all", { n: panj.number(things.length) }), () => ((all = true), panj.happened("draw"))) : null,
      itemised(),
    ];
  };

  /* Community policing: the claim beside what texts name by province. */
  const itemised = () => {
    const lists = panj.answers.overview.not_itemised;
    return lists.length ? el("section", null, el("h3", null, words("not_itemised_title")), el("p.muted", null, words("not_itemised_note")), lists.map((list) => panj.table([list.kind, `#${words("head.said")}`, `#${words("head.itemised")}`], list.rows.map((row) => [row.where, row.said, row.itemised === null ? "–" : panj.number(row.itemised)])))) : null;
  };

  /* ---- listed apart ------------------------------------------------------------------------------------------------- */

  const drawApart = () => {
    const { apart } = panj.answers.overview;
    const list = apart.map((one) =>
      el("li", null, el("b", { title: one.name }, one.programme), el("span", { lang: "en" }, ` ${one.name}`), el("small", null, [one.scope, one.years].filter(Boolean).join(" · ")),
        one.money.map((row) => el("small.money", null, `${row.donor}: ${row.amount}, ${row.year}, ${row.stage}`)), one.things.length ? el("small", null, one.things.join("; ")) : null));
    panj.fill(document.getElementById("apart"), el("h2", null, words("apart", { n: panj.number(apart.length) })), el("p.muted", null, words("apart_note")), apart.length ? el("ul", null, list) : panj.empty(words("apart_none")));
  };
  panj.on("overview", drawApart);

  /* ---- the card ----------------------------------------------------------------------------------------------------- */

  const showCard = (post, things) => {
    const card = document.getElementById("card");
    card.hidden = !things.length;
    if (!things.length) return panj.fill(card);
    const [first] = things;
    panj.fill(card,
      el("button.icon.shut", { type: "button", "aria-label": words("close"), onclick: () => panj.covMap.pick("", false) }, "×"),
      el("h2", null, panj.covMap.placeName(things)),
      el("p.muted", null, [first.area, first.uncertainty_km !== null ? words("within_km", { km: panj.number(first.uncertainty_km) }) : ""].filter(Boolean).join(" · ")),
      things.map((one) => el("section", null, el("b", null, `${one.kind_word}, ${one.state_word}`), el("p", null, [one.donor_name, one.programme, one.implementer].filter(Boolean).join(" · ")), el("p", null, [one.since || words("no_date"), one.cost].filter(Boolean).join(" · ")), el("p.muted", null, one.working), one.note ? el("p.note", { lang: "en" }, one.note) : null, el("p", null, panj.cited(one.sources)),
        one.since && one.stands ? el("button.link", { type: "button", onclick: () => ((panj.asked.thing = one.id), panj.show("effect")) }, words("tab.effect")) : null)),
    );
  };
  panj.on("picked", showCard);
})(window.panj);
