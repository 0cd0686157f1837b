// @ts-check
/** What travels between the server and the pages, as types. */

/**
 * @typedef {object} Item  A file of the workspace; its name is its identity.
 * @property {string} name
 * @property {"sound" | "picture" | "film" | "zip" | "network" | "workflow" | "other"} kind
 * @property {number} bytes
 * @property {number} modified
 * @property {number | null} seconds
 * @property {number | null} rate
 * @property {number | null} channels
 * @property {number | null} width
 * @property {number | null} height
 * @property {Made | null} made
 * @property {string[]} notes  how it is read, where that is not plain
 * @property {string} problem  why it cannot be used; empty if it can
 */

/**
 * @typedef {object} Made  How an item was made.
 * @property {string} act
 * @property {string[]} of
 * @property {Record<string, unknown>} settings
 * @property {string[]} notes
 * @property {string[][]} settles  of each note, the fields that settle what was guessed
 * @property {number} [when]
 */

/**
 * @typedef {object} View  An item as a picture that can be looked at in tiles.
 * @property {string} id
 * @property {string} item
 * @property {number} rate
 * @property {number} channels
 * @property {number} sample_count
 * @property {number} columns
 * @property {number} rows
 * @property {number} hop_seconds
 * @property {"mel" | "octaves" | "linear"} axis
 * @property {number} min_hz
 * @property {number} max_hz
 * @property {number[]} row_hz  the centre of each row, top row first
 * @property {number} top_db
 * @property {number} range_db
 * @property {number} gamma
 * @property {number} exposure_db
 * @property {number[]} levels  columns that one pixel of a tile can stand for
 * @property {number} tile_columns
 * @property {number} done  0 to 1: how much of the overview is made
 */

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} act
 * @property {string[]} of
 * @property {Record<string, unknown>} settings
 * @property {string | null} name
 * @property {"waiting" | "running" | "done" | "failed" | "cancelled"} state
 * @property {number} done  0 to 1
 * @property {number | null} seconds_left
 * @property {string[]} items
 * @property {string[]} notes
 * @property {string[][]} settles
 * @property {string | null} error
 * @property {number} revision  how often it was told of: more is newer
 */

/**
 * @typedef {object} Option  One choice of a form, as the library describes it.
 * @property {string} name
 * @property {string} [label]
 * @property {string} type
 * @property {boolean} many
 * @property {any} default
 * @property {string} help
 * @property {string} usual
 * @property {string} unit
 * @property {number | null} low
 * @property {number | null} high
 * @property {string[]} choices
 * @property {string[]} words
 * @property {number | null} most
 */

/** @typedef {Record<string, Option[]>} Forms */
/** @typedef {{name: string, title: string}} Example */

/**
 * @typedef {object} ServerState
 * @property {string} version
 * @property {string} workspace
 * @property {Record<string, boolean>} extras
 * @property {{upload_bytes: number}} limits
 * @property {Record<string, string[]>} formats
 * @property {string[]} presets
 */

/** @typedef {{first: number, last: number}} Span  samples; the last is not part of it */
/** @typedef {{recipe: string, exposure: number | string}} Drawing */

/**
 * @typedef {object} Page
 * @property {string} id
 * @property {string} title
 * @property {string} icon
 * @property {string} hint
 * @property {string} element  the tag of its custom element
 * @property {string[]} acts  what it makes again
 * @property {string} look  its stylesheet, in look/
 * @property {() => Promise<unknown>} load  its module
 */

export {};
