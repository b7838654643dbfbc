/* Places: every office that stands and every candidate in a table with a search, on the map, and as a card on which it is locked,
   excluded with a reason, or given a cost. What is wrong with any of them stands first. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  const REASONS = ["risk", "no_road", "rights", "land"];
  const MARKS = { existing: "◆", locked: "●", candidate: "○", excluded: "×", "": "–" };
  const CROSSINGS = ["bcp", "bridge"];
  const MOST = 200;
  let search = "";
  let kind = "";
  let wrongOnly = false;

  const pane = () => document.getElementById("pane-places");
  const seen = () => {
    const wanted = search.trim().toLowerCase();
    return desk.places.filter((place) => {
      const role = panj.question.roleOf(place);
      if (!role && !place.wrong.length) return false;
      if (kind && place.kind !== kind) return false;
      if (wrongOnly && !place.wrong.length) return false;
      return !wanted || `${place.name} ${place.id}`.toLowerCase().includes(wanted);
    });
  };

  const wrongWords = (place) => place.wrong.map((one) => say(`js.plan_wrong_${one}`)).join(" ");

  const row = (place) => {
    const role = panj.question.roleOf(place);
    const reason = desk.question.excluded[place.id];
    const money = desk.question.costs?.[place.id];
    return el("tr" + (desk.picked === place.id ? ".is-picked" : ""), { "data-id": place.id },
      el("td.mark", { title: say(`js.plan_role_${role || "none"}`) }, MARKS[role]),
      el("td", null, el("button.link", { type: "button", onclick: () => panj.happened("picked", place.id, "table") }, place.name),
        el("small", null, [panj.kindName(place.kind), panj.word("country", place.country), reason && say("js.plan_excluded_because", { reason }), money && say("js.plan_costs", { n: panj.number(money) })].filter(Boolean).join(" · ")),
        place.wrong.length ? el("small.wrong", null, wrongWords(place)) : null),
    );
  };

  const draw = () => {
    const found = seen();
    const wrong = desk.places.filter((place) => place.wrong.length && (panj.question.roleOf(place) || place.lon === null)).length;
    const kinds = [...new Set(desk.places.filter((place) => panj.question.roleOf(place)).map((place) => place.kind))];
    const counts = { existing: 0, candidate: 0, locked: 0, excluded: 0 };
    for (const place of desk.places) counts[panj.question.roleOf(place)] += 1;
    const box = pane();
    if (!box.querySelector(".place-tools")) {
      panj.fill(box,
        el("p.counts", { "aria-live": "polite" }),
        el("div.place-tools", null,
          el("input", { type: "search", id: "place-search", placeholder: say("js.plan_search"), "aria-label": say("js.plan_search"), oninput: (event) => { search = event.target.value; rows(seen()); } }),
          el("select", { id: "place-kind", "aria-label": say("js.plan_kind"), onchange: (event) => { kind = event.target.value; rows(seen()); sites(); } })),
        el("label.check", null, el("input", { type: "checkbox", id: "wrong-only", onchange: (event) => { wrongOnly = event.target.checked; rows(seen()); } }), el("span", { id: "wrong-count" })),
        el("table.places", null, el("tbody", { id: "place-rows" })),
        el("p.muted", { id: "place-more" }));
    }
    panj.fill(box.querySelector(".counts"), say("js.plan_counts", Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, panj.number(n)]))));
    panj.fill(box.querySelector("#place-kind"), new Option(say("js.plan_all_kinds"), ""), ...kinds.map((one) => new Option(panj.kindName(one), one)));
    box.querySelector("#place-kind").value = kinds.includes(kind) ? kind : (kind = "");
    box.querySelector("#wrong-count").textContent = say("js.plan_wrong_only", { n: panj.number(wrong) });
    rows(found);
    sites();
  };

  const rows = (found) => {
    const order = { locked: 0, excluded: 1, existing: 2, candidate: 3, "": 4 };
    found.sort((a, b) => order[panj.question.roleOf(a)] - order[panj.question.roleOf(b)] || a.name.localeCompare(b.name, panj.code));
    panj.fill(document.getElementById("place-rows"), ...found.slice(0, MOST).map(row));
    document.getElementById("place-more").textContent = !found.length ? say("js.plan_none_found") : found.length > MOST ? say("js.plan_more_rows", { n: panj.number(found.length - MOST) }) : "";
  };

  /* On the map as in the table, and small the crossings that are no candidates. */
  const mapRole = (place) => panj.question.roleOf(place) || (CROSSINGS.includes(place.kind) && place.status !== "closed" ? "crossing" : "");
  const sites = () =>
    panj.planMap.ready.then(() =>
      panj.planMap.sites(desk.places.filter((place) => place.lon !== null && mapRole(place) && (!kind || place.kind === kind)).map((place) => {
        const role = mapRole(place);
        const reason = desk.question.excluded[place.id];
        return { id: place.id, name: place.name, lon: place.lon, lat: place.lat, role, status: place.status, told: [say(`js.plan_role_${role}`), panj.kindName(place.kind), reason].filter(Boolean).join(" · ") };
      })));

  /* ---- the card --------------------------------------------------------------------------------------------------- */

  const card = (asking = false) => {
    const box = document.getElementById("card");
    const place = desk.byId.get(desk.picked);
    box.hidden = !place;
    panj.planMap.ready.then(() => panj.planMap.picked(place && place.lon !== null ? [{ id: place.id, lon: place.lon, lat: place.lat }] : []));
    if (!place) return;
    const role = panj.question.roleOf(place);
    const share = desk.plan?.plan.chosen_in_draws?.[place.id];
    const close = el("button.icon", { type: "button", title: say("js.plan_close"), "aria-label": say("js.plan_close"), onclick: () => panj.happened("picked", "", "card") }, "×");
    panj.fill(box,
      el("div.card-head", null, el("h2", null, place.name), close),
      el("p.muted", null, [panj.kindName(place.kind), panj.word("country", place.country), panj.word("post_status", place.status)].join(" · ")),
      place.wrong.length ? el("p.wrong", null, wrongWords(place)) : null,
      share !== undefined ? el("p", null, say("js.plan_card_draws", { share: panj.percent(share) })) : null,
      el("p.role", null, `${MARKS[role]} ${say(`js.plan_role_${role || "none"}`)}`, desk.question.excluded[place.id] ? `: ${desk.question.excluded[place.id]}` : ""),
      place.kind === "blo" || place.lon === null ? null : asking ? reasons(place) : acts(place, role),
      role === "candidate" || role === "locked" ? costField(place) : null,
      desk.closable?.some((one) => one.id === place.id) ? el("p", null, panj.button(say("js.plan_if_closes"), () => panj.happened("close", place.id))) : null);
  };

  const acts = (place, role) =>
    el("div.acts", null,
      role === "excluded" || role === "locked" ? panj.button(say(role === "locked" ? "js.plan_unlock" : "js.plan_allow"), () => panj.question.allow(place.id)) : null,
      role === "candidate" ? panj.button(say("js.plan_lock"), () => panj.question.lock(place.id), "") : null,
      role === "candidate" || role === "locked" ? panj.button(say("js.plan_exclude"), () => card(true)) : null,
      role === "" ? el("p.muted", null, say("js.plan_not_candidate")) : null);

  /* Excluding needs a reason: one of the usual ones by a click, or words of one's own. */
  const reasons = (place) => {
    const words = el("input", { type: "text", maxLength: 200, placeholder: say("js.plan_reason_own"), "aria-label": say("js.plan_reason_own") });
    const exclude = (reason) => reason.trim() && panj.question.exclude(place.id, reason.trim());
    return el("form.reasons", { onsubmit: (event) => { event.preventDefault(); exclude(words.value); } },
      el("p", null, say("js.plan_reason")),
      el("div.acts", null, ...REASONS.map((one) => panj.button(say(`js.plan_reason_${one}`), () => exclude(say(`js.plan_reason_${one}`))))),
      el("div.own", null, words, el("button", { type: "submit" }, say("js.plan_exclude"))));
  };

  const costField = (place) =>
    el("label.cost", null, el("span", null, say("js.plan_cost_here")),
      el("input", { type: "number", min: 0, step: "any", value: String(desk.question.costs?.[place.id] ?? ""), placeholder: String(desk.question.costs?.[place.kind] ?? desk.question.costs?.all ?? "–"), onchange: (event) => panj.question.cost(place.id, Number(event.target.value) || 0) }));

  panj.on("question", () => { draw(); card(); });
  panj.on("plan", () => card());
  panj.on("picked", (id, from) => {
    desk.picked = id;
    for (const one of document.querySelectorAll("#place-rows tr")) one.classList.toggle("is-picked", one.dataset.id === id);
    card();
    if (id && from !== "map") panj.planMap.ready.then(() => panj.planMap.reveal(desk.byId.get(id)));
    if (id && from === "map") document.querySelector(`#place-rows tr[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && desk.picked && panj.happened("picked", "", "key"));
})(window.panj);
