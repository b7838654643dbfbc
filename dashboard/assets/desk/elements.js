/* One way to make elements, for the pages that are no Dash. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  /* panj.el("p.muted", {title}, "text", child): strings become text nodes, never markup. */
  panj.el = (what, attributes, ...children) => {
    const [tag, ...classes] = what.split(".");
    const made = document.createElement(tag);
    if (classes.length) made.className = classes.join(" ");
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && typeof value !== "string") made[name] = value;
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
    return made;
  };
  panj.fill = (place, ...children) => place.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  panj.button = (words, act, looks = "quiet", key = "") =>
    panj.el(`button${looks ? "." + looks : ""}`, { type: "button", onclick: act }, words, key ? panj.el("kbd", null, key) : null);
})(window.panj);
