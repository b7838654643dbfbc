/* What the panels say belongs to one view. From the moment another is chosen until its own answers are in, they are drawn pale. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  /* A step back is read this long after the browser made it (state.js). */
  const BACK_MS = 400;

  /* Each says which query it is the answer to. */
  const ANSWERS = ["legend-facts", "card"];

  let composing = 0;

  const period = (query) => new URLSearchParams(query || "").get("p") || "";

  /* Do the answers speak of the view that is chosen, and the brush stand where it stands in it? */
  const mark = () => {
    const { view, window: shown, query } = panj;
    const answers = ANSWERS.map((id) => document.getElementById(id)?.dataset.of).filter((of) => of !== undefined);
    const stands = !view || !view.steps.length || !shown || period(query) === `${view.steps[shown[0]]}..${view.steps[shown[1]]}`;
    const isOld = answers.length > 0 && (composing > 0 || !stands || answers.some((answered) => answered !== query));
    document.body.classList.toggle("is-asking", isOld);
  };

  /* A view is being put together. */
  const begin = () => {
    composing++;
    mark();
  };

  const end = () => {
    composing--;
    mark();
  };

  window.addEventListener("popstate", () => {
    begin();
    setTimeout(end, BACK_MS);
  });

  new MutationObserver(mark).observe(document.documentElement, { subtree: true, attributeFilter: ["data-of"] });

  panj.answered = { begin, end, mark };
})(window.panj);
