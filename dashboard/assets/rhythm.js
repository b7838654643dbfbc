/* Night and season inside the card of what is picked: asked when the person opens it, numbers and sentences ready from /data/rhythm. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const WIDTH = 288;
  const PLOT = 52;
  const FOOT = 15;

  let isOpen = false;
  let latest = 0;

  const make = (tag, attributes, parent) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  };
  const line = (tag, className, words) => Object.assign(document.createElement(tag), { className, textContent: words });

  /* Bars of equal width; `values` are drawn, `counts` are said; null is a step that nobody watched: hatched, not zero. */
  const chart = (part, values, every) => {
    const steps = values.length;
    const wide = WIDTH / steps;
    const most = Math.max(1e-9, ...values.map((value) => value ?? 0), ...(part.usual || []));
    const y = (value) => 4 + PLOT * (1 - value / most);
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${PLOT + FOOT + 4}`, role: "img", "aria-label": `${part.title}. ${[part.lead, part.peak].filter(Boolean).join(" ")}` });
    for (const hour of part.night || []) make("rect", { x: hour * wide, y: 0, width: wide, height: PLOT + 4, class: "night" }, svg);
    values.forEach((value, k) => {
      const box = value === null
        ? make("rect", { x: k * wide + 0.5, y: 4, width: wide - 1, height: PLOT, class: "unwatched" }, svg)
        : make("rect", { x: k * wide + wide * 0.12, y: y(value), width: wide * 0.76, height: Math.max(value > 0 ? 1.5 : 0, 4 + PLOT - y(value)), rx: 1, class: "rhythm-bar" }, svg);
      make("title", {}, box).textContent = panj.say("js.rhythm_bar", { label: part.labels[k], n: panj.number(part.counts[k]) });
      if (k % every === 0) make("text", { x: every > 1 ? k * wide : k * wide + wide / 2, y: PLOT + FOOT, "text-anchor": every > 1 ? "start" : "middle" }, svg).textContent = part.labels[k];
    });
    make("line", { x1: 0, x2: WIDTH, y1: PLOT + 4, y2: PLOT + 4, class: "base" }, svg);
    if (part.usual) make("path", { d: part.usual.map((value, k) => `${k ? "L" : "M"}${(k * wide).toFixed(1)} ${y(value).toFixed(1)}H${((k + 1) * wide).toFixed(1)}`).join(""), class: "usual" }, svg);
    return svg;
  };

  const put = (body, told) => {
    if (told.hidden) return body.replaceChildren(line("p", "muted", told.hidden));
    const parts = [];
    for (const [part, values, every] of [[told.hours, told.hours && told.hours.counts, 3], [told.months, told.months && told.months.rate, 1]]) {
      if (!part) continue;
      parts.push(line("h3", "", part.title), chart(part, values, every), line("p", "rhythm-lead", [part.lead, part.peak].filter(Boolean).join(" ")), line("p", "muted", part.basis));
    }
    body.replaceChildren(...parts, ...told.caveats.map((words) => line("p", "muted", words)));
  };

  const ask = async (details) => {
    const body = details.querySelector(".rhythm-body");
    const mine = ++latest;
    if (!body.childElementCount) body.replaceChildren(...[0, 1, 2].map(() => line("div", "skeleton", "")));
    try {
      const answer = await fetch(`${panj.root}/data/rhythm?${panj.query || ""}`);
      if (!answer.ok) throw new Error(await answer.text());
      const told = await answer.json();
      if (mine !== latest) return;
      put(body, told);
      details.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      if (mine === latest) body.replaceChildren(line("p", "problem-line", panj.told(problem)));
    }
  };

  /* "toggle" does not bubble: it is caught on its way down. */
  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      if (!details.classList || !details.classList.contains("rhythm") || !details.isConnected) return;
      isOpen = details.open;
      if (isOpen) ask(details);
    },
    true,
  );

  /* The card is made anew with every view: what the person had opened is opened again. */
  new MutationObserver(() => {
    const details = document.querySelector("#card details.rhythm");
    if (details && isOpen && !details.open) details.open = true;
  }).observe(document.documentElement, { childList: true, subtree: true });
})(window.panj);
