/* Tab "Files": give a file or paste a bulletin, then follow it: preview, questions, import, closing table. */
(function (panj) {
  "use strict";
  const { el, say, button } = panj;
  const place = document.getElementById("tab-files");
  let looking = 0;

  const take = (file) =>
    panj.try(async () => {
      panj.fill(place, el("div.working", { role: "status" }, el("div.working-head", null, el("b", null, file.name), el("span.muted", null, say("data.step.upload"))), el("progress")));
      try {
        const job = await panj.upload(file);
        panj.go(`files/${job.id}`);
      } catch (problem) {
        await panj.tabs.files.open([]);
        throw problem;
      }
    });

  const drop = () => {
    const input = el("input", { type: "file", id: "file", onchange: () => input.files[0] && take(input.files[0]) });
    const zone = el("div.drop", { id: "drop" },
      el("p.drop-title", null, say("data.drop")),
      button(say("data.choose_file"), () => input.click(), "", "O"),
      el("p.muted", null, say("data.drop_formats")),
      el("label.visually-hidden", null, say("data.choose_file"), input));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    return zone;
  };
  /* Dropped anywhere on the page is dropped. */
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files?.[0];
    if (file) {
      if (panj.at().tab !== "files") panj.go("files");
      take(file);
    }
  });

  const paste = () => {
    const text = el("textarea", { id: "bulletin", rows: 7, placeholder: say("data.paste_example"), "aria-label": say("data.paste") });
    return el("details.paste", null, el("summary", null, say("data.paste")),
      el("p.muted", null, say("data.paste_help")), text,
      button(say("data.paste_read"), () => panj.try(async () => {
        const job = await panj.send("paste", { text: text.value });
        panj.go(`files/${job.id}`);
      }), ""));
  };

  const line = (job) =>
    el("li", null, el("a", { href: `#files/${job.id}` },
      el("b", null, job.arguments.name || say(`data.job.${job.kind}`)),
      el("span.muted", null, say(`data.job.${job.kind}`)),
      el("span.state." + job.status, null, job.status === "running" ? panj.stepWords(job) : say(`data.status.${job.status}`)),
      el("span.muted.date", null, [panj.when(job.asked_at), job.who].filter(Boolean).join(" · "))));

  const list = (jobs) =>
    jobs.length ? el("section", null, el("h2", null, say("data.jobs")), el("ul.jobs", null, jobs.map(line))) : el("p.muted.hint", null, say("data.jobs_none"));

  const start = async () => {
    const state = await panj.refresh();
    panj.fill(place, el("div.start", null, el("div", null, drop(), paste()), list(state.jobs)));
    place.querySelector(".drop button").focus({ preventScroll: true });
  };

  const VIEWS = { preview: "preview", bulletin: "bulletin", difference: "difference", import: "closing", undo: "closing", decisions: "closing" };
  const follow = async (id) => {
    const mine = ++looking;
    const first = await panj.ask("job", { id });
    const back = button("← " + say("data.all_files"), () => panj.go("files"), "link");
    const job = await panj.follow(first, (now) => panj.fill(place, back, panj.progress(now)), () => mine === looking);
    if (!job || mine !== looking) return;
    if (job.status !== "done") {
      panj.fill(place, back, panj.ended(job));
      back.focus();
      return;
    }
    panj.fill(place, back, panj.views[VIEWS[job.kind]](job));
    place.querySelector("[data-first]")?.focus({ preventScroll: true });
    panj.try(panj.refresh);
  };

  panj.views = {};
  panj.again = (job, kind, values) =>
    panj.try(async () => {
      const next = await panj.send("again", { id: job.id, kind, arguments: values });
      panj.go(`files/${next.id}`);
    });
  panj.tabs.files = {
    open: (rest) => (rest[0] ? follow(rest[0]) : (looking++, start())),
    leave: () => looking++,
    keys: { o: () => document.getElementById("file")?.click() },
  };
})(window.panj);
