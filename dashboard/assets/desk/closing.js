/* What became of every row: the line that adds up, rejects by reason with the row itself, and the door to what is still uncertain. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;
  const MOST_ROWS = 50;

  /* rejects: rows of {row_number, reason, detail, content}; counts: reason -> n, which may be more than the rows at hand. */
  panj.rejects = (rows, counts, more) => {
    const reasons = Object.entries(counts).sort((a, b) => b[1] - a[1]);
    const few = reasons.reduce((sum, [, n]) => sum + n, 0) <= 20;
    if (!reasons.length) return null;
    const content = (row) => {
      const cells = typeof row.content === "string" ? JSON.parse(row.content || "{}") : row.content || {};
      return el("dl.row", null, Object.entries(cells).filter(([, text]) => text !== "" && text !== null).map(([name, text]) => el("div", null, Array.isArray(cells) ? null : el("dt", null, name), el("dd", { dir: "auto" }, String(text)))));
    };
    return el("section.rejects", null, el("h2", null, say("data.rejects")),
      reasons.map(([reason, n], k) => {
        const mine = rows.filter((row) => row.reason === reason);
        return el("details", { open: few || k === 0 }, el("summary", null, word("reason", reason), el("b.count", null, panj.number(n))),
          el("ol.refused", null, mine.slice(0, MOST_ROWS).map((row) => el("li", null, el("span.num", null, say("data.row_n", { row: String(row.row_number) })), row.detail ? el("b", null, row.detail) : null, content(row)))),
          mine.slice(0, MOST_ROWS).length < n ? el("p.muted", null, say("data.more_rows", { n: n - Math.min(mine.length, MOST_ROWS) }), " ", more) : null);
      }));
  };

  const remark = (name, n, ...rest) => (n ? el("li", null, say(`data.remark.${name}`, { n, ...rest[0] })) : null);

  panj.views.closing = (job) => {
    const told = job.result;
    if (job.kind !== "import") return el("div.notice", null, el("b", null, say(`data.job.${job.kind}`)), el("p", null, say("data.changed_n", { n: told.changed ?? 0 })), button(say("data.tab.runs"), () => panj.go("runs"), ""));
    const counts = told.counts;
    const held = el("div.rejects-place");
    const address = { sha: told.file_sha256, feed: told.feed };
    if (counts.rejected)
      panj.try(async () => {
        const { rows, reasons } = await panj.ask("rejected", address);
        panj.fill(held, panj.rejects(rows, reasons, el("a", { href: `${panj.root}/data/desk/rejected.csv?${new URLSearchParams(address)}` }, say("data.rejected_csv"))));
      });
    const next = told.places
      ? button(say("data.work_places", { n: told.places }), () => panj.go("places"), "", "↵")
      : told.pairs ? button(say("data.work_pairs", { n: told.pairs }), () => panj.go("pairs"), "", "↵") : button(say("data.open_map"), () => (location.href = `${panj.root}/`), "", "↵");
    next.setAttribute("data-first", "");
    return el("div.closing", null,
      el("h1", null, say(told.is_known ? "data.known_file" : "data.closed", { name: told.name })),
      panj.sum([["", counts.rows_in, say("data.sum.rows_in")], ["=", counts.events, say("data.sum.in_region")], ["+", counts.outside_region, say("data.sum.outside")], ["+", counts.merged, say("data.sum.merged")], ["+", counts.rejected, say("data.sum.rejected"), counts.rejected ? "bad" : ""]]),
      el("div.actions", null, next,
        told.places && told.pairs ? button(say("data.work_pairs", { n: told.pairs }), () => panj.go("pairs")) : null,
        el("a.quiet-link", { href: `${panj.root}/data/desk/rejected.csv?${new URLSearchParams(address)}`, hidden: !counts.rejected }, say("data.rejected_csv")),
        button(say("data.another"), () => panj.go("files"))),
      el("ul.remarks", null, remark("repeats", counts.repeats), remark("unused", (told.unused || []).length, { columns: (told.unused || []).join(", ") }), remark("joined", told.joined || 0), remark("like", told.like ? told.like[1] : 0, told.like ? { name: told.like[0], of: told.like[2] } : {}), remark("replaced", told.replaced ? 1 : 0, { name: told.replaced || "" })),
      Object.keys(told.levels || {}).length ? el("section", null, el("h2", null, say("data.levels")), el("table.plain.narrow", null, el("tbody", null, Object.entries(told.levels).map(([level, n]) => el("tr", null, el("th", { scope: "row" }, word("precision", level)), el("td.num", null, panj.number(n))))))) : null,
      held,
      panj.strange(told.strange),
      panj.grading ? el("section", null, el("h2", null, say("data.grade")), panj.grading(address)) : null,
    );
  };

  /* A corrected file against the one that it replaces: nothing is applied before it was seen. */
  panj.views.difference = (job) => {
    const told = job.result;
    const apply = button(say("data.apply_difference"), () => panj.again(job, "import", { replaces: told.replaces }), "", "↵");
    apply.setAttribute("data-first", "");
    const cells = (row) => el("span.facts", null, Object.entries(row || {}).filter(([, text]) => text !== null && text !== "" && text !== undefined).map(([name, text]) => el("span.fact", null, el("i", null, word("column", name)), " ", String(text))));
    const part = (name, rows, n, show) => (n ? el("details", { open: n <= 40 }, el("summary", null, say(`data.difference.${name}`), el("b.count", null, panj.number(n))), el("ol.changes-list", null, rows.map(show)), rows.length < n ? el("p.muted", null, say("data.more_rows", { n: n - rows.length })) : null) : null);
    if (!told.replaces) return el("div.notice", null, el("b", null, say("data.nothing_to_compare")), el("p", null, say("data.nothing_to_compare_help")), button(say("data.import"), () => panj.again(job, "import", {}), "", "↵"));
    return el("div.preview", null,
      el("h1", null, say("data.difference")), el("p", null, say("data.difference_of", { name: job.arguments.name, before: told.replaces_name || told.replaces })),
      panj.sum([["", told.counts.same, say("data.difference.same")], ["+", told.counts.added, say("data.difference.added")], ["±", told.counts.changed, say("data.difference.changed")], ["−", told.counts.gone, say("data.difference.gone"), told.counts.gone ? "bad" : ""]]),
      el("div.actions", null, apply, button(say("data.import_beside"), () => panj.again(job, "import", { replaces: "" })), button(say("data.leave"), () => panj.go("files"))),
      el("p.muted", null, say("data.difference_help")),
      part("changed", told.changed || [], told.counts.changed, (row) => el("li", null, el("span.num", null, say("data.row_n", { row: String(row.row_number ?? "") })), Object.entries(row.fields || {}).map(([name, [before, after]]) => el("span.fact", null, el("i", null, word("column", name)), " ", el("del", null, String(before ?? "–")), " → ", el("ins", null, String(after ?? "–")))))),
      part("added", told.added || [], told.counts.added, (row) => el("li", null, cells(row))),
      part("gone", told.gone || [], told.counts.gone, (row) => el("li.gone", null, cells(row))),
    );
  };
})(window.panj);
