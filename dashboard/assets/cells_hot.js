/* Cells that stand out, drawn with patterns as well as colours, so that a class is told apart in grey print and by every eye:
   solid, dotted edge, hatch, dots, stripes, hollow. One byte a cell: its class, and 32 more where the class is not stable. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const KINDS = 20;
  const UNSTABLE = 32;

  const VERTEX = `#version 300 es
  uniform mat4 u_matrix; uniform sampler2D u_class; uniform int u_width;
  in vec2 a_place; in float a_cell; in float a_rim; in float a_along;
  flat out int v_class; flat out int v_cell; out float v_rim; out float v_along;
  void main() {
    v_cell = int(a_cell + 0.5);
    v_class = int(texelFetch(u_class, ivec2(v_cell % u_width, v_cell / u_width), 0).r * 255.0 + 0.5);
    v_rim = a_rim; v_along = a_along;
    gl_Position = u_matrix * vec4(a_place, 0.0, 1.0);
  }`;

  /* Every pattern is in pixels of the screen, so that it is as fine far out as close by; edges are one pixel soft. */
  const FRAGMENT = `#version 300 es
  precision highp float;
  uniform vec4 u_colour[${KINDS}]; uniform int u_pattern[${KINDS}];
  uniform vec3 u_paper, u_mark; uniform float u_pale, u_ratio, u_edge, u_near; uniform int u_picked;
  flat in int v_class; flat in int v_cell; in float v_rim; in float v_along; out vec4 colour;

  float band(float at, float period, float wide) {
    float d = abs(mod(at, period) - 0.5 * period);
    return 1.0 - smoothstep(0.5 * wide - 0.5, 0.5 * wide + 0.5, d);
  }

  void main() {
    bool unstable = v_class >= ${UNSTABLE};
    int kind = v_class - (unstable ? ${UNSTABLE} : 0);
    float px = (1.0 - v_rim) / max(fwidth(v_rim), 1e-6) / u_ratio;
    vec2 at = gl_FragCoord.xy / u_ratio;
    vec4 c = vec4(0.0);
    if (kind > 0 && kind < ${KINDS}) {
      vec3 hue = u_colour[kind].rgb;
      float full = u_colour[kind].a;
      int pattern = u_pattern[kind];
      float a = full;
      if (pattern == 1) a = full * (0.22 + 0.78 * band(at.x + at.y, 8.0, 2.4));
      else if (pattern == 2) {
        vec2 d = mod(at + vec2(mod(floor(at.y / 5.0), 2.0) * 2.5, 0.0), 5.0) - 2.5;
        a = full * (0.16 + 0.84 * (1.0 - smoothstep(0.9, 1.9, length(d))));
      } else if (pattern == 3) a = full * (0.16 + 0.84 * band(at.y, 6.0, 2.6));
      else if (pattern == 4) a = full * 0.10;
      else if (pattern == 5) a = full * 0.42;
      else if (pattern == 6) hue = mix(u_paper, hue, smoothstep(0.30, 0.30 + 2.0 * fwidth(v_rim), v_rim));
      else if (pattern == 7) {
        float ring = smoothstep(0.38 - fwidth(v_rim), 0.38, v_rim) * (1.0 - smoothstep(0.6, 0.6 + fwidth(v_rim), v_rim));
        hue = mix(hue, u_paper, ring);
      }
      if (unstable) a *= 0.5;
      /* The edge: a hairline of paper between solid neighbours, the hue's own where the inside is open or in doubt. */
      if (unstable) {
        float dots = smoothstep(0.40, 0.60, abs(fract(v_along * u_edge) * 2.0 - 1.0));
        a = mix(a, full, (1.0 - smoothstep(0.5, 1.4, px)) * dots * u_near);
      } else if (pattern == 4 || pattern == 5 || pattern == 2 || pattern == 3) a = mix(a, full, 1.0 - smoothstep(1.0, 1.9, px));
      else if (pattern != 1) a *= 0.45 + 0.55 * smoothstep(0.0, 0.9, px);
      a *= u_pale;
      c = vec4(hue * a, a);
    }
    if (v_cell == u_picked) {
      float line = 1.0 - smoothstep(2.0, 2.9, px);
      c = mix(c, vec4(u_mark, 1.0), line);
    }
    if (c.a == 0.0) discard;
    colour = c;
  }`;

  const rgb = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255);

  const put = (out, at, x, y, cell, rim, along) => {
    out[at] = x;
    out[at + 1] = y;
    out[at + 2] = cell;
    out[at + 3] = rim;
    out[at + 4] = along;
    return at + 5;
  };

  panj.HotLayer = class extends panj.CellLayer {
    constructor(id) {
      super(id);
      this.colour = new Float32Array(4 * KINDS);
      this.pattern = new Int32Array(KINDS);
      this.paper = [1, 1, 1];
      this.mark = [0, 0, 0];
      this.pale = 1;
      this.picked = -1;
    }

    shaders() {
      return [VERTEX, FRAGMENT];
    }

    /* From the middle outwards: how near the rim, and how far along it in edges. */
    triangles(corners) {
      return corners;
    }

    triangulate(x, y, corners, cell, out, at) {
      let [mx, my] = [0, 0];
      for (let k = 0; k < corners; k++) [mx, my] = [mx + x[k] / corners, my + y[k] / corners];
      for (let k = 0; k < corners; k++) {
        const next = (k + 1) % corners;
        at = put(out, at, mx, my, cell, 0, k + 0.5);
        at = put(out, at, x[k], y[k], cell, 1, k);
        at = put(out, at, x[next], y[next], cell, 1, k + 1);
      }
      return at;
    }

    get attributes() {
      return [["a_place", 2], ["a_cell", 1], ["a_rim", 1], ["a_along", 1]];
    }

    get uniforms() {
      return ["u_colour", "u_pattern", "u_paper", "u_mark", "u_pale", "u_ratio", "u_edge", "u_near", "u_picked"];
    }

    /* looks: [class, colour, strength, pattern]. */
    setLooks(looks, paper, mark) {
      this.colour.fill(0);
      this.pattern.fill(0);
      for (const [kind, hex, strength, pattern] of looks) {
        this.colour.set([...rgb(hex), strength], 4 * kind);
        this.pattern[kind] = pattern;
      }
      this.paper = rgb(paper);
      this.mark = rgb(mark);
      if (this.map) this.map.triggerRepaint();
    }

    /* classes, and where given 1 for each cell that is not stable. */
    put(classes, unstable) {
      this.classes.fill(0);
      for (let k = 0; k < classes.length; k++) this.classes[k] = classes[k] && unstable && unstable[k] ? classes[k] + UNSTABLE : classes[k];
      this.setClasses();
    }

    classOf(cell) {
      return this.classes[cell] % UNSTABLE;
    }

    fade(pale) {
      if (this.pale === pale) return;
      this.pale = pale;
      if (this.map) this.map.triggerRepaint();
    }

    tell(gl) {
      gl.uniform4fv(this.at.u_colour, this.colour);
      gl.uniform1iv(this.at.u_pattern, this.pattern);
      gl.uniform3fv(this.at.u_paper, this.paper);
      gl.uniform3fv(this.at.u_mark, this.mark);
      gl.uniform1f(this.at.u_pale, this.pale);
      gl.uniform1f(this.at.u_ratio, window.devicePixelRatio || 1);
      gl.uniform1i(this.at.u_picked, this.picked);
      /* Dots of about seven pixels, a whole number of them on each edge of the first cell. */
      const edge = this.edgePixels();
      gl.uniform1f(this.at.u_edge, Math.max(1, Math.round(edge / 6)));
      /* Far out an edge is shorter than two dots: there half strength alone says it. */
      gl.uniform1f(this.at.u_near, Math.min(1, Math.max(0, (edge - 5) / 6)));
    }

    edgePixels() {
      if (!this.n) return 1;
      const point = (k) => this.map.project([this.rings[2 * k], this.rings[2 * k + 1]]);
      const [a, b] = [point(0), point(1)];
      return Math.hypot(a.x - b.x, a.y - b.y);
    }
  };
})(window.panj);
