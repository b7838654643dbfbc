/* "My sector": where the map opens and whose numbers are told. The address carries it, and the browser keeps the last choice, so that
   nobody has to look for their own stretch of the line every morning. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const KEPT = "panj-sector";
  const LINE = "line";

  const choice = () => document.getElementById("sector");
  const boxes = () => JSON.parse(document.getElementById("map-bar")?.dataset.sectors || "{}");

  /* What the address says, else what this browser was told last. A name that is none is the whole line. */
  const wanted = (query) => [query.get("o"), panj.keptSector(), LINE].find((id) => id && id in boxes());

  /* west, south, east, north of the sector that is wanted; nothing where there is none to choose from. */
  const box = async (id) => {
    const name = id || wanted(new URLSearchParams(location.search));
    const found = boxes()[name];
    return found && found.length ? found : name === "everything" ? panj.hot.bounds() : null;
  };

  /* The address has changed: the list says what it says, and the map goes there when nothing says where it stands. */
  const follow = async (query, go) => {
    if (!choice()) return;
    const id = wanted(query) || LINE;
    const other = choice().value !== id;
    choice().value = id;
    if (go && other) panj.map.fit(await box(id));
  };

  document.addEventListener("change", async (event) => {
    if (event.target !== choice()) return;
    const id = choice().value;
    /* The step that the back button returns to says which sector it was of: what the browser keeps is the new one. */
    panj.address({ o: said(new URLSearchParams(location.search)) || LINE });
    try {
      localStorage.setItem(KEPT, id);
    } catch (refused) {
      /* A locked-down browser keeps no choice: the address still does. */
    }
    /* The address has no place of its own any more; the new sector comes into it with the view. */
    panj.address({ at: "" });
    window.dash_clientside.set_props("sector-chosen", { data: id });
    await panj.map.ready;
    panj.map.fit(await box(id));
  });

  /* As the address writes it: nothing where nobody ever chose one. */
  const said = (query) => {
    const id = query.get("o") || panj.keptSector();
    return id && (!choice() || id in boxes()) ? id : "";
  };

  panj.sector = { box, follow, said };
})(window.panj);
