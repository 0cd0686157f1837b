// @ts-check
/** Renderer: lights of a sound, drawn as a film with a look is painted, in WebGL2. */

import { asked } from "./asking.js";
import { COLOURS, EVERYWHERE, LIVING } from "./shaders.js";

/** Moments of lights that are at hand; films look seconds ahead and behind. */
export const RING = 2048;

/** @typedef {"scroll" | "pages" | "instants"} Kind */
/** @typedef {Record<string, number | string>} Look */
/** @typedef {{texture: WebGLTexture, width: number, height: number}} Half */

/**
 * @typedef {object} Facts  What the studio says of drawing: see /api/visual/looks.
 * @property {Record<string, Look>} looks
 * @property {number} shades
 * @property {number} steps
 * @property {number} fps
 * @property {number} min_hz
 * @property {number[]} picture_hz
 * @property {number} picture_seconds
 * @property {{c0_hz: number, hole: number, rim: number}} spiral
 */

/** As it is: grey, and nothing lives on. @type {Look} */
const PLAIN = { shade: "up", curve: 1, glow: 0, halo: 0, fading: 0, rise: 0, spread: 0, turn: 0, sway: 0, folds: 1 };

const KINDS = ["scroll", "pages", "instants"];
const SHADES = ["up", "pitch", "class"];

/** Light that rises over a picture fades so much sooner, as in films. */
const SOONER = 4;

/** Sixtieths of a second that light lives on from one frame to the next, at most. */
const MOST_LIVED = 6;

/** Milliseconds of light that a frame draws, at most. */
export const MOST_LIVED_MS = (MOST_LIVED * 1000) / 60;

export class Renderer {
  /** @type {Kind} */
  kind = "scroll";
  /** Pictures are so many times as wide as high, where they stand for themselves. */
  nowLine = false;
  bare = false;
  #look = PLAIN;
  #rows = 1;
  #octaves = 1;
  #before = 0;
  #known = [0, 0];
  #size = [0, 0];
  #turn = 0;
  #name = "";

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Facts} facts
   */
  constructor(canvas, facts) {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true, preserveDrawingBuffer: true });
    if (!gl) throw new Error("This browser draws no WebGL2, which films in looks need.");
    this.canvas = canvas;
    this.facts = facts;
    this.gl = gl;
    this.living = program(gl, LIVING);
    this.colouring = program(gl, COLOURS);
    this.float = !!gl.getExtension("EXT_color_buffer_float");
    gl.getExtension("OES_texture_float_linear");
    this.lights = texture(gl, gl.LINEAR, gl.REPEAT);
    this.heights = texture(gl, gl.NEAREST, gl.CLAMP_TO_EDGE);
    this.colours = texture(gl, gl.LINEAR, gl.CLAMP_TO_EDGE);
    /** Light at half of the size, of this frame and of the one before. @type {Half[]} */
    this.halves = [0, 1].map(() => ({ texture: texture(gl, gl.LINEAR, gl.CLAMP_TO_EDGE, gl.LINEAR_MIPMAP_LINEAR), width: 1, height: 1 }));
    for (const half of this.halves) this.#empty(half);
    this.frame = gl.createFramebuffer();
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.setLook("");
  }

  /**
   * Draw in this look from now on; the empty one is grey.
   *
   * @param {string} name
   */
  async setLook(name) {
    const { shades, steps, looks } = this.facts;
    const table = name ? await coloursOf(name) : greys(shades, steps);
    this.#look = looks[name] ?? PLAIN;
    this.#name = name;
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, this.colours);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, steps, shades, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
  }

  /**
   * Another sound: its lights have so many rows, up to so many Hz.
   *
   * @param {number} rows
   * @param {number} maxHz
   */
  begin(rows, maxHz) {
    const gl = this.gl;
    this.#rows = rows;
    this.#octaves = Math.log2(maxHz / this.facts.min_hz);
    this.#known = [0, 0];
    gl.bindTexture(gl.TEXTURE_2D, this.lights);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, rows, RING, 0, gl.RED, gl.UNSIGNED_BYTE, null);
    const wanted = Float32Array.from(this.facts.picture_hz, (hz) => (Math.log2(Math.max(hz, 1) / this.facts.min_hz) / this.#octaves) * rows - 0.5);
    gl.bindTexture(gl.TEXTURE_2D, this.heights);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, wanted.length, 1, 0, gl.RED, gl.FLOAT, wanted);
  }

  /**
   * Take lights in, from moment `first` on.
   *
   * @param {number} first
   * @param {Uint8Array} bytes  `[moments, rows]`
   */
  put(first, bytes) {
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, this.lights);
    const count = bytes.length / this.#rows;
    for (let done = 0; done < count; ) {
      const line = (first + done) % RING;
      const lines = Math.min(count - done, RING - line);
      const part = bytes.subarray(done * this.#rows, (done + lines) * this.#rows);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, line, this.#rows, lines, gl.RED, gl.UNSIGNED_BYTE, part);
      done += lines;
    }
  }

  /** All that what is drawn depends on, besides the moment. */
  get state() {
    return JSON.stringify([this.kind, this.nowLine, this.bare, this.#name, this.#rows, this.#known]);
  }

  /**
   * Which moments are in the ring.
   *
   * @param {number} first
   * @param {number} last  the one after them
   */
  know(first, last) {
    this.#known = [first, last];
  }

  /**
   * Draw the moment at these seconds; the canvas is as large as it is on the screen.
   *
   * @param {number} seconds
   */
  draw(seconds) {
    const gl = this.gl;
    const [width, height] = [this.canvas.width, this.canvas.height];
    this.#size = [width, height];
    const now = performance.now();
    this.#live(seconds, Math.min(MOST_LIVED, (now - this.#before) * 0.06));
    this.#before = now;
    const fresh = this.halves[this.#turn].texture;
    gl.bindTexture(gl.TEXTURE_2D, fresh);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    this.#use(this.colouring, seconds, { living: fresh, colours: this.colours });
    this.colouring.numbers({ ...pick(this.#look, ["glow", "halo"]), line: this.nowLine ? Math.max(1, height / 512) : 0 });
    this.colouring.whole({ shade: SHADES.indexOf(String(this.#look.shade)), bare: Number(this.bare) });
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /**
   * @param {ReturnType<typeof program>} one
   * @param {number} seconds
   * @param {Record<string, WebGLTexture>} more
   */
  #use(one, seconds, more) {
    const gl = this.gl;
    const { spiral, min_hz: low, fps, picture_seconds: wide } = this.facts;
    const [width, height] = this.#size;
    gl.useProgram(one.program);
    one.textures({ lights: this.lights, heights: this.heights, ...more });
    const first = Math.log2(low / spiral.c0_hz);
    one.numbers({
      now: seconds * fps, span: (wide * fps * width) / height, rows: this.#rows,
      ...pick(this.#look, ["curve", "folds"]),
    });
    one.pairs({ size: [width, height], known: this.#known });
    one.fours({ spiral: [spiral.hole, spiral.rim, this.#octaves, first - Math.floor(first)] });
    one.whole({ kind: KINDS.indexOf(this.kind) });
  }

  /**
   * Draw the light of a moment, and what is left of that of before, which may have had another size.
   *
   * @param {number} seconds
   * @param {number} frames  sixtieths of a second since then
   */
  #live(seconds, frames) {
    const gl = this.gl;
    const [old, fresh] = [this.halves[this.#turn], this.halves[1 - this.#turn]];
    this.#turn = 1 - this.#turn;
    const [width, height] = this.#size.map((side) => Math.ceil(side / 2));
    if (fresh.width !== width || fresh.height !== height) {
      Object.assign(fresh, { width, height });
      this.#empty(fresh);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, fresh.texture, 0);
    gl.viewport(0, 0, width, height);
    this.#use(this.living, seconds, { before: old.texture });
    const look = this.#look;
    const rise = Math.max((Number(look.rise) * this.#size[1]) / 2, 1e-9);
    this.living.numbers({
      frames, ...pick(look, ["fading", "rise", "spread", "turn", "sway"]),
      fading_up: look.rise ? Number(look.fading) ** (SOONER / rise) : 0,
    });
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** Let a half be as large as it says, and dark. @param {Half} half */
  #empty({ texture: one, width, height }) {
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, one);
    if (this.float) gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16F, width, height, 0, gl.RED, gl.HALF_FLOAT, null);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE, null);
    gl.generateMipmap(gl.TEXTURE_2D);
  }
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {string} fragment
 */
function program(gl, fragment) {
  const made = gl.createProgram();
  for (const [kind, source] of /** @type {const} */ ([[gl.VERTEX_SHADER, EVERYWHERE], [gl.FRAGMENT_SHADER, fragment]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  const place = (/** @type {string} */ name) => gl.getUniformLocation(made, name);
  return {
    program: made,
    /** @param {Record<string, WebGLTexture>} given */
    textures(given) {
      Object.entries(given).forEach(([name, one], unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, one);
        gl.uniform1i(place(name), unit);
      });
      gl.activeTexture(gl.TEXTURE0 + 7); // what is bound elsewhere stays
    },
    /** @param {Record<string, number>} given */
    numbers(given) {
      for (const [name, value] of Object.entries(given)) gl.uniform1f(place(name), value);
    },
    /** @param {Record<string, number>} given */
    whole(given) {
      for (const [name, value] of Object.entries(given)) gl.uniform1i(place(name), value);
    },
    /** @param {Record<string, number[]>} given */
    pairs(given) {
      for (const [name, [x, y]] of Object.entries(given)) gl.uniform2f(place(name), x, y);
    },
    /** @param {Record<string, number[]>} given */
    fours(given) {
      for (const [name, value] of Object.entries(given)) gl.uniform4fv(place(name), value);
    },
  };
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} filter
 * @param {number} wrap
 * @param {number} [small]  the filter where it is drawn smaller
 */
function texture(gl, filter, wrap, small = filter) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, small);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, wrap);
  return made;
}

/** @param {string} name */
async function coloursOf(name) {
  return new Uint8Array(await (await asked(`looks/${encodeURIComponent(name)}`)).arrayBuffer());
}

/**
 * @param {number} shades
 * @param {number} steps
 */
function greys(shades, steps) {
  return Uint8Array.from({ length: shades * steps * 3 }, (_, i) => Math.round((255 * (Math.floor(i / 3) % steps)) / (steps - 1)));
}

/**
 * @param {Look} look
 * @param {string[]} names
 */
function pick(look, names) {
  return Object.fromEntries(names.map((name) => [name, Number(look[name])]));
}
