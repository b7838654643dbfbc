/* Reliability of the source (A–X) and accuracy of the information (1–4), for a whole file at once. */
(function (panj) {
  "use strict";
  const { el, say, button } = panj;

  panj.grading = ({ feed, sha }) => {
    const held = { reliability: "", accuracy: "" };
    const choice = (name, values) =>
      el("fieldset.grade", null, el("legend", null, say(`data.${name}`)), el("div.choices", null, values.map((value) =>
        el("label", null, el("input", { type: "radio", name: `${name}-${sha}`, value, onchange: () => (held[name] = value) }), el("b", null, value), " ", say(name === "reliability" ? `reliability.${value}` : `accuracy.${value}`)))));
    return el("form.grading", { onsubmit: (event) => event.preventDefault() },
      choice("reliability", ["A", "B", "C", "X"]), choice("accuracy", ["1", "2", "3", "4"]),
      button(say("data.grade_all"), () => {
        if (!panj.who()) return panj.askWho();
        if (!held.reliability && !held.accuracy) return panj.tell(say("data.grade_first"));
        return panj.try(async () => {
          await panj.send("change/grade", { feed, sha, ...held });
          panj.tell(say("data.graded"));
          panj.applyLater(500);
        });
      }, ""));
  };
})(window.panj);
