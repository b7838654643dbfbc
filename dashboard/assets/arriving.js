/* Months whose reports are still coming: hatched in the time brush, with what they may hold in the end. Asked once for a view. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  let asked = null;
  panj.arriving = {};

  panj.askArriving = async (query) => {
    const filters = new URLSearchParams(query);
    for (const key of ["p", "s", "h", "b", "l", "m", "at", "tab"]) filters.delete(key);
    const mine = filters.toString();
    if (mine === asked || !document.body.classList.contains("insider")) return;
    asked = mine;
    try {
      await panj.opened;
      const answer = await fetch(`${panj.root}/data/nowcast?${mine}`);
      if (!answer.ok) return;
      const told = await answer.json();
      if (mine !== asked) return;
      panj.arriving = Object.fromEntries((told.arriving || []).map((month) => [month, panj.say("js.arriving")]));
      for (const one of told.months) panj.arriving[one.month] = panj.say("js.arriving_known", { seen: panj.number(one.seen), low: panj.number(one.low), high: panj.number(one.high) });
      panj.arrivingAnswer = told;
      if (Object.keys(panj.arriving).length) panj.brush.draw();
    } catch (silent) {
      /* Without it the brush shows what is known, as before. */
      asked = null;
    }
  };

  /* Behind the bars of those months; drawn by the brush. */
  panj.drawArriving = (make, svg, x, pixels, top, high) => {
    panj.view.steps.forEach((step, k) => {
      if (!(step in panj.arriving)) return;
      const box = make("rect", { x: x(k), y: top, width: pixels, height: high, fill: "url(#hatch)", class: "arriving" }, svg);
      make("title", {}, box).textContent = `${panj.view.labels[k]}: ${panj.arriving[step]}`;
    });
  };
})(window.panj);
