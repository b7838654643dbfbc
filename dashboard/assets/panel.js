/* The tabs of the right panel. Each but the first asks the server one question about the view and draws its answer: a leading
   sentence, groups of lines that open what they speak of, tables, caveats. Texts come in the viewer's language, ready. */
window.panj = window.panj || {};
window.dash_clientside = window.dash_clientside || {};
(function (panj) {
  "use strict";

  const FILTERS = { d: "f-drugs", k: "f-kinds", c: "f-countries", a: "f-agencies", t: "f-transports", r: "f-reliabilities", i: "f-accuracies" };
  const VERDICTS = ["true", "late", "false"];
  const WHO = "panj-who";

  let open = "now";
  let drawn = "";
  let latest = 0;

  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties || {});
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };
  const text = (tag, className, words) => (words ? made(tag, { className, textContent: words }) : "");

  const kept = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name) || "";
    } catch (refused) {
      return value || "";
    }
  };

  /* ---- one answer ------------------------------------------------------------------------------------------------ */

  const line = (item) => {
    const opens = item.picks || item.period || Object.keys(item.filters || {}).length;
    const face = made(
      opens ? "button" : "div",
      { className: `fact tone-${item.tone || "plain"}` },
      made("span", { className: "fact-sign", textContent: item.sign || "·", ariaHidden: "true" }),
      made("span", { className: "fact-words" }, text("span", "fact-text", item.text), text("span", "fact-detail", item.detail)),
    );
    if (opens) face.addEventListener("click", () => follow(item, face));
    return made("li", {}, face, item.id ? verdicts(item) : "");
  };

  const follow = (item, face) => {
    const set = window.dash_clientside.set_props;
    for (const [key, value] of Object.entries(item.filters || {})) set(FILTERS[key], { value: String(value).split(",") });
    if (item.period) set("period", { data: item.period });
    if (item.picks) panj.pick(item.picks);
    if (item.alert) openEvents(item);
    for (const other of document.querySelectorAll(".fact.is-picked")) other.classList.remove("is-picked");
    face.classList.add("is-picked");
  };

  /* Behind an alert stand its own events, which the address names by its number; the map goes to their middle. */
  const openEvents = (item) => {
    const { centre } = item.alert;
    if (centre && !panj.map.sees(...centre)) panj.map.goTo(...centre);
    if (document.body.dataset.sheet !== "events") panj.openSheet("events");
  };

  const verdicts = (item) => {
    const row = made("div", { className: "verdicts", role: "group", ariaLabel: panj.say("js.verdict") });
    for (const verdict of VERDICTS) {
      const button = made("button", { className: "quiet", textContent: panj.say(`js.verdict_${verdict}`) });
      button.setAttribute("aria-pressed", String(item.verdict === verdict));
      button.addEventListener("click", () => judge(item, item.verdict === verdict ? null : verdict, row));
      row.append(button);
    }
    return row;
  };

  /* Who says so is kept with a verdict; asked for once, on the page itself. */
  const judge = async (item, verdict, row) => {
    const who = kept(WHO);
    if (!who) return askWho(row, () => judge(item, verdict, row));
    for (const button of row.querySelectorAll("button")) button.disabled = true;
    try {
      const answer = await fetch(`${panj.root}/data/alerts/${encodeURIComponent(item.id)}/verdict?${panj.query || ""}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Panj": "1", "X-Panj-Who": encodeURIComponent(who) },
        body: JSON.stringify({ verdict }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      draw(await answer.json());
    } catch (problem) {
      panj.showProblem(panj.told(problem));
      for (const button of row.querySelectorAll("button")) button.disabled = false;
    }
  };

  const askWho = (row, then) => {
    if (row.querySelector("form")) return row.querySelector("input").focus();
    const field = made("input", { maxLength: 12, required: true, placeholder: panj.say("js.initials"), ariaLabel: panj.say("js.initials") });
    const form = made("form", { className: "ask-who" }, field, made("button", { className: "quiet", textContent: panj.say("js.keep") }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      kept(WHO, field.value.trim());
      form.remove();
      then();
    });
    row.append(form);
    field.focus();
  };

  const group = (told) =>
    made(
      "section",
      { className: "facts" },
      text("h3", "", told.title),
      text("p", "muted", told.note),
      ...lines(told),
    );

  /* What chance explains, and what is old, is folded under one line that says how many they are. */
  const lines = (told) => {
    const list = (items) => (items && items.length ? made("ul", {}, ...items.map(line)) : "");
    const more = told.more ? text("p", "muted", panj.say("js.more_lines", { n: panj.number(told.more) })) : "";
    if (told.shown === undefined) return [list(told.items), more];
    return [list(told.items.slice(0, told.shown)), made("details", { className: "folded" }, text("summary", "", told.folded), list(told.items.slice(told.shown)), more)];
  };

  const table = (told) =>
    made(
      "section",
      { className: "facts" },
      text("h3", "", told.title),
      made(
        "div",
        { className: "shares-frame" },
        made(
          "table",
          { className: "sheet-table" },
          made("thead", {}, made("tr", {}, ...told.head.map((words) => made("th", { scope: "col", textContent: words })))),
          made("tbody", {}, ...told.rows.map((cells) => made("tr", {}, ...cells.map((words) => made("td", { textContent: words ?? "–" }))))),
        ),
      ),
      text("p", "muted", told.note),
    );

  const draw = (told) => {
    const sheet = document.getElementById("sheet");
    const scroll = sheet.closest(".panel-body");
    const at = scroll ? scroll.scrollTop : 0;
    sheet.replaceChildren(
      text("p", "whose", told.whose),
      text("p", "sheet-lead", told.lead),
      ...(told.groups || []).map(group),
      ...(told.tables || []).map(table),
      ...(told.caveats || []).map((words) => text("p", "muted caveat", words)),
    );
    if (scroll) scroll.scrollTop = at;
  };

  /* Grey lines only the first time: afterwards the last answer stays until the next is there. */
  const show = async (again) => {
    const sheet = document.getElementById("sheet");
    if (open === "now" || !sheet || panj.query === undefined) return;
    /* What is picked changes no answer of a tab: a line that was followed keeps its mark and the keyboard its place. */
    const view = new URLSearchParams(panj.query);
    view.delete("s");
    const asked = `${open}?${view}`;
    if (asked === drawn && !again) return;
    const mine = ++latest;
    if (!drawn.startsWith(`${open}?`)) sheet.replaceChildren(...[1, 2, 3].map(() => made("div", { className: "skeleton" })));
    sheet.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${panj.root}/data/${asked}`);
      if (!answer.ok) throw new Error(await answer.text());
      const told = await answer.json();
      if (mine !== latest) return;
      /* What the newest months may still bring belongs to what changed. */
      const coming = panj.arrivingAnswer;
      if (open === "changes" && coming && coming.groups.length) told.groups.push(...coming.groups);
      draw(told);
      drawn = asked;
    } catch (problem) {
      if (mine !== latest) return;
      const retry = made("button", { className: "quiet", textContent: panj.say("js.again") });
      retry.addEventListener("click", () => show(true));
      sheet.replaceChildren(text("p", "problem-line", panj.told(problem)), retry);
      drawn = "";
    } finally {
      if (mine === latest) sheet.removeAttribute("aria-busy");
    }
  };

  /* ---- the tabs -------------------------------------------------------------------------------------------------- */

  const choose = (name, focus) => {
    const tabs = [...document.querySelectorAll("[data-tab]")];
    if (!tabs.some((tab) => tab.dataset.tab === name)) name = "now";
    open = name;
    for (const tab of tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) tab.focus();
    }
    const sheet = document.getElementById("sheet");
    document.getElementById("now").hidden = name !== "now";
    sheet.hidden = name === "now";
    sheet.setAttribute("aria-labelledby", `tab-${name}`);
    panj.address({ tab: name === "now" ? "" : name });
    show();
    markBar();
  };

  /* The bar of a phone opens the panel at a tab: a second tap on the same closes it, one on another only changes the tab. */
  const markBar = () => {
    const shown = document.body.dataset.sheet === "figures" ? open : "";
    for (const button of document.querySelectorAll("button[data-at]")) button.setAttribute("aria-expanded", String(button.dataset.at === shown));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-at]");
    if (!button) return;
    event.stopPropagation();
    const { at } = button.dataset;
    const stands = document.body.dataset.sheet === "figures";
    if (!stands || open === at) panj.openSheet("figures");
    if (open !== at) choose(at);
  }, true);

  new MutationObserver(markBar).observe(document.body, { attributeFilter: ["data-sheet"] });

  document.addEventListener("click", (event) => {
    const tab = event.target.closest && event.target.closest("[data-tab]");
    if (tab) choose(tab.dataset.tab);
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest && event.target.closest("[data-tab]");
    if (!tab) return;
    const tabs = [...document.querySelectorAll("[data-tab]")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (tabs.indexOf(tab) + step + tabs.length) % tabs.length : -1;
    if (at < 0) return;
    event.preventDefault();
    choose(tabs[at].dataset.tab, true);
  });

  let opened = false;
  window.dash_clientside.panj_panel = {
    /* A new view: the open tab asks again. The tab itself stands in the address too. */
    follow: () => {
      const wanted = new URLSearchParams(location.search).get("tab") || "now";
      if (!opened && wanted !== "now" && document.getElementById("sheet")) choose(wanted);
      opened = true;
      show();
      panj.askArriving(panj.query || "");
      return window.dash_clientside.no_update;
    },
  };

  /* The printed brief of what is on the screen, in a tab of its own. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-brief]");
    if (link) link.href = `${panj.root}/brief?${panj.query || ""}`;
  }, true);
})(window.panj);
