/* The question as a form: built once, following the question wherever it is changed. The formula of demand is written as it stands. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  const follows = [];
  const asked = () => desk.question;
  const change = (values, quietly) => panj.question.change(values, quietly);
  /* Which fields a model answers; the others are greyed, with a word why. */
  const FITS = { capacity: ["max_coverage"], budget: ["max_coverage", "backup"], two_sided: ["max_coverage", "backup"], new: ["max_coverage", "backup", "p_median", "p_centre"] };

  const slider = (key, { low, high, step, words, label, labelOf }) => {
    const value = el("output");
    const input = el("input", { type: "range", min: low, max: high, step, "aria-label": label, oninput: () => change({ [key]: Number(input.value) }, true), onchange: () => change({ [key]: Number(input.value) }, false) });
    const title = el("span", null, label);
    const box = el("label.slider", { "data-field": key }, title, value, input);
    follows.push(() => {
      if (labelOf) input.setAttribute("aria-label", (title.textContent = labelOf()));
      if (Number(asked()[key]) > Number(input.max)) input.max = asked()[key];
      input.value = asked()[key];
      value.textContent = words(asked()[key]);
      input.setAttribute("aria-valuetext", value.textContent);
    });
    return box;
  };

  const number = (key, label, hint, settings = {}) => {
    const input = el("input", { type: "number", min: 0, step: "any", placeholder: hint, ...settings, onchange: () => change({ [key]: Math.max(Number(input.value) || 0, Number(settings.min) || 0) }) });
    follows.push(() => { if (document.activeElement !== input) input.value = asked()[key] ? String(asked()[key]) : ""; });
    return el("label.field", { "data-field": key }, el("span", null, label), input);
  };

  const choice = (key, label, options) => {
    const list = el("select", { onchange: () => change({ [key]: list.value }) }, ...options.map(([value, text]) => new Option(text, value)));
    follows.push(() => (list.value = asked()[key]));
    return el("label.field", { "data-field": key }, el("span", null, label), list);
  };

  const toggles = (key, label, options) => {
    const boxes = options.map(([value, text]) => {
      const box = el("input", { type: "checkbox", onchange: () => change({ [key]: boxes.filter(([, one]) => one.checked).map(([name]) => name) }) });
      return [value, box, text];
    });
    follows.push(() => boxes.forEach(([value, box]) => (box.checked = asked()[key].includes(value))));
    return el("fieldset.pills", { "data-field": key }, el("legend", null, label), ...boxes.map(([, box, text]) => el("label", null, box, el("span", null, text))));
  };

  const month = (key, label) => {
    const input = el("input", { type: "month", onchange: () => change({ [key]: /^\d{4}-\d{2}$/.test(input.value) ? input.value : "" }) });
    follows.push(() => (input.value = asked()[key]));
    return el("label.field", { "data-field": key }, el("span", null, label), input);
  };

  const weights = () => {
    const sliders = desk.weights.map((kind) => {
      const value = el("output");
      const set = (quietly) => change({ weights: { ...asked().weights, [kind]: Number(input.value) } }, quietly);
      const input = el("input", { type: "range", min: 0, max: 100, step: 5, "aria-label": say(`plan.kind_${kind}`), oninput: () => set(true), onchange: () => set(false) });
      follows.push(() => { input.value = asked().weights[kind] || 0; value.textContent = panj.number(asked().weights[kind] || 0); });
      return el("label.slider", { "data-weight": kind }, el("span", null, say(`plan.kind_${kind}`)), value, input);
    });
    const formula = el("p.formula", { "aria-live": "polite" });
    follows.push(() => {
      const parts = Object.entries(asked().weights).filter(([, points]) => points > 0);
      formula.textContent = parts.length ? `${say("js.plan_formula")} = ${parts.map(([kind, points]) => `${panj.number(points)} × ${say("js.plan_share_of", { kind: say(`plan.kind_${kind}`) })}`).join(" + ")}` : say("js.plan_no_weights");
    });
    return [formula, ...sliders];
  };

  const drugs = () => {
    const words = el("span.muted");
    follows.push(() => (words.textContent = asked().drugs.length ? asked().drugs.map((drug) => desk.drugs.find(([value]) => value === drug)?.[1] || drug).join(", ") : say("js.plan_all_drugs")));
    return el("details", null, el("summary", null, say("js.plan_drugs"), " ", words), toggles("drugs", say("js.plan_drugs_only"), desk.drugs));
  };

  const costs = () => {
    const names = ["all", ...desk.kinds];
    const fields = names.map((name) => {
      const input = el("input", { type: "number", min: 0, step: "any", placeholder: "–", onchange: () => panj.question.cost(name, Number(input.value) || 0) });
      follows.push(() => { if (document.activeElement !== input) input.value = String(asked().costs?.[name] ?? ""); });
      return el("label.field", null, el("span", null, name === "all" ? say("js.plan_cost_all") : panj.kindName(name)), input);
    });
    return el("details", null, el("summary", null, say("js.plan_cost_title")), el("p.muted", null, say("js.plan_cost_help")), el("div.fields", null, ...fields));
  };

  /* The answer on the right may be of another question than this form: then it is said, with the way there. */
  const other = () => {
    const box = el("div", { id: "other-question", hidden: true, role: "status" });
    const follow = () => {
      box.hidden = !panj.question.asksOther();
      if (box.hidden) return;
      panj.fill(box, el("span", null, say("js.plan_other_question", { name: desk.plan.name })), " ",
        el("button.link", { type: "button", onclick: () => panj.question.open(desk.plan.plan.question, panj.question.freshName()) }, say("js.plan_show_question")));
    };
    follows.push(follow);
    return box;
  };
  panj.on("plan", () => follows.length && follow());

  const name = () => {
    const input = el("input", { type: "text", id: "plan-name", maxLength: 60, "aria-label": say("js.plan_called"), onchange: () => panj.question.rename(input.value.trim() || panj.question.freshName()) });
    const note = el("small.muted");
    follows.push(() => {
      input.value = desk.name;
      note.textContent = desk.plans.includes(desk.name) ? say("js.plan_replaces") : "";
    });
    return el("label.field.name", null, el("span", null, say("js.plan_called")), input, note);
  };

  const kept = () => {
    const list = el("select", { id: "question-open", "aria-label": say("js.plan_open_question"), onchange: () => {
      const [what, id] = [list.value.slice(0, 1), list.value.slice(2)];
      list.value = "";
      if (what === "n") return panj.question.open({}, panj.question.freshName());
      panj.try(async () => panj.question.open(await panj.ask("question", { name: id }), what === "q" ? id : panj.question.freshName()));
    } });
    const draw = () => {
      panj.fill(list, new Option(say("js.plan_open_question"), ""), new Option(say("js.plan_new_question"), "n"),
        ...[["q", desk.questions, "js.plan_questions"], ["p", desk.plans, "js.plan_copy_of"]].filter(([, names]) => names.length).map(([what, names, title]) => el("optgroup", { label: say(title) }, ...names.map((one) => new Option(one, `${what}:${one}`)))));
    };
    panj.on("plans", draw);
    draw();
    return el("div.acts", null, list,
      panj.button(say("js.plan_save"), () => panj.try(async () => {
        Object.assign(desk, await panj.send("keep", { name: desk.name, question: asked() }));
        panj.happened("plans");
        panj.tell(say("js.plan_saved", { name: desk.name }));
      })),
      el("button.quiet", { type: "button", id: "undo", title: "Ctrl+Z", onclick: () => panj.question.undo() }, say("js.plan_undo")),
      el("button.quiet", { type: "button", id: "redo", title: "Ctrl+Shift+Z", onclick: () => panj.question.redo() }, say("js.plan_redo")));
  };

  const limits = () => {
    for (const [field, models] of Object.entries(FITS)) {
      const box = document.querySelector(`#pane-question [data-field="${field}"]`);
      const fits = models.includes(asked().model);
      box?.classList.toggle("is-off", !fits);
      for (const input of box?.querySelectorAll("input") || []) input.disabled = !fits;
    }
    /* With a budget the number may be left to it: 0 is as many as it pays for. */
    document.querySelector('#pane-question [data-field="new"] input').min = asked().budget > 0 ? 0 : 1;
    document.querySelector("#facing")?.toggleAttribute("hidden", !asked().two_sided);
    document.getElementById("undo").disabled = !panj.question.canUndo();
    document.getElementById("redo").disabled = !panj.question.canRedo();
    const help = document.getElementById("model-help");
    if (help) help.textContent = say(`js.plan_model_help_${asked().model}`);
  };

  const follow = () => {
    for (const act of follows) act();
    limits();
    panj.happened("formed");
  };

  const build = () => {
    const has = (key) => key in desk.defaults;
    const countries = desk.countries.map((iso) => [iso, panj.word("country", iso)]);
    const twoSided = el("input", { type: "checkbox", id: "two-sided", onchange: (event) => change({ two_sided: event.target.checked }) });
    follows.push(() => (twoSided.checked = Boolean(asked().two_sided)));
    panj.fill(document.getElementById("pane-question"),
      el("div.solve", { id: "solve" }),
      other(),
      choice("model", say("js.plan_model"), desk.models.map((model) => [model, say(`plan.model_${model}`)])),
      el("p.muted", { id: "model-help" }),
      slider("new", { low: 1, high: 12, step: 1, label: say("js.plan_new"), labelOf: () => say(asked().two_sided ? "plan.new_pairs" : "js.plan_new"), words: (n) => (Number(n) === 0 ? say("js.plan_as_many") : panj.number(n)) }),
      slider("hours", { low: 0.5, high: 12, step: 0.5, label: say("js.plan_reach"), words: panj.hoursText }),
      choice("scenario", say("js.plan_scenario"), desk.scenarios),
      has("two_sided") ? el("label.check", { "data-field": "two_sided" }, twoSided, el("span", null, say("js.plan_two_sided"))) : null,
      has("facing") ? el("div", { id: "facing" }, toggles("facing", say("js.plan_facing"), countries.filter(([iso]) => iso !== "TJK"))) : null,
      has("capacity") ? el("div.fields", null, number("capacity", say("js.plan_capacity"), say("js.plan_no_limit")), number("budget", say("js.plan_budget"), say("js.plan_no_limit"))) : null,
      has("costs") ? costs() : null,
      el("details", { open: true }, el("summary", null, say("plan.formula")), ...weights()),
      el("details", null, el("summary", null, say("js.plan_which")), toggles("candidates", say("js.plan_kinds"), desk.kinds.map((kind) => [kind, panj.kindName(kind)])), toggles("countries", say("js.plan_countries"), countries)),
      el("details", null, el("summary", null, say("js.plan_reports")), el("div.fields", null, month("first", say("js.plan_first")), month("last", say("js.plan_last"))), drugs()),
      el("details", null, el("summary", null, say("js.plan_assumed")), el("p.muted", null, say("js.plan_detect_help")),
        el("div.fields", null, number("detect_floor", say("js.plan_detect_floor"), "0.2", { min: 0.01, max: 1, step: 0.05 }), number("detect_hours", say("js.plan_detect_hours"), "2", { min: 0.1 }), number("draws", say("js.plan_draws"), "0", { step: 1 }), number("seed", say("js.plan_seed"), "0", { step: 1 }), number("time_limit_s", say("js.plan_seconds"), "60", { min: 1 }), has("curve_beyond") ? number("curve_beyond", say("js.plan_beyond"), "0", { step: 1 }) : null),
        has("draw_scenarios") ? toggles("draw_scenarios", say("js.plan_draw_scenarios"), desk.scenarios) : null),
      name(), kept());
    panj.happened("built");
    follow();
  };

  panj.on("question", follow);
  panj.on("plans", () => follows.length && follow());
  panj.form = { build };
})(window.panj);
