/* The legend of what stands out: the scale from cold to hot, what the patterns mean, the cell, the rule, and how much to trust it. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const made = (tag, className, text, ...children) => {
    const element = Object.assign(document.createElement(tag), { className: className || "" });
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  };

  const swatch = (className, colour) => {
    const box = made("span", `chip ${className}`);
    if (colour) box.style.setProperty("--chip", colour);
    return box;
  };

  /* Cold at the left, hot at the right, and nothing in the middle: what chance may have made has no colour. */
  const scale = ({ hot, cold }) => {
    const box = made("div", "hot-scale");
    box.setAttribute("aria-hidden", "true");
    /* The word, and under it the figure that it has in brackets elsewhere. */
    const words = (k) => panj.say(`js.strength_${k + 1}`).replace(/ \((.*)\)/, (_, figure) => `\n${figure.replace(" ", "\u00a0")}`);
    const steps = [...[2, 1, 0].map((k) => [cold[k], words(k)]), ["", ""], ...[0, 1, 2].map((k) => [hot[k], words(k)])];
    for (const [colour, text] of steps) {
      const step = made("span", colour ? "" : "nothing", text);
      if (colour) step.style.setProperty("--chip", colour);
      box.append(step);
    }
    const ends = made("div", "hot-ends", "", ...["js.hot_cold", "js.hot_chance", "js.hot_hot"].map((key) => made("span", "", panj.say(key))));
    return [box, ends];
  };

  /* Of which colours are the cells and sections that are not stable? */
  const unstable = (answer, sure) => {
    const side = (kind) => (kind >= 1 && kind <= 3 ? "hot" : kind >= 4 && kind <= 6 ? "cold" : "");
    const found = new Set();
    answer.arrays.cell_class.forEach((kind, k) => kind && sure.arrays.stability[k] < answer.stable_from && found.add(side(kind)));
    for (const section of answer.sections || []) if (sure.stable[section.id] < answer.stable_from) found.add(side(section.class));
    return ["hot", "cold"].filter((one) => found.has(one));
  };

  const how = (lines) => {
    const box = made("details", "how", "", made("summary", "", panj.say("js.hot_how")), ...lines.filter(Boolean).map((text) => made("p", "muted", text)));
    const was = document.querySelector("#legend-heat details.how");
    box.open = Boolean(was && was.open);
    return box;
  };

  const hot = (answer, sure, quiet) => {
    const place = document.getElementById("legend-heat");
    if (!place) return;
    const colours = panj.hot.colours();
    const parts = [made("p", "legend-title", panj.say(answer.measure === "kg" ? "js.hot_title_kg" : "js.hot_title_n"))];
    if (answer.is_silent) parts.push(made("p", "chips", "", swatch("hatch"), panj.say("js.hot_silent")), made("p", "found", answer.lead));
    else {
      parts.push(...scale(colours), made("p", "muted", answer.strengths), made("p", "found", answer.found));
      const chips = made("p", "chips");
      if (sure && sure.n_unstable) chips.append(made("span", "", "", ...unstable(answer, sure).map((side) => swatch("unstable", colours[side][2])), panj.say("js.hot_unstable")));
      if (answer.n_silent) chips.append(made("span", "", "", swatch("hatch"), answer.unheard || panj.say("js.hot_silent")));
      const both = quiet && (answer.sections || []).some((section) => section.class >= 1 && section.class <= 3 && quiet.sections.includes(section.id));
      if (both) chips.append(made("span", "", "", swatch("edges", colours.hot[2]), panj.say("js.hot_and_silent")));
      const hushed = quiet ? quiet.posts.length + quiet.sections.length : 0;
      if (hushed) chips.append(made("span", "", "", ...(quiet.sections.length ? [swatch("edges")] : []), ...(quiet.posts.length ? [swatch("hatch disc")] : []), panj.say("js.hot_hushed", { n: panj.number(hushed) })));
      if (chips.childNodes.length) parts.push(chips);
    }
    for (const text of answer.warnings) parts.push(made("p", "warned", text));
    if (sure && sure.problem) parts.push(made("p", "warned", sure.problem));
    parts.push(made("p", "muted", answer.within), how([answer.rule, answer.scale, sure && sure.n_unstable ? answer.unstable_rule : ""]));
    place.replaceChildren(...parts);
  };

  /* Only the classes that are on the map, each with its rule. */
  const emerging = (answer) => {
    const place = document.getElementById("legend-heat");
    if (!place) return;
    const colours = panj.hot.colours();
    const count = new Array(answer.classes.length).fill(0);
    for (const kind of answer.arrays.cell_class) count[kind]++;
    const chip = (id) => {
      const k = answer.classes.findIndex((one) => one.id === id);
      const [name, side] = id.split("_");
      const [strength, number] = panj.hot.OVER_TIME[name];
      const pattern = Object.keys(panj.hot.PATTERN).find((key) => panj.hot.PATTERN[key] === number) || "solid";
      const cell = made("span", count[k] ? "" : "nothing", "", swatch(`${side} pattern-${pattern}`, colours[side][strength]), panj.number(count[k]));
      cell.title = answer.classes[k].name;
      return cell;
    };
    /* A row for each kind that is on the map, hot and cold beside each other. */
    const rows = Object.keys(panj.hot.OVER_TIME).flatMap((name) => {
      const both = [`${name}_hot`, `${name}_cold`];
      const there = answer.classes.filter((one, k) => both.includes(one.id) && count[k]);
      return there.length ? [Object.assign(made("li", "", "", made("span", "", there[0].kind), ...both.map(chip)), { title: there[0].rule })] : [];
    });
    if (rows.length) rows.unshift(made("li", "head", "", made("span"), made("span", "", panj.say("js.hot_hot")), made("span", "", panj.say("js.hot_cold"))));
    const list = made("ul", "kinds", "", ...rows);
    place.replaceChildren(
      made("p", "legend-title", panj.say("js.emerging_title")),
      rows.length ? list : made("p", "found", panj.say("js.hot_none")),
      ...answer.warnings.map((text) => made("p", "warned", text)),
      made("p", "muted", answer.steps),
      how([...new Map(answer.classes.filter((one, k) => one.rule && count[k]).map((one) => [one.kind, `${one.kind}: ${one.rule}`])).values()]),
    );
  };

  const none = () => document.getElementById("legend-heat")?.replaceChildren();

  Object.assign(panj.legend, { hot, emerging, none });
})(window.panj);
