/* The question as it stands: every change can be taken back, and a reload loses nothing of it. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const DRAFT = "panj-plan-draft";
  const MOST_STEPS = 100;
  const back = [];
  const forth = [];
  const desk = panj.desk;
  const copy = (value) => JSON.parse(JSON.stringify(value));

  const draft = () => {
    try {
      return JSON.parse(panj.keep(DRAFT) || "null");
    } catch (broken) {
      return null;
    }
  };

  /* A name that no plan has yet. */
  const freshName = () => {
    const taken = new Set([...desk.plans, ...desk.questions]);
    for (let n = 1; ; n++) {
      const name = panj.say("js.plan_name", { n });
      if (!taken.has(name)) return name;
    }
  };

  /* A name that the desk gave, and not a person. */
  const isOwn = (name) => {
    const [before, after] = panj.say("js.plan_name").split("{n}");
    return name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(name.slice(before.length, name.length - after.length));
  };

  /* of: the plan whose question was opened for the address and not changed since; nobody's work is lost when another takes its place. */
  const told = (of = "") => {
    panj.keep(DRAFT, JSON.stringify({ name: desk.name, question: desk.question, of }));
    panj.happened("question");
  };

  /* Does the form ask what the open plan answers? Weights of 0 and the order of lists do not count. */
  const plain = (question) => {
    const full = { ...desk.defaults, ...question };
    delete full.name;
    const sorted = (value, key) => (Array.isArray(value) ? [...value].sort() : value && typeof value === "object" ? Object.entries(value).filter(([, one]) => key !== "weights" || one).sort(([a], [b]) => (a < b ? -1 : 1)) : value);
    return JSON.stringify(Object.keys(full).sort().map((key) => [key, sorted(full[key], key)]));
  };
  const asksOther = () => Boolean(desk.plan) && plain(desk.question) !== plain(desk.plan.plan.question);
  /* The address named a plan: its question is opened, unless somebody was at work on another one here. */
  const showOf = () => !draft()?.question && asksOther() && open(desk.plan.plan.question, freshName(), desk.plan.name);

  const begin = () => {
    if (draft()?.of) panj.keep(DRAFT, "");
    const kept = draft();
    /* Fields that this version does not know are left behind, new ones have their default. */
    const known = Object.fromEntries(Object.entries(kept?.question || {}).filter(([key, value]) => key in desk.defaults && typeof value === typeof desk.defaults[key]));
    desk.question = { ...copy(desk.defaults), ...known };
    desk.name = kept?.name || freshName();
    if (desk.plans.includes(desk.name) && isOwn(desk.name)) desk.name = freshName();
  };

  /* values: fields that change. quietly: a slider on its way; only where it ends up can be taken back. */
  const change = (values, quietly = false) => {
    if (!quietly || !change.moving) {
      back.push(copy({ question: desk.question, name: desk.name }));
      if (back.length > MOST_STEPS) back.shift();
      forth.length = 0;
    }
    change.moving = quietly;
    Object.assign(desk.question, values);
    /* What was answered under a name stays; the changed question gets the next one. */
    if (desk.plans.includes(desk.name) && isOwn(desk.name)) desk.name = freshName();
    told();
  };

  const step = (from, to) => {
    const before = from.pop();
    if (!before) return;
    to.push(copy({ question: desk.question, name: desk.name }));
    Object.assign(desk, before);
    change.moving = false;
    told();
  };

  const open = (question, name, of = "") => {
    back.push(copy({ question: desk.question, name: desk.name }));
    desk.question = { ...copy(desk.defaults), ...copy(question) };
    delete desk.question.name;
    desk.name = name;
    told(of);
  };

  const without = (table, id) => Object.fromEntries(Object.entries(table).filter(([key]) => key !== id));
  const lock = (id) => change({ locked: desk.question.locked.includes(id) ? desk.question.locked.filter((one) => one !== id) : [...desk.question.locked, id], excluded: without(desk.question.excluded, id) });
  const exclude = (id, reason) => change({ excluded: { ...desk.question.excluded, [id]: reason }, locked: desk.question.locked.filter((one) => one !== id) });
  const allow = (id) => change({ excluded: without(desk.question.excluded, id), locked: desk.question.locked.filter((one) => one !== id) });
  const cost = (id, money) => change({ costs: money > 0 ? { ...(desk.question.costs || {}), [id]: money } : without(desk.question.costs || {}, id) });

  /* What a place is to this question: existing, locked, excluded, candidate, or "" where it is none. */
  const roleOf = (place) => {
    const asked = desk.question;
    if (place.kind === "blo") return place.status === "closed" || place.lon === null ? "" : "existing";
    if (asked.excluded[place.id]) return "excluded";
    if (asked.locked.includes(place.id)) return "locked";
    const countries = asked.two_sided ? [...asked.countries, ...(asked.facing || [])] : asked.countries;
    return place.lon !== null && asked.candidates.includes(place.kind) && countries.includes(place.country) ? "candidate" : "";
  };

  panj.question = { begin, change, open, asksOther, showOf, lock, exclude, allow, cost, roleOf, freshName, undo: () => step(back, forth), redo: () => step(forth, back), canUndo: () => back.length > 0, canRedo: () => forth.length > 0, rename: (name) => { desk.name = name; told(); } };

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    panj.question[event.shiftKey ? "redo" : "undo"]();
  });
})(window.panj);
