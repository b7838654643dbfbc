/* What is asked of the server about what stands out: each question once, the first while the page is still opening. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const KEPT = 12;
  const { selection, question, anyPeriod } = panj.questions;

  let study = null;
  /* What was asked as the page opened (opening/ask.js). */
  let opening = panj.opening;
  const answers = new Map();

  const fetched = async (name, query) => {
    const answer = await panj.questions.fetched(`${name}?${query}`);
    if (!answer.ok) throw new Error(await answer.text());
    return panj.decode(await answer.arrayBuffer());
  };

  const ask = async (name, query) => {
    const key = `${name}?${question(query)}`;
    /* What was asked while the page opened did not know its period yet; the answer says which one it is of. */
    if (opening && opening.mode === name && anyPeriod(opening.query) === anyPeriod(query)) {
      const asked = question(opening.query);
      opening = null;
      const first = await fetched(name, asked).catch(() => null);
      if (first && first.period === (new URLSearchParams(query).get("p") || first.period)) answers.set(key, Promise.resolve(first));
    }
    if (!answers.has(key)) {
      answers.set(key, fetched(name, question(query)));
      answers.get(key).catch(() => answers.delete(key));
      while (answers.size > KEPT) answers.delete(answers.keys().next().value);
    }
    return answers.get(key);
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

  panj.asked = { selection, question, ask, studied };
})(window.panj);
