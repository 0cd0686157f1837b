// @ts-check
/** Numbers as people read them: times, frequencies, notes, levels, sizes. */

const NOTES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/**
 * 75.5 as `1:15.5`, with so many decimals.
 *
 * @param {number} seconds
 * @param {number} [decimals]
 */
export function time(seconds, decimals = 0) {
  const unit = 10 ** decimals;
  const all = Math.round(Math.max(0, seconds) * unit);
  const whole = Math.floor(all / unit);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = decimals ? `.${String(all % unit).padStart(decimals, "0")}` : "";
  const head = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : `${minutes}`;
  return `${head}:${String(whole % 60).padStart(2, "0")}${rest}`;
}

/** @param {number} hz */
export function hertz(hz) {
  if (hz >= 10_000) return `${(hz / 1000).toFixed(2)} kHz`;
  return `${hz.toFixed(hz < 1000 ? 1 : 0)} Hz`;
}

/**
 * The number of a MIDI note, fractional: A4 is 69.
 *
 * @param {number} hz
 */
export function midi(hz) {
  return 69 + 12 * Math.log2(hz / 440);
}

/**
 * The name of a whole MIDI note: 69 is `A4`.
 *
 * @param {number} note
 */
export function noteName(note) {
  return `${NOTES[((note % 12) + 12) % 12]}${Math.floor(note / 12) - 1}`;
}

/**
 * 445 Hz as `A4 +20 ct`; nothing below hearing.
 *
 * @param {number} hz
 */
export function note(hz) {
  if (hz < 8) return "";
  const nearest = Math.round(midi(hz));
  const cents = Math.round((midi(hz) - nearest) * 100);
  return `${noteName(nearest)} ${cents < 0 ? "−" : "+"}${Math.abs(cents)} ct`;
}

/** @param {number} db */
export function decibels(db) {
  return Number.isFinite(db) ? `${db < 0 ? "−" : "+"}${Math.abs(db).toFixed(1)} dB` : "silent";
}

/** @param {number} count */
export function bytes(count) {
  if (count < 1e6) return `${Math.max(1, Math.round(count / 1e3))} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/**
 * How long something still takes, in words that do not jump every second.
 *
 * @param {number | null} seconds
 */
export function timeLeft(seconds) {
  if (seconds === null) return "";
  if (seconds < 2) return "almost there";
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s left`;
  return `${Math.round(seconds / 60)} min left`;
}

/**
 * What the library says, as a sentence.
 *
 * @param {string} words
 */
export function sentence(words) {
  const named = /^[^\s:]*[._]|^[^:]*\.\w+:/.test(words); // begins with the name of a file
  const first = named ? words.charAt(0) : words.charAt(0).toUpperCase();
  return `${first}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}
