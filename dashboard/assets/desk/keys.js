/* One listener for all keys: the shown tab says what each does. In a field, letters are letters. */
(function (panj) {
  "use strict";
  const { el, say } = panj;
  const dialog = document.getElementById("keys");

  const HELP = {
    all: ["?", "tabs", "tab"], files: ["O", "↵"], places: ["↵", "1–6", "↑ ↓", "/", "P", "← ↑ → ↓", ", .", "N", "S", "U", "R", "+ −"],
    pairs: ["M", "A", "S", "U", "↑ ↓"], grid: ["← ↑ → ↓", "↵"], runs: [],
  };
  const NAMES = { "?": "help", "↵": "enter", "1–6": "digits", "↑ ↓": "updown", "/": "search", "← ↑ → ↓": "arrows", ", .": "radius", "+ −": "zoom", tab: "tab", tabs: "tabs" };
  const SHOWN = { tabs: "[  ]", tab: "Tab" };
  const rows = (tab) => HELP[tab].map((key) => {
    const name = NAMES[key] || key.toLowerCase();
    const text = panj.has(`data.key.${tab}.${name}`) ? `data.key.${tab}.${name}` : `data.key.${name}`;
    return el("tr", null, el("th", null, el("kbd", null, SHOWN[key] || key)), el("td", null, say(text)));
  });
  const help = () => {
    const tab = panj.at().tab;
    panj.fill(dialog, el("h2", null, say("data.keys")), el("table.plain.narrow", null, el("tbody", null, rows(tab), rows("all"))),
      panj.button(say("button.close"), () => dialog.close(), ""));
    dialog.showModal();
  };
  document.getElementById("keys-open").addEventListener("click", help);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  /* Who decides must be said once; the field is asked for and what was being done is not lost. */
  panj.askWho = () => {
    const who = document.getElementById("who");
    panj.problem(say("data.who_wanted"));
    who.focus();
    who.addEventListener("blur", () => panj.who() && panj.problem(""), { once: true });
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const target = event.target;
    const typing = target.matches("input:not([type=radio]):not([type=checkbox]):not([type=file]), textarea, select");
    if (typing) return;
    /* A key held down decides once: nobody has read the next question. */
    if (event.repeat && (event.key === "Enter" || /^\p{L}$/u.test(event.key))) return event.preventDefault();
    const tab = panj.at().tab;
    const here = panj.tabs[tab];
    if (here.held?.(event)) return event.preventDefault();
    const key = event.key.toLowerCase();
    /* Enter and the arrows belong to what has the focus, where that does something with them. */
    if (target.matches("button, a, summary, input") && (key === "enter" || key === " ")) return;
    if (target.matches("input[type=radio]") && key.startsWith("arrow")) return;
    if (key === "?") help();
    else if (key === "[" || key === "]" || key === "х" || key === "ъ") {
      const k = panj.TABS.indexOf(tab) + (key === "]" || key === "ъ" ? 1 : -1);
      panj.go(panj.TABS[(k + panj.TABS.length) % panj.TABS.length]);
    } else {
      /* The key's place on the board too: on a Russian layout the key P writes З. */
      const act = here.keys?.[key] || (event.code.startsWith("Key") && here.keys?.[event.code.slice(3).toLowerCase()]) || (event.code === "Slash" && !event.shiftKey && here.keys?.["/"]);
      if (!act) return;
      act(event);
    }
    event.preventDefault();
  });

  panj.begin();
})(window.panj);
