/* Solve: begin, follow, cancel. The server's folder is the truth, so a reload in the middle finds the work again. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const { el, say, desk } = { el: panj.el, say: panj.say, desk: panj.desk };
  const ENDED = ["done", "failed", "cancelled"];
  const STAGES = ["reading", "ways", "plan", "curve", "nearly", "scenarios", "draws"];
  let job = null;
  let problem = "";

  const draw = () => {
    const box = document.getElementById("solve");
    if (!box) return;
    const works = job && !ENDED.includes(job.status);
    document.body.classList.toggle("is-solving", Boolean(works));
    if (!works) {
      panj.fill(box,
        el("button.go", { type: "button", id: "go", title: "Ctrl+Enter", disabled: !desk.has_reports, onclick: begin }, say(desk.question.new === 1 ? "js.plan_solve_one" : desk.question.new === 0 || desk.question.model === "set_coverage" ? "js.plan_solve_any" : "js.plan_solve", { n: panj.number(desk.question.new) })),
        desk.has_reports ? null : el("p.wrong", null, say("js.plan_no_store")),
        problem ? el("p.wrong", { role: "alert", id: "solve-problem" }, problem) : null,
        job?.status === "cancelled" ? el("p.muted", null, say("js.plan_cancelled")) : null);
      return;
    }
    const at = STAGES.indexOf(job.step);
    const waits = job.status === "queued" || ["waiting", "starting", ""].includes(job.step);
    const share = job.of > 0 ? Math.min(job.done / job.of, 1) : 0;
    panj.fill(box,
      el("div.working", { role: "status" },
        el("b", null, job.arguments.name),
        el("p.muted", null, job.step === "waiting" ? say("js.plan_waits") : waits ? say("js.plan_starts") : say(`js.plan_stage_${STAGES.includes(job.step) ? job.step : "saving"}`)),
        el("progress", waits ? { max: 1 } : { max: 1, value: Math.min(1, (Math.max(at, 0) + share) / STAGES.length) }),
        el("ol.stages", null, ...STAGES.map((stage, k) => el("li" + (k < at ? ".is-done" : k === at ? ".is-now" : ""), null, say(`js.plan_stage_${stage}`), k === at && job.of > 1 ? ` ${panj.number(job.done)}/${panj.number(job.of)}` : ""))),
        el("button.quiet", { type: "button", id: "cancel", onclick: () => panj.try(async () => { job = await panj.send("stop", { id: job.id }); }) }, say("js.plan_cancel"))));
  };

  const follow = async () => {
    for (let pause = 150; job && !ENDED.includes(job.status); pause = Math.min(pause * 1.25, 900)) {
      draw();
      await new Promise((done) => setTimeout(done, pause));
      try {
        job = await panj.ask("job", { id: job.id });
      } catch (lost) {
        /* The server may have been started anew: what it does not answer now it answers later. */
        if (!(lost instanceof TypeError)) return over(panj.told(lost));
      }
    }
    over(job.status === "failed" ? job.message : "");
  };

  const over = async (text) => {
    problem = text;
    const done = job?.status === "done" ? job.result.name : "";
    await panj.try(async () => {
      Object.assign(desk, await panj.ask("listed"));
      panj.happened("plans");
    });
    draw();
    if (done) await panj.result.open(done);
    document.body.dataset.solved = done || job?.status || "failed";
  };

  const begin = async () => {
    problem = "";
    delete document.body.dataset.solved;
    try {
      job = await panj.send("solve", { name: desk.name, question: desk.question });
    } catch (refused) {
      problem = panj.told(refused);
      job = null;
      return draw();
    }
    await follow();
  };

  /* What was under way when the page was opened. */
  const resume = async () => {
    if (desk.job && (await panj.try(async () => { job = await panj.ask("job", { id: desk.job }); }))) follow();
    else draw();
  };

  panj.on("built", draw);
  panj.on("formed", () => (!job || ENDED.includes(job.status)) && draw());
  document.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && document.getElementById("go")?.click());
  panj.solve = { begin, resume };
})(window.panj);
