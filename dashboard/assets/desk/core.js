/* The Data page's ground: words, one way to make elements, one door to the server, tabs. Cells of files only ever become text. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  panj.words = JSON.parse(document.getElementById("words").textContent);
  panj.facts = JSON.parse(document.getElementById("facts").textContent);
  panj.code = panj.facts.code;
  panj.root = `/${panj.code}`;
  panj.tabs = {};

  panj.number = (value, digits) => {
    const size = Math.abs(value);
    const most = digits ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
    return new Intl.NumberFormat(panj.code === "en" ? "en" : "ru", { maximumFractionDigits: most }).format(value);
  };

  /* One/other in English, one/few/many in Russian; Tajik counts with the singular form. */
  const plural = (n) => {
    if (!Number.isInteger(n)) return panj.code === "ru" ? "few" : "other";
    n = Math.abs(n);
    if (panj.code !== "ru") return n === 1 ? "one" : "other";
    if (n % 10 === 1 && n % 100 !== 11) return "one";
    return n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? "few" : "many";
  };
  panj.has = (key) => key in panj.words;
  panj.say = (key, values) => {
    let text = panj.words[key] ?? key;
    if (typeof text === "object") text = text[plural(Number(values?.n ?? 0))];
    for (const [name, value] of Object.entries(values || {}))
      text = text.replaceAll(`{${name}}`, () => (typeof value === "number" ? panj.number(value) : String(value ?? "")));
    return text;
  };
  /* The word for a code where there is one, else the code itself. */
  panj.word = (prefix, code) => (code ? (panj.has(`${prefix}.${code}`) ? panj.say(`${prefix}.${code}`) : String(code).replaceAll("_", " ")) : "");

  /* 2026-11-22T01:17:00Z -> 22 Nov 2026, 06:17 of this computer's clock. */
  panj.when = (iso) => {
    const date = new Date(iso);
    if (!iso || Number.isNaN(date.getTime())) return "";
    const two = (n) => String(n).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}\u00a0${two(date.getHours())}:${two(date.getMinutes())}`;
  };
  panj.kg = (value, digits) => (value === null || value === undefined || value === "" ? "" : `${panj.number(Number(value), digits)}\u00a0${panj.say("data.kg")}`);

  /* A source's name as a file can have it: small Latin letters, digits and _. "ДКН Душанбе" -> "dkn_dushanbe". */
  const LATIN = Object.fromEntries([..."абвгдезийклмнопрстуфхэқғӯӣҳ"].map((letter, k) => [letter, [..."abvgdeziyklmnoprstufxeqguih"][k]]));
  const MORE = { ё: "yo", ж: "zh", ц: "ts", ч: "ch", ш: "sh", щ: "sh", ъ: "", ы: "y", ь: "", ю: "yu", я: "ya", ҷ: "j", х: "kh" };
  panj.slug = (text) => {
    const latin = [...text.trim().toLowerCase().normalize("NFC")].map((letter) => MORE[letter] ?? LATIN[letter] ?? letter).join("").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    return latin.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, 40);
  };

  /* ---- the server ------------------------------------------------------------------------------------------------- */

  panj.problem = (text) => {
    const box = document.getElementById("problem");
    box.hidden = !text;
    box.querySelector("p").textContent = text || "";
  };
  const told = async (answer) => {
    if (answer.ok) return answer.json();
    const text = await answer.text();
    throw new Error(!text || text.length > 600 || text.includes("<") ? panj.say("js.problem") : text);
  };
  const asked = async (address, options) => {
    try {
      return await told(await fetch(`${panj.root}/data/desk/${address}`, options));
    } catch (problem) {
      throw problem instanceof TypeError ? new Error(panj.say("js.problem")) : problem;
    }
  };
  const marked = () => ({ "X-Panj": "1", "X-Panj-Who": encodeURIComponent(panj.who()) });
  panj.ask = (what, values) => asked(`${what}?${new URLSearchParams(Object.entries(values || {}).filter(([, value]) => value !== "" && value !== null && value !== undefined))}`);
  panj.send = (what, body) => asked(what, { method: "POST", headers: { ...marked(), "Content-Type": "application/json" }, body: JSON.stringify(body || {}) });
  panj.upload = (file) => asked(`upload?name=${encodeURIComponent(file.name)}`, { method: "POST", headers: { ...marked(), "Content-Type": "application/octet-stream" }, body: file });
  /* Do something that may fail; the failure is one sentence on the page. */
  panj.try = async (act) => {
    try {
      const done = await act();
      return done === undefined ? true : done;
    } catch (problem) {
      panj.problem(problem.message);
      return false;
    }
  };

  /* ---- who works here ---------------------------------------------------------------------------------------------- */

  const who = document.getElementById("who");
  const kept = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name) || "";
    } catch (refused) {
      return "";
    }
  };
  panj.kept = kept;
  who.value = kept("panj-who");
  who.addEventListener("input", () => kept("panj-who", who.value));
  who.addEventListener("keydown", (event) => event.key === "Enter" && who.blur());
  panj.who = () => who.value.trim();

  let hush = 0;
  panj.tell = (text) => {
    const place = document.getElementById("said");
    place.textContent = text;
    clearTimeout(hush);
    hush = setTimeout(() => (place.textContent = ""), 4000);
  };

  /* ---- tabs -------------------------------------------------------------------------------------------------------- */

  panj.TABS = ["files", "places", "pairs", "grid", "runs"];
  panj.at = () => {
    const [tab, ...rest] = location.hash.slice(1).split("/");
    return { tab: panj.TABS.includes(tab) ? tab : "files", rest };
  };
  panj.go = (hash) => {
    if (location.hash.slice(1) === hash) open();
    else location.hash = hash;
  };
  let shown = "";
  const open = async () => {
    const { tab, rest } = panj.at();
    if (shown && shown !== tab) panj.tabs[shown]?.leave?.();
    shown = tab;
    panj.problem("");
    for (const name of panj.TABS) document.getElementById(`tab-${name}`).hidden = name !== tab;
    for (const link of document.querySelectorAll("#tabs a")) link.toggleAttribute("aria-current", link.dataset.tab === tab);
    for (const link of document.querySelectorAll("a[data-language]")) link.href = `/${link.dataset.language}/data${location.hash}`;
    document.querySelector(`#tabs a[data-tab=${tab}]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    document.body.dataset.tab = tab;
    await panj.try(() => panj.tabs[tab].open(rest));
    document.body.dataset.ready = tab;
  };
  panj.counts = (counts) => {
    for (const name of panj.TABS) {
      const place = document.getElementById(`count-${name}`);
      const n = counts?.[name] || 0;
      place.hidden = !n;
      place.textContent = n ? panj.number(n) : "";
    }
  };
  panj.refresh = async () => {
    const state = await panj.ask("state");
    panj.state = state;
    panj.counts(state.counts);
    return state;
  };
  panj.begin = async () => {
    addEventListener("hashchange", open);
    await panj.try(panj.refresh);
    await open();
    /* Decided before the page was left, and without effect yet. */
    if (panj.state?.to_apply) panj.applyLater(0);
  };

  document.getElementById("problem-close").addEventListener("click", () => panj.problem(""));
  document.getElementById("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    kept("panj-theme", theme);
    document.cookie = `panj_theme=${theme}; path=/; max-age=31536000; SameSite=Strict`;
    panj.map?.draw();
  });
})(window.panj);
