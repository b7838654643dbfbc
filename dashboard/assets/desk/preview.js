/* What a file was read as, before anything is saved: how it was read, what is asked, which column is what, the first rows twice. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;

  const fact = (name, value) => (value === "" || value === null || value === undefined || value === 0 ? null : el("span.fact", null, el("i", null, say(`data.read.${name}`)), " ", typeof value === "number" ? panj.number(value) : value));
  const fieldWord = (field) => {
    const [name, drug] = field.split(":");
    const words = panj.has(`field.${name}`) ? say(`field.${name}`) : word("column", name);
    return drug ? `${words}: ${word("drug", drug)}` : words;
  };

  const howRead = (read, name, only, choose) => {
    const delimiter = { "\t": "Tab", ";": ";", ",": ",", "|": "|" }[read.delimiter] ?? read.delimiter;
    return el("p.facts", null,
      el("b", null, name), fact("format", String(read.format || "").toUpperCase()), fact("encoding", read.encoding), fact("delimiter", delimiter),
      fact("header_line", read.header_line), fact("title_rows", read.title_rows), fact("total_rows", read.total_rows),
      (read.sheets || []).length > 1 &&
        el("label.fact", null, el("i", null, say("data.read.sheet")), " ",
          el("select", { id: "sheet", onchange: (event) => choose({ sheet: event.target.value }) }, el("option", { value: "", selected: !only }, say("data.read.all_sheets")), read.sheets.map(({ name: sheet }) => el("option", { value: sheet, selected: sheet === only }, sheet)))));
  };

  /* One question: radio buttons; the first of them has the focus, so that arrows and Enter answer it. */
  const question = (asked, answer) => {
    const name = `q-${asked.id}`;
    return el("fieldset.question", null,
      el("legend", null, say(panj.has(`data.question.${asked.kind}`) ? `data.question.${asked.kind}` : "data.question.other", { column: asked.column || "" })),
      (asked.examples || []).length ? el("p.examples", null, asked.examples.slice(0, 4).map((text) => el("code", null, text))) : null,
      !asked.choices.length ? free(asked, answer) : el("div.choices", null, asked.choices.map((choice) =>
        el("label", null, el("input", { type: "radio", name, value: choice, checked: choice === asked.answer, onchange: () => answer(asked.id, choice) }),
          panj.has(`data.choice.${choice}`) ? say(`data.choice.${choice}`, { example: (asked.examples || [])[0] || "" }) : word("country", choice)))));
  };

  /* A year, a country or a unit is typed; the list helps. */
  const free = (asked, answer) => {
    const input =
      asked.kind === "country"
        ? el("select", null, el("option", { value: "" }, "–"), panj.facts.countries.map(([iso, name]) => el("option", { value: iso, selected: iso === asked.answer }, name)))
        : el("input", { value: asked.answer || "", size: 10, maxLength: 20, inputMode: asked.kind === "year" ? "numeric" : "text", onkeydown: (event) => event.key === "Enter" && answer(asked.id, input.value.trim()) });
    return el("div.actions", null, input, button(say("data.answer"), () => answer(asked.id, input.value.trim())));
  };

  const mapping = (result, choose) => {
    const options = (chosen) => [el("option", { value: "", selected: !chosen }, say("data.unused")), ...result.fields.filter(Boolean).map((field) => el("option", { value: field, selected: field === chosen }, fieldWord(field)))];
    return el("div.frame", null, el("table.plain.mapping", null,
      el("thead", null, el("tr", null, ["data.column", "data.samples", "data.means", "data.why"].map((key) => el("th", null, say(key))))),
      el("tbody", null, result.columns.map((column) =>
        el("tr" + (column.field ? "" : ".unused"), null,
          el("th", { scope: "row" }, column.name),
          el("td.samples", null, (column.samples || []).map((text) => el("code", null, text))),
          el("td", null, el("select", { "aria-label": `${column.name}: ${say("data.means")}`, "data-column": column.name, onchange: (event) => choose(column.name, event.target.value) }, options(column.field))),
          el("td.muted", null, column.field ? why(column) : ""))))));
  };
  const why = (column) => {
    const [code, ...rest] = String(column.reason || "").split(":");
    const text = panj.has(`data.because.${code}`) ? say(`data.because.${code}`, { what: rest.join(":").trim() }) : String(column.reason || "");
    return [el("meter", { min: 0, max: 1, value: Number(column.score ?? 0), title: `${Math.round(100 * (column.score ?? 0))} %` }), " ", text];
  };

  const SHOWN = ["date", "country_iso3", "place_text", "drug", "amount", "agency", "transport", "concealment"];
  const read = (event, field) => {
    if (field === "date") return event.date_precision === "unknown" ? "" : event.happened_from === event.happened_to ? event.happened_from : `${event.happened_from} – ${event.happened_to}`;
    if (field === "amount") return event.weight_kg !== null && event.weight_kg !== undefined ? `${event.weight_bound === "at_least" ? "≥\u00a0" : event.weight_bound === "about" ? "≈\u00a0" : ""}${panj.kg(event.weight_kg, 6)}` : [event.quantity, event.unit].filter((part) => part !== null && part !== undefined && part !== "").join(" ");
    if (field === "country_iso3") return word("country", event[field]);
    return ["drug", "transport", "concealment", "kind"].includes(field) ? word(field, event[field]) : (event[field] ?? "");
  };
  const firstRows = (result) => {
    const used = result.columns.filter((column) => column.field).map((column) => column.name);
    const fields = SHOWN.filter((field) => result.rows.some((row) => row.event && read(row.event, field)));
    const head = { date: "column.date", amount: "data.amount" };
    return el("div.frame", null, el("table.plain.rows", null,
      el("thead", null,
        el("tr", null, el("th"), el("th.group", { colSpan: Math.max(used.length, 1) }, say("data.as_it_came")), el("th.group.read", { colSpan: Math.max(fields.length, 1) }, say("data.as_read"))),
        el("tr", null, el("th.num", null, say("data.row")), used.map((name) => el("th", null, name)), used.length ? null : el("th"), fields.map((field) => el("th.read", null, head[field] ? say(head[field]) : fieldWord(field))), fields.length ? null : el("th.read"))),
      el("tbody", null, result.rows.map((row) =>
        el("tr" + (row.event ? "" : ".refused"), null,
          el("td.num", null, row.row_number), used.map((name) => el("td", null, row.raw?.[name] ?? "")), used.length ? null : el("td"),
          row.event
            ? fields.map((field) => el("td.read" + (field === "amount" ? ".num" : ""), null, read(row.event, field)))
            : el("td.read", { colSpan: Math.max(fields.length, 1) }, el("b", null, word("reason", row.reason)), row.detail ? ` (${row.detail})` : ""))))));
  };

  panj.sum = (parts) =>
    el("p.sum", null, parts.filter(Boolean).map(([sign, value, words, looks]) => el("span", null, sign ? el("span.sign", null, sign) : null, el("span.term" + (looks ? "." + looks : ""), null, el("b", null, typeof value === "number" ? panj.number(value) : value), el("span", null, words)))));

  const strange = (words) => {
    const lines = Object.entries(words || {}).filter(([, found]) => Object.keys(found).length);
    return lines.length
      ? el("details.strange", null, el("summary", null, say("data.strange")), el("p.muted", null, say("data.strange_help")),
          lines.map(([what, found]) => el("p", null, el("b", null, `${fieldWord(what)}: `), Object.entries(found).slice(0, 30).map(([text, n]) => [el("code", null, text), ` ${panj.number(n)} `]))))
      : null;
  };
  panj.strange = strange;

  panj.views.preview = (job) => {
    const result = job.result;
    const layout = structuredClone(result.layout || { columns: {}, answers: {} });
    layout.columns ||= {};
    layout.answers ||= {};
    const source = el("input", { id: "source", value: layout.name && layout.name !== "any_table" ? layout.name : "", maxLength: 40, list: "sources", autocomplete: "off", spellcheck: false, onchange: () => (source.value = panj.slug(source.value)) && saved() });
    const sources = el("datalist", { id: "sources" }, (panj.state?.sources || []).map((name) => el("option", { value: name }, word("feed", name))));
    const country = el("select", { id: "country", onchange: () => again({}) }, el("option", { value: "" }, say("data.country_column")), panj.facts.countries.map(([iso, name]) => el("option", { value: iso, selected: iso === layout.country_iso3 }, name)));
    const now = (changes) => ({ layout: { ...layout, name: panj.slug(source.value), country_iso3: country.value, sheet: job.arguments.sheet || "", ...changes }, sheet: job.arguments.sheet || null });
    const again = (changes, more = {}) => panj.again(job, "preview", { ...now(changes), ...more });
    const answer = (id, choice) => again({ answers: { ...layout.answers, [id]: choice } });
    const open = (result.questions || []).filter((asked) => !asked.answer);
    const answered = (result.questions || []).filter((asked) => asked.answer);
    const refuse = () => {
      if (source.value.trim()) return false;
      source.focus();
      source.setAttribute("aria-invalid", "true");
      panj.problem(say("data.source_wanted"));
      return true;
    };
    /* A source that is known has a layout of its own: the file is read by it first, and never overwrites it unseen. */
    let left = false;
    const saved = () => {
      const name = panj.slug(source.value);
      if (name === layout.name || !(panj.state?.layouts || []).includes(name)) return false;
      if (!left) panj.again(job, "preview", { layout: name });
      left = true; // Enter and the change that it brings ask once
      return true;
    };
    const go = (kind) => !refuse() && !saved() && panj.again(job, kind, now({}));
    const { rows_in, events, rejected, weight_kg } = result.closing;
    const same = result.replaces ? el("p.notice", null, say("data.looks_like", { name: result.replaces.name || result.replaces }), " ", button(say("data.compare"), () => !refuse() && !saved() && panj.again(job, "difference", { ...now({}), replaces: result.replaces.sha256 || result.replaces }), "")) : null;
    return el("div.preview", null,
      el("h1", null, say("data.preview")),
      howRead(result.read, job.arguments.name, job.arguments.sheet, ({ sheet }) => again({ sheet }, { sheet: sheet || null })),
      open.length ? el("section.questions", null, el("h2", null, say("data.questions")), open.map((asked) => question(asked, answer))) : null,
      panj.sum([["", rows_in, say("data.sum.rows_in")], ["=", events, say("data.sum.events")], ["+", rejected, say("data.sum.rejected"), rejected ? "bad" : ""], weight_kg === null || weight_kg === undefined ? null : ["·", `${result.closing.at_least ? "≥\u00a0" : ""}${panj.kg(weight_kg, 3)}`, say("data.sum.weight")]]),
      result.closing.event_rows > events ? el("p.muted", null, say("data.more_drugs", { n: result.closing.event_rows - events })) : null,
      el("div.actions", null,
        el("label", null, say("data.source"), source, sources), el("label", null, say("data.country_default"), country),
        button(say("data.import"), () => go("import"), "", "↵"), button(say("data.compare_any"), () => go("difference")),
        el("span.muted", null, say("data.source_help"))),
      result.country?.iso3 && !job.arguments.layout ? el("p.notice.small", null, say("data.country_assumed", { country: word("country", result.country.iso3) })) : null,
      same,
      el("section", null, el("h2", null, say("data.first_rows")), firstRows(result)),
      panj.rejects(result.rejected || [], result.reasons || {}),
      strange(result.strange),
      el("section", null, el("h2", null, say("data.mapping")), el("p.muted", null, say("data.mapping_help")), mapping(result, (name, field) => again({ columns: Object.fromEntries(Object.entries({ ...layout.columns, [name]: field }).filter(([, one]) => one)) }))),
      answered.length ? el("section.questions", null, el("h2", null, say("data.answered")), answered.map((asked) => question(asked, answer))) : null,
    );
  };

  /* Enter imports: where nothing is asked the button has the focus; where something is, the first answer. */
  const mark = panj.views.preview;
  panj.views.preview = (job) => {
    const view = mark(job);
    const first = view.querySelector(".questions fieldset :is(input, select)") && (job.result.questions || []).some((asked) => !asked.answer) ? view.querySelector(".questions input, .questions select") : view.querySelector("#source").value ? view.querySelector(".actions button") : view.querySelector("#source");
    first.setAttribute("data-first", "");
    view.querySelector("#source").addEventListener("keydown", (event) => event.key === "Enter" && view.querySelector(".actions button").click());
    return view;
  };

  /* A pasted bulletin: one proposal a sentence, each to be ticked by a person. */
  panj.views.bulletin = (job) => {
    const rows = job.result.rows || [];
    if (!rows.length) return el("div.notice", null, el("b", null, say("data.bulletin_nothing")), el("p", null, say("data.bulletin_help")));
    const names = Object.keys(rows[0]);
    const shown = names.filter((name) => !["confirmed", "event_ref", "note", "line", "source", "source_url"].includes(name));
    const ticked = rows.map(() => false);
    const n = el("b", null, "0");
    const tick = (k, on) => {
      ticked[k] = on;
      n.textContent = panj.number(ticked.filter(Boolean).length);
    };
    const cell = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`;
    const confirm = () => {
      const chosen = rows.filter((_, k) => ticked[k]);
      if (!chosen.length) return panj.problem(say("data.bulletin_tick"));
      const table = [names.map(cell).join(","), ...chosen.map((row) => names.map((name) => cell(name === "confirmed" ? "yes" : row[name])).join(","))].join("\n") + "\n";
      panj.try(async () => panj.go(`files/${(await panj.send("confirm", { table })).id}`));
    };
    return el("div.preview", null,
      el("h1", null, say("data.bulletin")), el("p.muted", null, say("data.bulletin_confirm")),
      el("div.actions", null, button(say("data.bulletin_take"), confirm, ""), n, el("span.muted", null, say("data.of_n", { n: rows.length }))),
      el("ol.proposals", null, rows.map((row, k) =>
        el("li", null, el("label", null,
          el("input", { type: "checkbox", "data-first": k === 0, onchange: (event) => tick(k, event.target.checked) }),
          el("span", null, el("q", { dir: "auto" }, row.note || ""),
            el("span.facts", null, shown.filter((name) => row[name] !== "" && row[name] !== null && row[name] !== undefined).map((name) => el("span.fact", null, el("i", null, fieldWord(name)), " ", name === "drug" ? word("drug", row[name]) : name === "country" ? word("country", row[name]) : String(row[name]))))))))),
      (job.result.left_out || []).length ? el("details.strange", null, el("summary", null, say("data.bulletin_left_out"), el("b.count", null, panj.number(job.result.left_out.length))), el("ol.refused", null, job.result.left_out.map((one) => el("li", null, el("span.num", null, say("data.row_n", { row: String(one.line) })), el("span", { dir: "auto" }, one.sentence))))) : null);
  };
})(window.panj);
