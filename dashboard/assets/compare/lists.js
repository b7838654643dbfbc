/* A phone has no room for rows of buttons: there each of the tools is a list with the same choices, and choosing presses the button. */
(function () {
  "use strict";
  const more = document.getElementById("drug-more");

  const fill = (list, group) => {
    const options = [...group.querySelectorAll(".segment")].map((button) => new Option(button.textContent, button.dataset.value));
    const known = new Set(options.map((option) => option.value));
    if (group.id === "drug") options.push(...[...more.options].filter((option) => !known.has(option.value)).map((option) => new Option(option.text, option.value)));
    list.replaceChildren(...options);
  };

  const follow = (list, group) => {
    const chosen = group.querySelector('[aria-checked="true"]');
    list.value = chosen ? chosen.dataset.value : group.id === "drug" ? more.value : "";
  };

  for (const group of document.querySelectorAll(".tools .segments")) {
    const list = Object.assign(document.createElement("select"), { className: "as-list" });
    list.dataset.for = group.id;
    list.setAttribute("aria-label", group.getAttribute("aria-label"));
    group.after(list);
    fill(list, group);
    follow(list, group);
    list.addEventListener("change", (event) => {
      event.stopPropagation();
      const button = [...group.querySelectorAll(".segment")].find((one) => one.dataset.value === list.value);
      if (button) return button.click();
      more.value = list.value;
      more.dispatchEvent(new Event("change", { bubbles: true }));
    });
    new MutationObserver(() => follow(list, group)).observe(group, { subtree: true, attributeFilter: ["aria-checked"] });
  }
  more.addEventListener("change", () => requestAnimationFrame(() => follow(document.querySelector('.as-list[data-for="drug"]'), document.getElementById("drug"))));
})();
