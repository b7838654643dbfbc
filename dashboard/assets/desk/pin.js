/* A pin that arrow keys move: where nobody's name for a place is in the gazetteer, a person may know where it is. */
(function (panj) {
  "use strict";
  const RADII = [500, 1000, 2000, 5000, 10000, 20000, 50000];
  let pin = null;
  let told = () => {};

  const put = (lon, lat) => {
    Object.assign(pin, { lon: Math.max(-180, Math.min(180, lon)), lat: Math.max(-84, Math.min(84, lat)) });
    told(pin);
  };
  panj.pin = {
    on: () => pin !== null,
    start: (near, tell) => {
      told = tell;
      const { width, height } = panj.map.canvas.getBoundingClientRect();
      const [lon, lat] = panj.map.at(width / 2, height / 2);
      pin = { lon: near?.lon ?? lon, lat: near?.lat ?? lat, uncertainty_m: 2000 };
      told(pin);
    },
    stop: () => {
      if (!pin) return;
      pin = null;
      told(null);
    },
    move: ([lon, lat]) => put(lon, lat),
    answer: () => ({ lon: Number(pin.lon.toFixed(5)), lat: Number(pin.lat.toFixed(5)), uncertainty_m: pin.uncertainty_m, precision_level: "point", locate_rule: "pin", name: "" }),
    /* Arrow keys: ten pixels; with Shift sixty. Comma and full stop: how sure. True when the key was used. */
    key: (event) => {
      if (!pin) return false;
      const step = event.shiftKey ? 60 : 10;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (moves) {
        const [x, y] = [panj.map.x(pin.lon) + moves[0], panj.map.y(pin.lat) + moves[1]];
        put(...panj.map.at(x, y));
        if (x < 30 || y < 30 || x > panj.map.width - 30 || y > panj.map.height - 30) panj.map.fit([pin, { ...pin }]);
        return true;
      }
      if (event.key === "," || event.key === ".") {
        const k = RADII.indexOf(pin.uncertainty_m) + (event.key === "." ? 1 : -1);
        pin.uncertainty_m = RADII[Math.max(0, Math.min(RADII.length - 1, k))];
        told(pin);
        return true;
      }
      return false;
    },
  };
})(window.panj);
