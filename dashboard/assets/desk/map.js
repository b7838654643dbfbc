/* A small map on a canvas: outlines, the border line, candidates by number, a pin. Mercator; nothing is asked of another host. */
(function (panj) {
  "use strict";

  const GROUND = ["land", "provinces", "line", "places"];
  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const latitude = (y) => ((2 * Math.atan(Math.exp(y)) - Math.PI / 2) * 180) / Math.PI;
  const RADIAN = Math.PI / 180;
  let ground = null;
  /* Rings as flat arrays of Mercator radians with their box, so that what is out of sight costs nothing. */
  const flat = (line) => {
    const points = new Float64Array(line.length * 2);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    line.forEach(([lon, lat], k) => {
      const x = lon * RADIAN;
      const y = mercator(Math.max(Math.min(lat, 85), -85));
      points[2 * k] = x;
      points[2 * k + 1] = y;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    });
    return { points, box };
  };
  const lines = (geometry) => {
    const c = geometry.coordinates;
    return { LineString: () => [c], MultiLineString: () => c, Polygon: () => c, MultiPolygon: () => c.flat() }[geometry.type]?.() ?? [];
  };
  const load = async () => {
    if (ground) return ground;
    const loaded = await Promise.all(GROUND.map(async (name) => {
      const answer = await fetch(`/data/ground/${name}.json`);
      return answer.ok ? (await answer.json()).features : [];
    }));
    ground = Object.fromEntries(GROUND.map((name, k) => [name, loaded[k]]));
    for (const name of ["land", "provinces", "line"]) ground[name] = ground[name].map((feature) => ({ iso3: feature.properties?.iso3, parts: lines(feature.geometry).map(flat) }));
    return ground;
  };

  class SmallMap {
    constructor(canvas) {
      this.canvas = canvas;
      this.centre = [69.5 * RADIAN, mercator(38.3)];
      this.scale = 2600; // pixels a radian
      this.candidates = [];
      this.chosen = -1;
      this.pin = null;
      this.onpin = null;
      let from = null;
      canvas.addEventListener("pointerdown", (event) => {
        from = [event.offsetX, event.offsetY, ...this.centre, false];
        canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!from) return;
        const [dx, dy] = [event.offsetX - from[0], event.offsetY - from[1]];
        if (Math.abs(dx) + Math.abs(dy) > 4) from[4] = true;
        if (from[4]) this.look(from[2] - dx / this.scale, from[3] + dy / this.scale);
      });
      canvas.addEventListener("pointerup", (event) => {
        if (from && !from[4]) this.onpress?.(this.at(event.offsetX, event.offsetY), this.near(event.offsetX, event.offsetY));
        from = null;
      });
      canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX, event.offsetY);
      }, { passive: false });
      new ResizeObserver(() => this.draw()).observe(canvas);
      load().then(() => this.draw(), () => {});
    }

    look(x, y) {
      this.centre = [x, y];
      this.draw();
    }

    zoom(by, px, py) {
      const { width, height } = this.canvas.getBoundingClientRect();
      const [cx, cy] = [px ?? width / 2, py ?? height / 2];
      const scale = Math.min(Math.max(this.scale * by, 250), 400000);
      const [x, y] = [this.centre[0] + (cx - width / 2) / this.scale, this.centre[1] - (cy - height / 2) / this.scale];
      this.scale = scale;
      this.look(x - (cx - width / 2) / scale, y + (cy - height / 2) / scale);
    }

    at(px, py) {
      const { width, height } = this.canvas.getBoundingClientRect();
      return [(this.centre[0] + (px - width / 2) / this.scale) / RADIAN, latitude(this.centre[1] - (py - height / 2) / this.scale)];
    }

    near(px, py) {
      return this.candidates.findIndex((c) => c.lon !== null && Math.hypot(this.x(c.lon) - px, this.y(c.lat) - py) < 16);
    }

    x(lon) {
      return (lon * RADIAN - this.centre[0]) * this.scale + this.width / 2;
    }
    y(lat) {
      return (this.centre[1] - mercator(lat)) * this.scale + this.height / 2;
    }

    /* Everything to choose from in one view, never closer than some 60 km: neighbours tell where one is. */
    fit(candidates) {
      const placed = candidates.filter((c) => c.lon !== null && c.lon !== undefined);
      if (!placed.length) return;
      const { width, height } = this.canvas.getBoundingClientRect();
      /* Far from all outlines the map would be empty: then home is in view as well. */
      if (placed.some((c) => c.lon < 47 || c.lon > 87 || c.lat < 30 || c.lat > 55)) placed.push({ lon: 69.5, lat: 38.5 });
      const xs = placed.map((c) => c.lon * RADIAN);
      const ys = placed.map((c) => mercator(c.lat));
      const span = Math.max(Math.max(...xs) - Math.min(...xs), 0.014) * 1.5;
      const rise = Math.max(Math.max(...ys) - Math.min(...ys), 0.014) * 1.6;
      this.scale = Math.min(Math.max(Math.min(width / span, height / rise), 250), 30000);
      this.look((Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2);
    }

    sees({ lon, lat }) {
      return lon === null || lon === undefined || (this.x(lon) > 12 && this.y(lat) > 12 && this.x(lon) < this.width - 12 && this.y(lat) < this.height - 12);
    }

    show(candidates, chosen, pin) {
      Object.assign(this, { candidates, chosen, pin });
      this.draw();
    }

    draw() {
      const { width, height } = this.canvas.getBoundingClientRect();
      if (!width || !height) return;
      const ratio = devicePixelRatio || 1;
      Object.assign(this, { width, height });
      if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
        this.canvas.width = Math.round(width * ratio);
        this.canvas.height = Math.round(height * ratio);
      }
      const pen = this.canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const style = getComputedStyle(document.documentElement);
      const colour = (name) => style.getPropertyValue(name).trim();
      pen.fillStyle = colour("--water");
      pen.fillRect(0, 0, width, height);
      this.graticule(pen, colour);
      if (ground) this.ground(pen, colour);
      this.candidates.forEach((c, k) => k !== this.chosen && this.mark(pen, c, k, colour));
      if (this.chosen >= 0 && this.candidates[this.chosen]) this.mark(pen, this.candidates[this.chosen], this.chosen, colour);
      if (this.pin) this.cross(pen, this.pin, colour);
    }

    /* Meridians and parallels: where no outline is known, they still tell where one is. */
    graticule(pen, colour) {
      const [west, north] = this.at(0, 0);
      const [east, south] = this.at(this.width, this.height);
      const step = [1, 2, 5, 10, 20].find((size) => (east - west) / size <= 8) || 30;
      pen.strokeStyle = colour("--land-line");
      pen.fillStyle = colour("--muted");
      pen.lineWidth = 0.5;
      pen.font = `10px ${getComputedStyle(document.body).fontFamily}`;
      pen.textAlign = "left";
      pen.textBaseline = "bottom";
      for (let lon = Math.ceil(west / step) * step; lon < east; lon += step) {
        pen.beginPath();
        pen.moveTo(this.x(lon), 0);
        pen.lineTo(this.x(lon), this.height);
        pen.stroke();
        pen.fillText(`${lon}°`, this.x(lon) + 3, this.height - 3);
      }
      for (let lat = Math.ceil(south / step) * step; lat < north; lat += step) {
        pen.beginPath();
        pen.moveTo(0, this.y(lat));
        pen.lineTo(this.width, this.y(lat));
        pen.stroke();
        pen.fillText(`${lat}°`, 3, this.y(lat) - 2);
      }
    }

    path(pen, { points, box }) {
      const [w, h] = [this.width / 2 / this.scale, this.height / 2 / this.scale];
      const [cx, cy] = this.centre;
      if (box[0] > cx + w || box[2] < cx - w || box[1] > cy + h || box[3] < cy - h) return false;
      let [px, py] = [NaN, NaN];
      for (let k = 0; k < points.length; k += 2) {
        const x = (points[k] - cx) * this.scale + this.width / 2;
        const y = (cy - points[k + 1]) * this.scale + this.height / 2;
        if (k === 0) pen.moveTo(x, y);
        else if (Math.abs(x - px) + Math.abs(y - py) < 0.7 && k < points.length - 2) continue;
        else pen.lineTo(x, y);
        [px, py] = [x, y];
      }
      return true;
    }

    ground(pen, colour) {
      for (const country of ground.land) {
        pen.beginPath();
        let any = false;
        for (const part of country.parts) any = this.path(pen, part) || any;
        if (!any) continue;
        pen.fillStyle = colour(country.iso3 === "TJK" ? "--land-own" : "--land");
        pen.fill("evenodd");
        pen.strokeStyle = colour("--land-line");
        pen.lineWidth = 1;
        pen.stroke();
      }
      pen.setLineDash([3, 3]);
      pen.beginPath();
      for (const feature of ground.provinces) feature.parts.forEach((part) => this.path(pen, part));
      pen.strokeStyle = colour("--land-line");
      pen.stroke();
      pen.setLineDash([]);
      pen.beginPath();
      for (const feature of ground.line) feature.parts.forEach((part) => this.path(pen, part));
      pen.strokeStyle = colour("--border-line");
      pen.lineWidth = 2.5;
      pen.stroke();
      this.names(pen, colour);
    }

    names(pen, colour) {
      pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      pen.textAlign = "left";
      pen.textBaseline = "middle";
      pen.lineWidth = 3;
      pen.strokeStyle = colour("--land");
      const taken = this.candidates.filter((c) => c.lon !== null).map((c) => [this.x(c.lon) - 40, this.y(c.lat) - 12, this.x(c.lon) + 40, this.y(c.lat) + 12]);
      const finest = this.scale > 9000 ? 4 : this.scale > 3500 ? 3 : this.scale > 1600 ? 1 : 0;
      for (const place of ground.places) {
        const { rank = 4 } = place.properties;
        if (rank > finest) continue;
        const [x, y] = [this.x(place.geometry.coordinates[0]), this.y(place.geometry.coordinates[1])];
        if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
        const text = place.properties[`name_${panj.code}`] || place.properties.name_en || "";
        const box = [x - 4, y - 8, x + 8 + pen.measureText(text).width, y + 8];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
        taken.push(box);
        pen.fillStyle = colour("--muted");
        pen.beginPath();
        pen.arc(x, y, 2, 0, 7);
        pen.fill();
        pen.strokeText(text, x + 6, y);
        pen.fillText(text, x + 6, y);
      }
    }

    mark(pen, c, k, colour) {
      if (c.lon === null || c.lon === undefined) return;
      const [x, y] = [this.x(c.lon), this.y(c.lat)];
      const on = k === this.chosen;
      const reach = (c.uncertainty_m / 6371000 / Math.cos(c.lat * RADIAN)) * this.scale;
      if (reach > 9 && reach < 4000) {
        pen.beginPath();
        pen.arc(x, y, reach, 0, 7);
        pen.fillStyle = on ? colour("--reach-on") : colour("--reach");
        if (on) pen.fill();
        pen.setLineDash([4, 4]);
        pen.strokeStyle = colour(on ? "--accent" : "--muted");
        pen.lineWidth = on ? 1.5 : 0.75;
        pen.stroke();
        pen.setLineDash([]);
      }
      pen.beginPath();
      pen.arc(x, y, on ? 13 : 11, 0, 7);
      pen.fillStyle = colour(on ? "--accent" : "--paper");
      pen.fill();
      pen.strokeStyle = colour(on ? "--paper" : "--ink");
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.fillStyle = colour(on ? "--on-accent" : "--ink");
      pen.font = `700 12px ${getComputedStyle(document.body).fontFamily}`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(String(k + 1), x, y + 0.5);
    }

    cross(pen, pin, colour) {
      const [x, y] = [this.x(pin.lon), this.y(pin.lat)];
      const reach = (pin.uncertainty_m / 6371000 / Math.cos(pin.lat * RADIAN)) * this.scale;
      pen.strokeStyle = colour("--accent");
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.arc(x, y, reach, 0, 7);
      pen.fillStyle = colour("--reach-on");
      pen.fill();
      pen.stroke();
      for (const [width, name] of [[5, "--paper"], [2.5, "--accent"]]) {
        pen.lineWidth = width;
        pen.strokeStyle = colour(name);
        pen.beginPath();
        pen.moveTo(x - 12, y);
        pen.lineTo(x + 12, y);
        pen.moveTo(x, y - 12);
        pen.lineTo(x, y + 12);
        pen.stroke();
      }
    }
  }
  panj.SmallMap = SmallMap;
})(window.panj);
