/* What is asked of the server about what stands out: each question once, the first while the page is still opening. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const KEPT = 12;
  const FILTERS = ["d", "k", "c", "a", "t", "r", "i"];

  let study = null;
  let opening = null;
  const answers = new Map();

  const fetched = async (name, query) => {
    const answer = await fetch(`${panj.root}/data/${name}?${query}`);
    if (!answer.ok) throw new Error(await answer.text());
    return panj.decode(await answer.arrayBuffer());
  };

  const only = (query, parts) => {
    const given = new URLSearchParams(query);
    return new URLSearchParams(parts.filter((key) => given.get(key)).map((key) => [key, given.get(key)])).toString();
  };

  /* What the numbers and the brush of a view hang on, as state.js writes it. */
  const selection = (query) => {
    const given = new URLSearchParams(query);
    const sector = panj.countedSector(given.get("o"));
    sector ? given.set("o", sector) : given.delete("o");
    return only(given.toString(), [...FILTERS, "o"]);
  };

  /* Filters, measure, sector and period: nothing else changes the answer. */
  const question = (query) => only(query, [...FILTERS, "m", "o", "p"]);

  const ask = async (name, query) => {
    const key = `${name}?${question(query)}`;
    /* What was asked while the page opened did not know its period yet; the answer says which one it is of. */
    if (opening && opening.name === name && opening.rest === only(query, [...FILTERS, "m", "o"])) {
      const first = await opening.answer;
      opening = null;
      if (first && first.period === (new URLSearchParams(query).get("p") || first.period)) answers.set(key, Promise.resolve(first));
    }
    if (!answers.has(key)) {
      answers.set(key, fetched(name, question(query)));
      answers.get(key).catch(() => answers.delete(key));
      while (answers.size > KEPT) answers.delete(answers.keys().next().value);
    }
    return answers.get(key);
  };

  /* The page opens: what it will need is on its way while the rest is still being read. */
  const early = (modes) => {
    const query = new URLSearchParams(location.search);
    /* Whose sector this browser keeps stands in the address a moment later (sector.js). */
    if (!query.get("o") && panj.keptSector()) query.set("o", panj.keptSector());
    const wanted = query.get("h") || modes[0];
    if (!document.body.classList.contains("insider") || !modes.includes(wanted)) return;
    opening = { name: wanted, rest: only(query, [...FILTERS, "m", "o"]), answer: fetched(wanted, question(query)).catch(() => null) };
    studied().catch(() => null);
  };

  /* The cells of the study area, once for each version of the store. The browser keeps them and asks whether they still hold. */
  const studied = async (version) => {
    let held = study && (await study.catch(() => null));
    if (!held || (version && held.version !== version)) {
      study = fetched("study", "");
      held = await study;
    }
    return held;
  };

  panj.asked = { selection, question, ask, studied, early };
})(window.panj);
