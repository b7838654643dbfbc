/* Travel time from the nearest office over the cells of both sides: summer, winter, and what winter costs more. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  const LIMITS = [1, 2, 4, 8, 16];
  const MORE = [0.25, 0.5, 1, 2, 4];
  /* One hue, near is strong; what nobody reaches is the grey of what is not known. In both themes away from the ground. */
  const NEAR = { light: ["#0b5750", "#1f7b71", "#4a9e94", "#86c4bb", "#bbdfd8", "#e3eee8", "#cfc8d6"], dark: ["#8ff5e4", "#4fd0bf", "#309888", "#216e64", "#1a4b47", "#182f31", "#3a3444"] };
  const COSTS = { light: ["#f0f1ee", "#e6dcf0", "#cbb4e0", "#a982cb", "#7a4da6", "#4a1f73", "#b9b3bf"], dark: ["#20262c", "#332c45", "#4d3f72", "#72599f", "#a184d4", "#dcc9ff", "#454050"] };
  let told = null;
  let shown = "summer";
  let plan = "";
  let latest = 0;
  const reached = (hours) => hours >= 0;

  const valueOf = (cell) => {
    const [summer, winter] = ["summer", "winter"].map((one) => told.arrays[`hours ${one}`][cell]);
    return shown === "difference" ? [summer, winter] : told.arrays[`hours ${shown}`][cell];
  };
  const classOf = (cell) => {
    const value = valueOf(cell);
    if (shown !== "difference") return reached(value) ? LIMITS.findIndex((limit) => value < limit) + 1 || 6 : 7;
    if (!reached(value[0])) return 0;
    if (!reached(value[1])) return 7;
    return MORE.findIndex((limit) => value[1] - value[0] < limit) + 1 || 6;
  };
  const words = (cell) => {
    const value = valueOf(cell);
    if (shown !== "difference") return [reached(value) ? panj.hoursText(value) : say("js.plan_not_reached")];
    return [reached(value[1]) ? `+${panj.hoursText(value[1] - value[0])}` : say("js.plan_cut_off"), `${panj.hoursText(value[0])} → ${reached(value[1]) ? panj.hoursText(value[1]) : say("js.plan_not_reached")}`];
  };

  const paint = async () => {
    const mine = ++latest;
    draw();
    if (!told || told.plan !== plan) {
      document.body.dataset.hours = "waiting";
      const got = await panj.try(() => panj.askBytes("hours", { scenarios: "summer,winter", name: plan }));
      if (!got || mine !== latest) return;
      told = { ...got, plan };
    }
    await panj.planMap.ready;
    if (document.body.dataset.tab !== "hours") return;
    const n = told.arrays.start.length - 1;
    const classes = new Uint8Array(n);
    for (let cell = 0; cell < n; cell++) classes[cell] = classOf(cell);
    panj.planMap.showCells({ rings: told.arrays.ring, starts: told.arrays.start, classes, words, ramp: () => (shown === "difference" ? COSTS : NEAR)[panj.theme()], strength: 0.78 });
    document.body.dataset.hours = `${shown} ${plan}`.trim();
    key();
    table(classes);
  };

  const labels = () => {
    const limits = shown === "difference" ? MORE : LIMITS;
    const plus = shown === "difference" ? "+" : "";
    const between = limits.slice(1).map((limit, k) => `${plus}${panj.number(limits[k])}–${panj.number(limit)}`);
    const last = say(shown === "difference" ? "js.plan_cut_off" : "js.plan_not_reached");
    return [`< ${plus}${panj.number(limits[0])}`, ...between, `> ${plus}${panj.number(limits.at(-1))}`, last];
  };

  const key = () =>
    panj.fill(document.getElementById("key"),
      el("p.legend-title", null, say(`js.plan_hours_${shown}`, { n: panj.number(told.offices) })),
      el("div.steps", null, ...labels().map((text, k, all) => {
        /* The scale has no room for both ends of a quarter of an hour: there the lower one. */
        const least = shown === "difference" && k > 0 && k < all.length - 1 ? `+${panj.number(MORE[k - 1])}` : text;
        const step = el("span", { title: text }, k < all.length - 1 ? least : "");
        step.style.setProperty("--step", (shown === "difference" ? COSTS : NEAR)[panj.theme()][k]);
        return step;
      })),
      el("p.symbols", null, el("span", null, swatch(labels().length - 1), labels().at(-1)), el("span", null, el("i.k-blo"), say("plan.key_standing"))),
      el("p.muted", null, say("js.plan_hours_note", { km2: panj.number(told.cell_km2) })));

  const swatch = (k) => {
    const box = el("i.k-area");
    box.style.background = (shown === "difference" ? COSTS : NEAR)[panj.theme()][k];
    return box;
  };

  const table = (classes) => {
    const counts = new Array(8).fill(0);
    for (const one of classes) counts[one] += 1;
    const all = classes.length - counts[0];
    panj.fill(document.getElementById("hours-table"), el("tbody", null, ...labels().map((text, k) => el("tr", null, el("td", null, swatch(k), ` ${text}${k < labels().length - 1 ? ` ${say("js.plan_hours", { n: "" }).trim()}` : ""}`), el("td.n", null, panj.percent(counts[k + 1] / all))))));
  };

  const draw = () => {
    const box = document.getElementById("pane-hours");
    if (!box.querySelector(".segments")) {
      panj.fill(box,
        el("p", null, say("js.plan_hours_what")),
        el("div.segments", { role: "radiogroup", "aria-label": say("js.plan_scenario") }, ...["summer", "winter", "difference"].map((one) => el("button.segment", { type: "button", role: "radio", "data-value": one, onclick: () => { shown = one; paint(); } }, say(`js.plan_${one}`)))),
        el("label.check", null, el("input", { type: "checkbox", id: "hours-plan", onchange: (event) => { plan = event.target.checked ? desk.plan?.name || "" : ""; paint(); } }), el("span", { id: "hours-plan-name" })),
        el("table.figures", { id: "hours-table" }),
        el("p.muted", null, say("js.plan_hours_share")));
    }
    for (const button of box.querySelectorAll(".segment")) button.setAttribute("aria-checked", String(button.dataset.value === shown));
    const withPlan = box.querySelector("#hours-plan");
    withPlan.disabled = !desk.plan;
    withPlan.checked = Boolean(plan);
    box.querySelector("#hours-plan-name").textContent = say("js.plan_hours_with", { name: desk.plan?.name || "–" });
  };

  panj.on("tab", (tab) => tab === "hours" && paint());
  panj.on("theme", () => document.body.dataset.tab === "hours" && told && paint());
  panj.on("plan", () => {
    if (plan) plan = desk.plan?.name || "";
    if (document.body.dataset.tab === "hours") paint();
  });
  panj.hours = { paint };
})(window.panj);
