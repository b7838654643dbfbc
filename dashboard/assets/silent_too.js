/* The card of a post or section that fell silent says so, whatever colour it has: the card is the server's, who fell silent comes later. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const tell = () => {
    const card = document.getElementById("card");
    const line = card && card.querySelector(".silent-too");
    if (!line) return;
    const [kind, id] = (new URLSearchParams(card.dataset.of).get("s") || "").split(/:(.*)/);
    line.hidden = !(panj.hot.mode() !== "off" && (panj.hot.quietNow()[`${kind}s`] || []).includes(id));
  };

  const watcher = new MutationObserver((changes) => {
    if (changes.some((change) => change.target === document.body || change.target.id === "card")) tell();
  });
  watcher.observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["data-of", "data-hush"] });
})(window.panj);
