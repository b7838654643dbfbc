/* The time brush: a histogram of what was recorded, gaps drawn as gaps, and a window on it that is dragged, keyed or played. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const TOP = 6;
  const FOOT = 18;
  const SIDE = 10;
  let root, svg, bars, windowBox, grips, playing, pixels;
  let dragged = false;
  let settling = null;

  const make = (tag, attributes, parent) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  };

  const x = (step) => SIDE + step * pixels;
  const stepAt = (clientX) => {
    const frame = svg.getBoundingClientRect();
    return Math.max(0, Math.min(panj.view.steps.length - 1, Math.floor((clientX - frame.left - SIDE) / pixels)));
  };

  const draw = () => {
    root = document.getElementById("brush");
    if (!root || !panj.view) return;
    const view = panj.view;
    const steps = view.steps.length;
    root.hidden = steps === 0;
    document.body.classList.toggle("is-empty", steps === 0);
    drawTyped();
    if (!steps) return;
    const width = root.clientWidth;
    const height = root.clientHeight;
    pixels = (width - 2 * SIDE) / steps;
    /* Drawing anew must not take the keyboard away from who is using it. */
    const held = root.contains(document.activeElement) ? document.activeElement.dataset.side || "window" : null;
    root.replaceChildren();
    svg = make("svg", { width, height, role: "group", "aria-label": panj.say("js.brush") }, root);
    const defs = make("defs", {}, svg);
    const hatch = make("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, defs);
    make("rect", { width: 6, height: 6, class: "hatch-ground" }, hatch);
    make("rect", { width: 2, height: 6, class: "hatch-line" }, hatch);
    const plot = height - TOP - FOOT;
    const amounts = view.measure === "kg" ? view.arrays.step_kg : view.arrays.step_n;
    const most = Math.max(1e-9, ...amounts);
    bars = [];
    let from = -1;
    for (let k = 0; k <= steps; k++) {
      const gap = k < steps && view.arrays.step_gap[k];
      if (gap && from < 0) from = k;
      if (!gap && from >= 0) {
        const box = make("rect", { x: x(from), y: TOP, width: (k - from) * pixels, height: plot, fill: "url(#hatch)" }, svg);
        make("title", {}, box).textContent = panj.say(view.step_kind === "month" ? "js.no_reports" : "js.none_published", { period: from === k - 1 ? view.labels[from] : `${view.labels[from]} – ${view.labels[k - 1]}` });
        from = -1;
      }
    }
    /* Some of those who usually report did not: a strip of the same hatch at the foot. */
    const { step_missing: missing } = view.arrays;
    for (let k = 0; missing && k < steps; k++) {
      if (!missing[k] || view.arrays.step_gap[k]) continue;
      const strip = make("rect", { x: x(k), y: TOP + plot, width: pixels, height: 4, fill: "url(#hatch)", class: "partly" }, svg);
      make("title", {}, strip).textContent = panj.say("js.partly_reported", { period: view.labels[k], n: missing[k] });
    }
    if (panj.drawArriving) panj.drawArriving(make, svg, x, pixels, TOP, plot);
    for (let k = 0; k < steps; k++) {
      const tall = amounts[k] > 0 ? Math.max(2, (plot * amounts[k]) / most) : 0;
      bars.push(make("rect", { x: x(k) + pixels * 0.1, y: TOP + plot - tall, width: Math.max(1, pixels * 0.8), height: tall, class: "month" }, svg));
      const year = view.years[k];
      if (k === 0 ? view.years[1] === year : year !== view.years[k - 1]) {
        make("line", { x1: x(k), x2: x(k), y1: TOP + plot, y2: TOP + plot + 4, class: "tick" }, svg);
        const each = [1, 2, 5, 10, 20, 50].find((years) => years * pixels * (view.step_kind === "month" ? 12 : 4) > 38) || 100;
        const crowded = k === 0 && view.years.findIndex((other) => other > year && other % each === 0) * pixels < 34;
        if (year % each === 0 && !crowded) make("text", { x: x(k) + 3, y: height - 4, class: "year" }, svg).textContent = year;
      }
    }
    make("line", { x1: SIDE, x2: width - SIDE, y1: TOP + plot, y2: TOP + plot, class: "base" }, svg);
    windowBox = make("rect", { y: TOP - 2, height: plot + 4, class: "window", tabindex: 0, role: "slider", "aria-label": panj.say("js.brush_window") }, svg);
    grips = ["js.brush_first", "js.brush_last"].map((key, side) => {
      const grip = make("g", { class: "grip", tabindex: 0, role: "slider", "aria-label": panj.say(key), "data-side": side }, svg);
      make("rect", { x: -11, y: TOP - 4, width: 22, height: plot + 8, class: "grip-reach" }, grip);
      make("line", { x1: 0, x2: 0, y1: TOP - 2, y2: TOP + plot + 2, class: "grip-line" }, grip);
      make("rect", { x: -4, y: TOP + plot / 2 - 9, width: 8, height: 18, rx: 4, class: "grip-knob" }, grip);
      return grip;
    });
    const label = make("text", { x: SIDE, y: TOP + 8, class: "most" }, svg);
    label.textContent = view.measure === "kg" ? panj.say("js.kg_n", { kg: panj.number(most) }) : panj.number(most);
    place();
    if (held) (held === "window" ? windowBox : grips[Number(held)]).focus({ preventScroll: true });
  };

  /* The two months as lists in the viewer's language; quarters too. */
  const drawTyped = () => {
    const box = document.getElementById("period-typed");
    if (!box) return;
    box.hidden = !panj.view.steps.length;
    if (box.dataset.steps === panj.view.steps.join()) return;
    box.dataset.steps = panj.view.steps.join();
    box.replaceChildren(
      ...["js.brush_first", "js.brush_last"].map((key, side) => {
        const label = Object.assign(document.createElement("label"), { textContent: panj.say(key) });
        const choice = document.createElement("select");
        panj.view.labels.forEach((text, k) => choice.append(new Option(text, k)));
        choice.addEventListener("change", () => chosen(side, Number(choice.value)));
        label.append(choice);
        return label;
      }),
    );
  };

  const chosen = (side, at) => {
    const [a, b] = panj.window;
    if (side) settle(Math.min(a, at), at);
    else settle(at, Math.max(b, at));
  };

  const place = () => {
    for (const [side, choice] of document.querySelectorAll("#period-typed select").entries()) if (panj.window) choice.value = panj.window[side];
    if (!windowBox || !panj.window) return;
    const [a, b] = panj.window;
    const view = panj.view;
    windowBox.setAttribute("x", x(a));
    windowBox.setAttribute("width", Math.max(2, x(b + 1) - x(a)));
    grips[0].setAttribute("transform", `translate(${x(a)} 0)`);
    grips[1].setAttribute("transform", `translate(${x(b + 1)} 0)`);
    for (const [element, step] of [[windowBox, a], [grips[0], a], [grips[1], b]]) {
      element.setAttribute("aria-valuemin", 0);
      element.setAttribute("aria-valuemax", view.steps.length - 1);
      element.setAttribute("aria-valuenow", step);
      element.setAttribute("aria-valuetext", element === windowBox ? `${view.labels[a]} – ${view.labels[b]}` : view.labels[step]);
    }
    bars.forEach((bar, k) => bar.classList.toggle("in", k >= a && k <= b));
  };

  let asked = null;
  let wanted = null;
  /* At most one painting a frame, always the last position asked for. */
  const move = (a, b) => {
    wanted = [a, b];
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = null;
      const started = performance.now();
      panj.paint(...wanted);
      place();
      panj.lastBrushMs = performance.now() - started;
    });
  };

  const settle = (a, b) => {
    const { steps } = panj.view;
    window.dash_clientside.set_props("period", { data: `${steps[a]}..${steps[b]}` });
  };

  const shifted = (a, b, by) => {
    const last = panj.view.steps.length - 1;
    const go = Math.max(-a, Math.min(last - b, by));
    return [a + go, b + go];
  };

  const onDown = (event) => {
    if (event.button > 0 || !panj.window) return;
    const grip = event.target.closest(".grip");
    const [a, b] = panj.window;
    const at = stepAt(event.clientX);
    const inside = event.target === windowBox;
    const start = [a, b];
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
    stop();
    dragged = true;
    const follow = (later) => {
      const now = stepAt(later.clientX);
      if (grip) {
        const side = Number(grip.dataset.side);
        move(side ? Math.min(start[0], now) : Math.min(now, start[1]), side ? Math.max(start[0], now) : Math.max(now, start[1]));
      } else if (inside) move(...shifted(start[0], start[1], now - at));
      else move(Math.min(at, now), Math.max(at, now));
    };
    const end = (later) => {
      root.removeEventListener("pointermove", follow);
      root.removeEventListener("pointerup", end);
      root.removeEventListener("pointercancel", end);
      dragged = false;
      follow(later);
      settle(...wanted);
    };
    root.addEventListener("pointermove", follow);
    root.addEventListener("pointerup", end);
    root.addEventListener("pointercancel", end);
    (grip || windowBox).focus({ preventScroll: true });
  };

  const onKey = (event) => {
    if (!panj.window) return;
    if (event.key === " ") {
      event.preventDefault();
      return play();
    }
    const year = panj.view.step_kind === "month" ? 12 : 4;
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -year, PageUp: year, Home: -1e6, End: 1e6 }[event.key];
    if (!by) return;
    event.preventDefault();
    let [a, b] = wanted && asked ? wanted : panj.window;
    const last = panj.view.steps.length - 1;
    const side = event.target.dataset && event.target.dataset.side;
    if (side === "0") a = Math.max(0, Math.min(b, a + by));
    else if (side === "1") b = Math.min(last, Math.max(a, b + by));
    else [a, b] = shifted(a, b, by);
    move(a, b);
    clearTimeout(settling);
    settling = setTimeout(() => {
      settling = null;
      settle(a, b);
    }, 250);
  };

  /* Is the brush in somebody's hand? The page is told of the period when it is let go. */
  const held = () => Boolean(dragged || settling || playing);

  const stop = () => {
    clearTimeout(settling);
    settling = null;
    if (!playing) return;
    clearInterval(playing);
    playing = null;
    showButton();
  };

  const showButton = () => {
    const button = document.getElementById("play");
    button.setAttribute("aria-pressed", Boolean(playing));
    button.setAttribute("aria-label", panj.say(playing ? "js.pause" : "js.play"));
    button.title = panj.say(playing ? "js.pause" : "js.play");
    button.classList.toggle("is-on", Boolean(playing));
  };

  const play = () => {
    if (!panj.window) return;
    if (playing) {
      stop();
      return settle(...(asked ? wanted : panj.window));
    }
    const [a, b] = panj.window;
    if (b === panj.view.steps.length - 1) move(0, b - a);
    playing = setInterval(() => {
      /* From where it is going, not from what is painted: a slow machine may still owe the frame. */
      const here = asked ? wanted : panj.window;
      const [from, to] = shifted(...here, 1);
      if (to === here[1]) {
        stop();
        return settle(...here);
      }
      move(from, to);
    }, 450);
    showButton();
  };

  document.addEventListener("pointerdown", (event) => event.target.closest && event.target.closest("#brush") && panj.view && onDown(event));
  document.addEventListener("keydown", (event) => event.target.closest && event.target.closest("#brush") && onKey(event));
  document.addEventListener("click", (event) => {
    if (!event.target.closest || !panj.view) return;
    const period = event.target.closest("[data-period]");
    if (event.target.closest("#play")) play();
    else if (period && panj.view.steps.length) settle(...(period.dataset.period === "all" ? [0, panj.view.steps.length - 1] : panj.view.default_window));
  });
  window.addEventListener("resize", () => requestAnimationFrame(draw));

  panj.brush = { draw, place, play, stop, held, move, settle };
})(window.panj);
