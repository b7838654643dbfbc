/* The desk's ground: its door to the server, what is kept between visits, numbers and names as people read them. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  panj.theme = () => document.documentElement.dataset.theme;
  panj.desk = {};
  panj.has = (key) => key in panj.words;
  panj.word = (prefix, code) => (panj.has(`${prefix}.${code}`) ? panj.say(`${prefix}.${code}`) : String(code ?? "").replaceAll("_", " "));

  const asked = async (address, options) => {
    const answer = await fetch(`${panj.root}/data/plan/${address}`, options);
    if (!answer.ok) throw new Error(await answer.text());
    return answer;
  };
  const query = (values) => new URLSearchParams(Object.entries(values || {}).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  panj.ask = async (what, values) => (await asked(`${what}?${query(values)}`)).json();
  panj.askBytes = async (what, values) => panj.decode(await (await asked(`${what}?${query(values)}`)).arrayBuffer());
  panj.send = async (what, body) =>
    (await asked(what, { method: "POST", headers: { "X-Panj": "1", "X-Panj-Who": encodeURIComponent(panj.keep("panj-who")), "Content-Type": "application/json" }, body: JSON.stringify(body || {}) })).json();

  /* Do something that may fail; the failure is one sentence on the page. */
  panj.try = async (act) => {
    try {
      return (await act()) ?? true;
    } catch (problem) {
      panj.showProblem(panj.told(problem));
      return false;
    }
  };

  panj.keep = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name) || "";
    } catch (refused) {
      return "";
    }
  };

  let hush = 0;
  panj.tell = (text, ...more) => {
    const place = document.getElementById("said");
    panj.fill(place, text, ...more);
    clearTimeout(hush);
    hush = setTimeout(() => panj.fill(place), 6000);
  };

  panj.percent = (share, digits = 1) => (share === null || share === undefined ? "–" : `${panj.number(100 * share, digits)}\u00a0%`);
  panj.hoursText = (hours) => {
    if (hours === null || hours === undefined || !Number.isFinite(hours)) return "–";
    const minutes = Math.round(hours * 60);
    return minutes < 60 ? panj.say("js.plan_minutes", { n: panj.number(minutes) }) : panj.say("js.plan_hours", { n: panj.number(Math.round(hours * 10) / 10, 1) });
  };
  /* The name of a place: of those on the desk, else of those in the plan that is open. */
  panj.placeName = (id) => {
    const place = panj.desk.byId?.get(id);
    const site = panj.desk.plan?.plan.sites[id];
    return place?.name || site?.[`name_${panj.code}`] || site?.name_en || id;
  };
  panj.kindName = (kind) => (kind === "district_seat" ? panj.say("plan.seat") : panj.word("post_kind", kind));

  /* Anybody may listen to what happened: "question", "picked", "plan", "plans", "tab", "theme". */
  const ears = {};
  panj.on = (what, act) => (ears[what] ??= []).push(act);
  panj.happened = (what, ...told) => (ears[what] || []).forEach((act) => act(...told));
})(window.panj);
