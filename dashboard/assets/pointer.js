/* What lies under the pointer: its name while it hovers, its card when it is clicked or tapped. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  let map = null;

  const there = (ids) => ids.filter((id) => map.getLayer(id) && map.getLayoutProperty(id, "visibility") !== "none");
  const hits = (box, ids) => map.queryRenderedFeatures(box, { layers: there(ids) });

  /* Symbols before lines, lines before what is coloured under them. */
  const under = (point) => {
    const view = panj.view;
    const box = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const symbol = hits(box, ["posts", "incidents", "seizures"]).find((f) => f.source !== "groups" || view.groupRadius[f.properties.k] > 0);
    if (symbol && symbol.source === "posts") return { kind: "post", id: symbol.properties.id, properties: symbol.properties };
    if (symbol) return { kind: "group", k: symbol.properties.k };
    const section = hits(box, ["section-hit"])[0];
    if (section) return { kind: "section", id: section.properties.section_id, properties: section.properties };
    const corridor = hits(box, ["corridors", "corridors-weak"])[0];
    if (corridor) return { kind: "corridor", id: corridor.properties.corridor_id, properties: corridor.properties };
    const cells = panj.map.cells();
    if (view.areas) {
      const area = hits(point, ["areas"])[0];
      if (area) return { kind: "area", k: area.id, properties: area.properties };
    } else if (panj.hot.mode() !== "off") {
      const at = map.unproject(point);
      return panj.hot.under(at.lng, at.lat);
    } else if (cells.visible && panj.window) {
      const at = map.unproject(point);
      const k = cells.cellAt(at.lng, at.lat);
      if (k >= 0 && cells.classes[k]) return { kind: "cell", k, id: view.cell_ids[k] };
    }
    return null;
  };

  const name = (properties) => properties[`name_${panj.code}`] || properties.name_en;

  /* Title and second line of the tip. */
  const words = (thing) => {
    const view = panj.view;
    const sum = (sums, size) => panj.number(panj.map.between(sums, size, thing.k, ...panj.window));
    const shown = () => panj.say(view.measure === "kg" ? "js.kg_n" : "js.events_n", { kg: sum(view.cellSums, view.n_cells), n: sum(view.cellSums, view.n_cells) });
    if (thing.kind === "group") {
      const n = panj.say("js.events_n", { n: sum(view.groupN, view.n_groups) });
      return [view.group_names[view.arrays.group_name[thing.k]] || "", `${n} · ${panj.say("js.kg_n", { kg: sum(view.groupKg, view.n_groups) })}`];
    }
    if (thing.kind === "cell" && panj.hot.mode() !== "off") return panj.hot.words(thing.k);
    if (thing.kind === "cell") return [panj.say("js.cell"), shown()];
    if (thing.kind === "area") return [name(thing.properties), panj.map.areaClass(thing.k) ? shown() : panj.say("js.withheld")];
    return [name(thing.properties), (thing.kind === "section" && panj.hot.sectionWords(thing.id)) || panj.say(`js.${thing.kind}`)];
  };

  const tip = (thing, point) => {
    const box = document.getElementById("tip");
    box.hidden = !thing;
    map.getCanvas().style.cursor = thing ? "pointer" : "";
    if (!thing) return;
    const [title, text] = words(thing);
    box.replaceChildren(Object.assign(document.createElement("b"), { textContent: title }), Object.assign(document.createElement("span"), { textContent: text }));
    const frame = map.getContainer().getBoundingClientRect();
    box.style.left = `${Math.min(point.x + 14, frame.width - 220)}px`;
    box.style.top = `${Math.min(point.y + 14, frame.height - 60)}px`;
  };

  const hovered = (event) => {
    if (!event.originalEvent.buttons && panj.view) tip(under(event.point), event.point);
  };

  const clicked = (event) => {
    if (!panj.view) return;
    const thing = under(event.point);
    const a = panj.view.arrays;
    if (!thing) panj.pick("");
    else if (thing.kind === "group") panj.pick(`place:${a.group_lon[thing.k].toFixed(5)},${a.group_lat[thing.k].toFixed(5)}`);
    else if (thing.kind === "cell") panj.pick(`cell:${thing.id}`);
    else if (thing.kind !== "area") panj.pick(`${thing.kind}:${thing.id}`);
  };

  panj.pick = (what) => {
    panj.keepsPlace = false;
    window.dash_clientside.set_props("picked", { data: what });
  };

  panj.pointer = {
    listen: (made) => {
      map = made;
      map.on("click", clicked);
      map.on("mousemove", hovered);
      map.on("mouseout", () => tip(null));
    },
  };
})(window.panj);
