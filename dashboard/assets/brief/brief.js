/* The brief is one page: what does not fit is counted instead of being cut off. And the print button. */
"use strict";
(function () {
  const sheet = document.querySelector(".sheet");
  const columns = [...document.querySelectorAll(".columns > div")];

  /* The page as paper has it, whatever the window: an A4 sheet inside its margins. */
  const fits = () => {
    const probe = Object.assign(document.createElement("div"), { style: "position:absolute;visibility:hidden;height:278mm" });
    document.body.append(probe);
    const room = probe.offsetHeight;
    probe.remove();
    const padding = parseFloat(getComputedStyle(sheet).paddingTop) + parseFloat(getComputedStyle(sheet).paddingBottom);
    return sheet.scrollHeight - padding <= room;
  };

  const fold = () => {
    sheet.classList.add("is-measured");
    leaveOut();
    sheet.classList.remove("is-measured");
  };

  const leaveOut = () => {
    for (let turn = 0; turn < 40 && !fits(); turn++) {
      const longest = columns.reduce((a, b) => (b.scrollHeight > a.scrollHeight ? b : a));
      const parts = [...longest.querySelectorAll("section")].map((part) => [...part.querySelectorAll("li:not([hidden])")]);
      const lines = parts.reduce((a, b) => (b.length > a.length ? b : a), []);
      if (lines.length < 2) return;
      const last = lines.at(-1);
      last.hidden = true;
      const mark = last.querySelector(".mark");
      const onMap = mark && document.querySelector(`[data-mark="${mark.textContent.trim()}"]`);
      if (onMap) onMap.setAttribute("visibility", "hidden");
      const more = last.closest("section").querySelector(".more");
      more.dataset.n = Number(more.dataset.n) + 1;
      more.textContent = more.dataset.words.replace("{n}", more.dataset.n);
      more.hidden = false;
    }
  };

  if (matchMedia("(min-width: 801px)").matches) fold();
  addEventListener("beforeprint", fold);
  document.getElementById("print").addEventListener("click", () => window.print());
})();
