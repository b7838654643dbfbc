/* The first two keys of the page: past the filters to the panel's open tab, or to the map. Folded panels unfold, a phone opens the sheet. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const ways = {
    figures: () => {
      document.body.classList.remove("no-figures");
      const panel = document.getElementById("figures");
      if (!panel.offsetParent) panj.openSheet("figures");
      return panel.querySelector("[data-tab][aria-selected=true]") || panel.querySelector(".figure");
    },
    map: () => {
      if (document.body.dataset.sheet) panj.openSheet(document.body.dataset.sheet);
      return document.querySelector("#map canvas[tabindex]");
    },
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-skips]");
    if (!link) return;
    event.preventDefault();
    ways[link.dataset.skips]()?.focus();
  });
})(window.panj);
