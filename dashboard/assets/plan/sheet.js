/* A choice in the lists opens the plan; the button prints it. */
"use strict";
(function () {
  for (const list of document.querySelectorAll(".tools select"))
    list.addEventListener("change", () => {
      const form = list.form;
      for (const other of form.querySelectorAll("select")) other.disabled = !other.value;
      form.requestSubmit();
    });
  const button = document.getElementById("print");
  if (button) button.addEventListener("click", () => window.print());
})();
