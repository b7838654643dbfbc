/* Cells of the heatmap as one drawing of our own inside MapLibre: their classes lie in a small texture, so that a brush
   step sends one byte a cell to the graphics card and repaints, with the labels staying above. */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const VERTEX = `#version 300 es
  uniform mat4 u_matrix; uniform sampler2D u_class; uniform int u_width;
  in vec2 a_place; in float a_cell; flat out float v_class;
  void main() {
    int cell = int(a_cell + 0.5);
    v_class = texelFetch(u_class, ivec2(cell % u_width, cell / u_width), 0).r * 255.0;
    gl_Position = u_matrix * vec4(a_place, 0.0, 1.0);
  }`;
  const FRAGMENT = `#version 300 es
  precision mediump float;
  uniform vec4 u_ramp[8]; flat in float v_class; out vec4 colour;
  void main() {
    int class_ = int(v_class + 0.5);
    if (class_ == 0) discard;
    vec4 c = u_ramp[class_];
    colour = vec4(c.rgb * c.a, c.a);
  }`;

  const easting = (lon) => (lon + 180) / 360;
  const northing = (lat) => (1 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / Math.PI) / 2;
  const rgba = (hex, alpha) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255).concat(alpha);

  panj.CellLayer = class {
    constructor(id) {
      this.id = id;
      this.type = "custom";
      this.renderingMode = "2d";
      this.visible = true;
      this.n = 0;
      this.ramp = new Float32Array(32);
    }

    /* What a kind of cells draws with: shaders, and for each corner of each triangle its place, its cell and what else it needs. */
    shaders() {
      return [VERTEX, FRAGMENT];
    }

    /* How many triangles a cell of so many corners is cut into. */
    triangles(corners) {
      return Math.max(0, corners - 2);
    }

    /* x, y: the corners of one cell; what is written into `out` from `at` on is as `attributes` says. Returns where it ends. */
    triangulate(x, y, corners, cell, out, at) {
      for (let k = 1; k + 1 < corners; k++)
        for (const corner of [0, k, k + 1]) {
          out[at++] = x[corner];
          out[at++] = y[corner];
          out[at++] = cell;
        }
      return at;
    }

    /* Names and sizes of what `triangulate` gives, in its order; names of what `tell` sets. */
    get attributes() {
      return [["a_place", 2], ["a_cell", 1]];
    }

    get uniforms() {
      return ["u_ramp"];
    }

    tell(gl) {
      gl.uniform4fv(this.at.u_ramp, this.ramp);
    }

    /* rings: Float32 lon, lat pairs; ring_start: first pair of each cell, one more than there are cells. */
    setCells(rings, starts) {
      const n = starts.length - 1;
      this.rings = rings;
      this.starts = starts;
      this.n = n;
      this.width = Math.max(1, Math.ceil(Math.sqrt(n)));
      this.classes = new Uint8Array(this.width * this.width);
      this.anchor = n ? [easting(rings[0]), northing(rings[1])] : [0, 0];
      this.stale = true;
      if (this.map) this.map.triggerRepaint();
    }

    /* Triangles of all cells; cut when they are first drawn, since most visits look at one kind of cells only. */
    cut() {
      const { rings, starts, n } = this;
      let most = 0;
      let triangles = 0;
      for (let cell = 0; cell < n; cell++) {
        const corners = starts[cell + 1] - starts[cell];
        most = Math.max(most, corners);
        triangles += this.triangles(corners);
      }
      this.stride = this.attributes.reduce((sum, [, size]) => sum + size, 0);
      this.count = 3 * triangles;
      const out = new Float32Array(this.count * this.stride);
      const x = new Float64Array(most);
      const y = new Float64Array(most);
      let at = 0;
      for (let cell = 0; cell < n; cell++) {
        const from = starts[cell];
        const corners = starts[cell + 1] - from;
        for (let k = 0; k < corners; k++) {
          x[k] = easting(rings[2 * (from + k)]) - this.anchor[0];
          y[k] = northing(rings[2 * (from + k) + 1]) - this.anchor[1];
        }
        at = this.triangulate(x, y, corners, cell, out, at);
      }
      return out;
    }

    setRamp(colours, alpha) {
      colours.forEach((hex, k) => this.ramp.set(rgba(hex, alpha), 4 * (k + 1)));
      if (this.map) this.map.triggerRepaint();
    }

    setClasses() {
      this.dirty = true;
      if (this.map) this.map.triggerRepaint();
    }

    /* The cell that holds a place, or -1. */
    cellAt(lon, lat) {
      for (let cell = 0; cell < this.n; cell++) {
        let inside = false;
        const [from, to] = [this.starts[cell], this.starts[cell + 1]];
        for (let k = from, last = to - 1; k < to; last = k++) {
          const [x1, y1, x2, y2] = [this.rings[2 * k], this.rings[2 * k + 1], this.rings[2 * last], this.rings[2 * last + 1]];
          if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
        }
        if (inside) return cell;
      }
      return -1;
    }

    onAdd(map) {
      this.map = map;
      this.stale = true;
    }

    /* Made when first drawn, like the triangles: whoever asks how a shader turned out waits until all that is drawn is drawn. */
    prepare(gl) {
      const shader = (kind, text) => {
        const made = gl.createShader(kind);
        gl.shaderSource(made, text);
        gl.compileShader(made);
        gl.attachShader(this.program, made);
        return made;
      };
      this.program = gl.createProgram();
      const [vertex, fragment] = this.shaders();
      const made = [shader(gl.VERTEX_SHADER, vertex), shader(gl.FRAGMENT_SHADER, fragment)];
      gl.linkProgram(this.program);
      if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) throw new Error(made.map((one) => gl.getShaderInfoLog(one)).join());
      this.at = Object.fromEntries(["u_matrix", "u_class", "u_width", ...this.uniforms].map((name) => [name, gl.getUniformLocation(this.program, name)]));
      this.array = gl.createVertexArray();
      this.buffer = gl.createBuffer();
      this.texture = gl.createTexture();
    }

    onRemove(map, gl) {
      if (!this.program) return;
      gl.deleteProgram(this.program);
      gl.deleteBuffer(this.buffer);
      gl.deleteTexture(this.texture);
      gl.deleteVertexArray(this.array);
      this.program = null;
    }

    send(gl) {
      if (!this.program) this.prepare(gl);
      const corners = this.cut();
      gl.bindVertexArray(this.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, corners, gl.STATIC_DRAW);
      let from = 0;
      for (const [name, size] of this.attributes) {
        const at = gl.getAttribLocation(this.program, name);
        gl.enableVertexAttribArray(at);
        gl.vertexAttribPointer(at, size, gl.FLOAT, false, 4 * this.stride, 4 * from);
        from += size;
      }
      gl.bindVertexArray(null);
      this.stale = false;
      this.dirty = true;
    }

    sendClasses(gl) {
      gl.bindTexture(gl.TEXTURE_2D, this.texture);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, this.width, this.width, 0, gl.RED, gl.UNSIGNED_BYTE, this.classes);
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
      this.dirty = false;
    }

    render(gl, input) {
      if (!this.n || !this.visible) return;
      const started = performance.now();
      if (this.stale) this.send(gl);
      gl.activeTexture(gl.TEXTURE0);
      if (this.dirty) this.sendClasses(gl);
      else gl.bindTexture(gl.TEXTURE_2D, this.texture);
      gl.useProgram(this.program);
      /* Places are stored relative to an anchor and the matrix is shifted in 64 bits: 32 bits alone jitter when zoomed in. */
      const m = Float64Array.from(input.defaultProjectionData.mainMatrix);
      const [x, y] = this.anchor;
      for (let k = 0; k < 4; k++) m[12 + k] += m[k] * x + m[4 + k] * y;
      gl.uniformMatrix4fv(this.at.u_matrix, false, Float32Array.from(m));
      gl.uniform1i(this.at.u_class, 0);
      gl.uniform1i(this.at.u_width, this.width);
      this.tell(gl);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.disable(gl.DEPTH_TEST);
      gl.disable(gl.STENCIL_TEST);
      gl.disable(gl.CULL_FACE);
      gl.bindVertexArray(this.array);
      gl.drawArrays(gl.TRIANGLES, 0, this.count);
      gl.bindVertexArray(null);
      this.scriptMs = performance.now() - started;
    }
  };
})(window.panj);
