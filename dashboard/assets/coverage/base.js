/* The page's ground: what is asked, its door to the server, and who listens to what happened. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  panj.theme = () => document.documentElement.dataset.theme;
  panj.facts = JSON.parse(document.getElementById("map-facts").textContent);
  panj.has = (key) => key in panj.words;

  const query = new URLSearchParams(location.search);
  const told = (key, other = "") => query.get(key) || other;
  const last = document.getElementById("year").max;
  /* Everything that the address says; `answers` is what the server said of it. */
  panj.asked = {
    year: told("year", last), donor: told("donor"), implementer: told("implementer"), component: told("component"), began: told("began"),
    hours: told("hours", "2"), scenario: told("scenario", "summer"), only: told("only"), tab: told("tab", "paid"), colour: told("colour", "gap"),
    thing: told("thing"), columns: told("columns", "district"),
  };
  const USUAL = { year: last, hours: "2", scenario: "summer", tab: "paid", colour: "gap", columns: "district" };
  panj.answers = {};

  /* What the server has to know; the rest is how it is looked at. */
  const ASKED = ["year", "donor", "implementer", "component", "began", "hours", "scenario", "only"];
  const written = (keys) => {
    const said = new URLSearchParams();
    for (const key of keys) if (panj.asked[key] && panj.asked[key] !== USUAL[key]) said.set(key, panj.asked[key]);
    return said.toString();
  };
  panj.question = () => written(ASKED);
  panj.keepAddress = () => {
    const text = written(Object.keys(panj.asked));
    history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}`);
    for (const link of document.querySelectorAll("a[data-language]")) link.href = `/${link.dataset.language}/coverage${location.search}`;
    for (const link of document.querySelectorAll("#saves a")) link.href = `${panj.root}/download/coverage.${link.dataset.kind}${panj.question() ? `?${panj.question()}` : ""}`;
  };

  const latest = {};
  /* The newest question of its kind is answered; an older answer that comes late is dropped (undefined). */
  panj.ask = async (what, more = "") => {
    const mine = (latest[what] = (latest[what] || 0) + 1);
    const early = window.panjEarly?.[what];
    if (early) delete window.panjEarly[what];
    const address = `${panj.root}/data/coverage/${what}?${[panj.question(), more].filter(Boolean).join("&")}`;
    const answer = await (early ? early.catch(() => fetch(address)) : fetch(address));
    if (!answer.ok) throw new Error(await answer.text());
    const found = await answer.json();
    return mine === latest[what] ? found : undefined;
  };

  const ears = {};
  panj.on = (what, act) => (ears[what] ??= []).push(act);
  panj.happened = (what, ...more) => (ears[what] || []).forEach((act) => act(...more));

  panj.percent = (share) => (share === null || share === undefined ? "–" : `${panj.number(100 * share, share > 0 && share < 0.1 ? 1 : 0)}\u00a0%`);
})(window.panj);
