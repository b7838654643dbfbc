/* Claims side by side, the list beside each, and what is missing from it. Nothing is invented to fill a claim. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el } = panj;
  const words = (key, values) => panj.say(`coverage.${key}`, values);

  const SIGNS = { "~": "≈\u00a0", ">": ">\u00a0", ">=": "≥\u00a0", "=": "" };
  const bare = (claim) => `${SIGNS[claim.operator] ?? ""}${claim.number}${claim.is_amount ? `\u00a0${claim.unit}` : ""}`;
  const amount = (claim) => (claim.is_amount ? bare(claim) : `${bare(claim)} ${claim.unit}`);
  const missing = (claim) => {
    if (claim.missing === null) return words("claim_no_list");
    if (claim.surplus > 0) return words("claim_surplus", { n: panj.number(claim.surplus) });
    if (!claim.missing) return words("claim_whole");
    const least = claim.perhaps > 0 ? words("claim_missing_least", { n: panj.number(claim.missing_at_least) }) : "";
    return `${words(claim.is_lower_bound ? "claim_missing_bound" : "claim_missing", { n: panj.number(claim.missing) })}${least ? `; ${least}` : ""}`;
  };
  const listed = (claim) => (claim.items.length ? words("claim_listed", { n: panj.number(claim.itemised) }) : "");

  const items = (claim) =>
    panj.fold(words("claim_list", { n: claim.items.length }), el("ul.items", null, claim.items.map((item) =>
      el(`li.is-${item.standing}`, null, el("b", null, item.name, item.quantity !== 1 && item.quantity < 1000 ? ` × ${panj.number(item.quantity)}` : ""), item.date ? ` ${item.date} ` : " ", el("i", null, item.standing_word), el("small", { lang: "en" }, item.why, " ", panj.cited(item.sources))))));

  const one = (claim) =>
    el("article.claim", null,
      el("p.said", null, el("b", null, bare(claim)), ` ${claim.measure}`),
      el("small", null, [claim.said_by, claim.said_on, claim.period].filter(Boolean).join(" · "), " ", panj.cited(claim.sources)),
      claim.items.length && claim.missing !== null ? el("div.balance", null, panj.bar(Math.min(1, claim.itemised / Number(claim.itemised + claim.missing || 1))), el("span", null, listed(claim))) : null,
      el(`p${claim.missing ? ".missing" : ".muted"}`, null, missing(claim)),
      claim.items.length ? items(claim) : null,
      claim.note ? el("small.note", { lang: "en" }, claim.note) : null);

  panj.panes.claims = () => {
    const { claims } = panj.answers.overview;
    if (!claims.length) return [panj.empty(words("claims_none"))];
    return [
      panj.heading(words("tab.claims"), words("claims_of", { day: panj.answers.overview.as_of })),
      el("p.note", null, words("claims_note")),
      claims.map((subject, k) => (k < 3 ? el("section.subject", null, el("h3", null, subject.name), subject.claims.map(one)) : el("details.subject", null, el("summary", null, subject.name, el("small", null, ` ${subject.claims.map(amount).join(" · ")}`)), subject.claims.map(one)))),
    ];
  };
})(window.panj);
