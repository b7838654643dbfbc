/* Tab "Files and runs": what came in, what changed the events and who did it, the way back, and the figures as of a past day. */
(function (panj) {
  "use strict";
  const { el, say, button, word } = panj;
  const place = document.getElementById("tab-runs");
  const size = (bytes) => (bytes > 1e6 ? `${panj.number(bytes / 1e6, 1)}\u00a0${say("data.mb")}` : `${panj.number(Math.max(bytes / 1000, 0.1), 1)}\u00a0${say("data.kb")}`);

  const undo = (run) => {
    if (!panj.who()) return panj.askWho();
    return panj.try(async () => {
      const job = await panj.send("work", { kind: "undo", arguments: { run_id: run.run_id, name: run.name || "" } });
      panj.go(`files/${job.id}`);
    });
  };
  const changed = (run) => {
    if (["import", "replace"].includes(run.kind) && run.rows_in) return `${panj.number(run.rows_in)} = ${panj.number(run.events)} + ${panj.number(run.outside_region)} + ${panj.number(run.merged)} + ${panj.number(run.rejected)}`;
    return [["+", run.added], ["±", run.changed], ["−", run.gone]].filter(([, n]) => n).map(([sign, n]) => `${sign}${panj.number(n)}`).join(" ");
  };
  const runLine = (run, undoable) =>
    el("tr" + (run.status === "undone" ? ".undone" : ""), null,
      el("td", null, panj.when(run.finished_at)), el("td", null, say(`data.run.${run.kind}`), run.undoes ? ` ${say("data.of_run", { n: String(run.undoes) })}` : ""),
      el("td", null, run.name || "", run.feed ? el("span.muted", null, ` ${word("feed", run.feed)}`) : null), el("td", null, run.who || "–"), el("td.num", null, changed(run)),
      el("td.num", null, run.status === "undone" ? say("data.undone_run") : undoable ? button(say("data.undo_run"), (event) => {
        const yes = button(say("data.undo_yes"), () => undo(run), "");
        event.target.replaceWith(yes);
        yes.focus();
      }, "link") : "", el("span.muted", null, ` #${run.run_id}`)));

  const asOf = (told) => {
    const input = el("input", { type: "text", inputMode: "numeric", size: 12, maxLength: 10, id: "as-of", placeholder: "2018-07-25", value: told.as_of?.day || "", "aria-label": say("data.as_of"), onkeydown: (event) => event.key === "Enter" && ask() });
    const ask = () => panj.try(async () => show(await panj.ask("runs", { as_of: input.value })));
    const figure = (name, one) => el("tr", null, el("th", { scope: "row" }, name), el("td.num", null, panj.number(one.events)), el("td.num", null, panj.number(one.rows)), el("td.num", null, panj.kg(one.weight_kg)));
    return el("section", null, el("h2", null, say("data.as_of")), el("p.muted", null, say("data.as_of_help")),
      el("div.actions", null, input, button(say("data.as_of_show"), ask, "")),
      told.as_of ? el("table.plain.narrow", { id: "as-of-figures" }, el("thead", null, el("tr", null, el("th"), ["data.sum.events", "data.report_rows", "data.sum.weight"].map((key) => el("th.num", null, say(key))))), el("tbody", null, figure(told.as_of.day, told.as_of.then), figure(say("data.now"), told.as_of.now))) : null);
  };

  const show = (told) => {
    const undoable = new Set(told.runs.filter((run) => run.status !== "undone" && run.kind !== "undo").map((run) => run.run_id));
    panj.fill(place, el("div.runs", null,
      el("section", null, el("h2", null, say("data.files")), told.files.length ? el("div.frame", null, el("table.plain", null,
        el("thead", null, el("tr", null, ["data.file", "data.source", "data.size", "data.sum.rows_in", "data.state", ""].map((key, k) => el("th" + (k === 2 || k === 3 ? ".num" : ""), null, key && say(key))))),
        el("tbody", null, told.files.map((file) => [el("tr" + (file.state && file.state !== "present" ? ".undone" : ""), null, el("td", null, file.name), el("td", null, word("feed", file.feed)), el("td.num", null, size(file.size)), el("td.num", null, panj.number(file.rows_in)), el("td", null, say(`data.file_state.${file.state || "present"}`)),
          el("td", null, button(say("data.grade"), (event) => {
            const line = event.target.closest("tr");
            if (line.nextSibling?.classList?.contains("grade-line")) return line.nextSibling.remove();
            line.after(el("tr.grade-line", null, el("td", { colSpan: 6 }, panj.grading({ feed: file.feed, sha: file.sha256 }))));
            return line.nextSibling.querySelector("input").focus();
          }, "link"), el("a", { href: `${panj.root}/data/desk/rejected.csv?${new URLSearchParams({ feed: file.feed, sha: file.sha256 })}` }, say("data.rejects"))))])))) : el("p.muted", null, say("data.files_none"))),
      asOf(told),
      el("section", null, el("h2", null, say("data.runs")), el("p.muted", null, say("data.runs_help")), told.runs.length ? el("div.frame", null, el("table.plain", null,
        el("thead", null, el("tr", null, ["data.when", "data.what", "data.file", "data.by", "data.rows_changed", ""].map((key, k) => el("th" + (k === 4 ? ".num" : ""), null, key && say(key))))),
        el("tbody", null, told.runs.slice(0, 200).map((run) => runLine(run, undoable.has(run.run_id)))))) : null)));
  };

  panj.tabs.runs = { open: async () => show(await panj.ask("runs")) };
})(window.panj);
