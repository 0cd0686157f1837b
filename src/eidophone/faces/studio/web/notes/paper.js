// @ts-check
/** Paper: what notes lie on: nothing, or the picture of a sound with room after it. */

/** Columns a second, rows a semitone, and octaves from the lowest note, of blank paper. */
const [COLUMNS, ROWS, OCTAVES] = [100, 4, 10.667];

/** Hz of the lowest note. */
const LOWEST = 440 * 2 ** (-69 / 12);

/** Seconds of blank paper, at least, and after the last note: of paper, of a picture. */
const [LEAST, AFTER, AFTER_SOUND] = [16, 8, 2];

/** Blank paper for notes that end then. @param {string} item @param {number} seconds @returns {View} */
export function paper(item, seconds) {
  const rows = Math.round(12 * OCTAVES * ROWS);
  const hz = Array.from({ length: rows }, (_, row) => LOWEST * 2 ** ((rows - 1 - row - (ROWS - 1) / 2) / (12 * ROWS)));
  const columns = Math.ceil(Math.max(LEAST, seconds + AFTER) * COLUMNS);
  return {
    id: "", item, rate: 44_100, channels: 1, sample_count: Math.round((columns / COLUMNS) * 44_100), columns, rows,
    hop_seconds: 1 / COLUMNS, axis: "octaves", min_hz: hz[rows - 1], max_hz: hz[0], row_hz: hz, top_db: 0, range_db: 100,
    gamma: 1, exposure_db: 0, levels: [1, 4, 16, 64, 256, 1024], tile_columns: 1024, drawn: 0, done: 1,
  };
}

/** A picture with room for notes that end then. @param {View} view @param {number} seconds @returns {View} */
export function wide(view, seconds) {
  const drawn = view.drawn ?? view.columns;
  return { ...view, drawn, columns: Math.max(drawn, view.columns, seconds ? Math.ceil((seconds + (drawn ? AFTER_SOUND : AFTER)) / view.hop_seconds) : 0) };
}
