/* The desk at work: what the address says, tabs, looks. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { desk } = panj;
  const TABS = ["question", "places", "hours", "closing"];

  const address = () => {
    const query = new URLSearchParams();
    if (desk.plan) query.set("plan", desk.plan.name);
    if (desk.tab !== "question") query.set("tab", desk.tab);
    if (desk.tab === "closing" && desk.closed) query.set("closed", desk.closed);
    const text = query.toString();
    history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}`);
    for (const link of document.querySelectorAll("a[data-language]")) link.href = `/${link.dataset.language}/plan${location.search}`;
  };

  const show = (tab) => {
    if (desk.tab === "closing" && tab !== "closing") panj.planMap.ready.then(panj.planMap.home);
    if (desk.tab && desk.picked) panj.happened("picked", "", "tab");
    desk.tab = tab;
    document.body.dataset.tab = tab;
    for (const one of TABS) {
      document.getElementById(`pane-${one}`).hidden = one !== tab;
      const button = document.getElementById(`tab-${one}`);
      button.setAttribute("aria-selected", String(one === tab));
      button.tabIndex = one === tab ? 0 : -1;
    }
    if (["hours", "closing"].includes(tab)) for (const what of ["chosen", "served", "spots"]) panj.planMap.ready.then(() => panj.planMap[what]([]));
    if (tab !== "closing") panj.planMap.ready.then(() => panj.planMap.ways([]));
    panj.fill(document.getElementById("key"));
    address();
    panj.happened("tab", tab);
  };

  document.getElementById("tabs").addEventListener("click", (event) => event.target.dataset.tab && show(event.target.dataset.tab));
  /* Arrow keys move within a row of tabs or choices. */
  document.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const row = by && event.target.closest?.("[role=tablist], [role=radiogroup]");
    if (!row) return;
    event.preventDefault();
    const all = [...row.querySelectorAll("button")];
    const next = all[(all.indexOf(event.target) + by + all.length) % all.length];
    const label = next.id || next.dataset.part || next.dataset.value;
    next.click();
    (document.getElementById(label) || document.querySelector(`[data-part="${label}"], [data-value="${label}"]`))?.focus();
  });

  document.getElementById("theme").addEventListener("click", () => {
    const next = panj.theme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    panj.keep("panj-theme", next);
    document.cookie = `panj_theme=${next}; path=/; max-age=31536000; SameSite=Strict`;
    panj.happened("theme");
  });
  document.getElementById("problem-close").addEventListener("click", () => panj.showProblem(""));
  document.getElementById("share").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    try {
      await navigator.clipboard.writeText(location.href);
      button.dataset.said = panj.say("js.copied");
      setTimeout(() => delete button.dataset.said, 1800);
    } catch (refused) {
      window.prompt(panj.say("js.copy_by_hand"), location.href);
    }
  });
  /* A menu closes when one presses beside it. */
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  panj.showTab = show;
  panj.on("plan", address);
  panj.on("closed", address);

  const begin = async () => {
    const query = new URLSearchParams(location.search);
    if (query.get("closed")) {
      desk.early = { id: query.get("closed"), told: panj.ask("closing", { what: query.get("closed"), scenario: "summer" }) };
      desk.early.told.catch(() => {});
    }
    const [told, closable] = await Promise.all([panj.ask("desk"), panj.ask("closable")]);
    Object.assign(desk, told, { closable });
    desk.byId = new Map(desk.places.map((place) => [place.id, place]));
    panj.question.begin();
    panj.form.build();
    panj.happened("question");
    desk.closed = query.get("closed") || "";
    panj.result.draw();
    show(TABS.includes(query.get("tab")) ? query.get("tab") : "question");
    panj.solve.resume();
    const wanted = query.get("plan") || desk.plans[0] || "";
    if (wanted) await panj.result.open(wanted);
    if (query.get("plan")) panj.question.showOf();
    await panj.planMap.ready;
    document.body.dataset.page = "ready";
  };
  panj.try(begin);
})(window.panj);
