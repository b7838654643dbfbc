/* Work under way: how far it is, stop it, what came of it. The server's folder is the truth, so a reload loses nothing. */
(function (panj) {
  "use strict";
  const { el, say } = panj;
  const ENDED = ["done", "failed", "cancelled"];

  panj.stepWords = (job) => (job.status === "queued" ? say("data.step.waiting") : panj.has(`data.step.${job.step}`) ? say(`data.step.${job.step}`) : panj.word("data.step", job.step));

  /* Ask until it has ended; `show` gets every state. Returns the last one; null when `on()` says that nobody looks any more. */
  panj.follow = async (job, show, on = () => true) => {
    for (let pause = 120; ; pause = Math.min(pause * 1.3, 1000)) {
      show(job);
      if (ENDED.includes(job.status)) return job;
      await new Promise((done) => setTimeout(done, pause));
      if (!on()) return null;
      job = await panj.ask("job", { id: job.id });
    }
  };

  /* A bar that keeps its size; it has a length only where the work knows one. */
  panj.progress = (job) => {
    const share = job.of > 0 ? Math.min(job.done / job.of, 1) : null;
    return el(
      "div.working", { role: "status" },
      el("div.working-head", null, el("b", null, job.arguments?.name || say(`data.job.${job.kind}`)), el("span.muted", null, panj.stepWords(job))),
      el("progress", share === null ? { max: 1 } : { max: 1, value: share }),
      el("div.working-foot", null,
        el("span.muted", null, job.of > 1 ? say("data.progress", { done: job.done, of: job.of }) : "\u00a0"),
        panj.button(say("data.cancel"), () => panj.try(() => panj.send("stop", { id: job.id })))),
    );
  };

  panj.ended = (job) =>
    el("div.notice" + (job.status === "failed" ? ".bad" : ""), { role: "alert" },
      el("b", null, say(`data.status.${job.status}`)),
      el("p", null, job.message || say("data.nothing_changed")));

  /* Decisions take effect together, some time after the last one; the store is not rewritten at every key. */
  let later = 0;
  panj.applyLater = (ms = 2500) => {
    clearTimeout(later);
    later = setTimeout(panj.applyNow, ms);
  };
  let newest = 0;
  const shown = (text) => {
    const bar = document.getElementById("applying");
    if (bar) bar.textContent = text;
  };
  panj.applyNow = async () => {
    clearTimeout(later);
    const mine = ++newest;
    await panj.try(async () => {
      shown(say("data.applying"));
      const job = await panj.send("work", { kind: "decisions" });
      const last = await panj.follow(job, () => {});
      if (mine === newest) shown(last?.status === "done" ? say("data.applied") : "");
      if (last?.status === "failed") throw new Error(last.message);
      await panj.refresh();
    });
  };
})(window.panj);
