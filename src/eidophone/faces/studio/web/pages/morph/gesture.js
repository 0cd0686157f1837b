// @ts-check
/** A gesture: how the point was moved, as mixes at equal distances in time. */

/** Mixes a second. */
const RATE = 20;

/** Seconds, at most. */
const MOST = 120;

export class Gesture {
  /** @type {{seconds: number, weights: number[]}[]} */
  #moves = [];
  #begun = 0;
  /** It is waited for that the point moves. */
  armed = false;
  recording = false;
  seconds = 0;
  /** @type {number[][]} */
  path = [];

  arm() {
    this.forget();
    this.armed = true;
  }

  /** @param {number[]} weights */
  move(weights) {
    if (this.armed && !this.recording) {
      this.recording = true;
      this.#begun = performance.now();
    }
    if (!this.recording) return;
    this.#moves.push({ seconds: Math.min(MOST, (performance.now() - this.#begun) / 1000), weights });
    this.path.push(weights); // as it was drawn, until it has ended
  }

  /** Whether there is one now. */
  end() {
    if (!this.recording) return false;
    this.armed = this.recording = false;
    this.seconds = Math.min(MOST, (performance.now() - this.#begun) / 1000);
    const count = Math.ceil(this.seconds * RATE) + 1;
    let at = 0;
    this.path = Array.from({ length: count }, (_, i) => {
      const now = (i / (count - 1)) * this.seconds;
      while (at + 1 < this.#moves.length && this.#moves[at + 1].seconds <= now) at++;
      const [one, next] = [this.#moves[at], this.#moves[at + 1]];
      if (!next) return one.weights;
      const part = Math.min(1, Math.max(0, (now - one.seconds) / Math.max(1e-3, next.seconds - one.seconds)));
      return one.weights.map((weight, j) => weight + part * (next.weights[j] - weight));
    });
    if (this.seconds < 0.1 || this.#moves.length < 2) this.forget();
    return this.path.length > 1;
  }

  /**
   * As it was recorded before.
   *
   * @param {number[][]} path
   * @param {number} seconds
   */
  again(path, seconds) {
    this.forget();
    if (path.length > 1 && seconds > 0) [this.path, this.seconds] = [path, seconds];
  }

  forget() {
    this.armed = this.recording = false;
    this.seconds = 0;
    this.#moves = [];
    this.path = [];
  }
}
