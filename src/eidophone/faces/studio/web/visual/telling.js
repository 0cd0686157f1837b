// @ts-check
/** This page tells the visualiser, wherever that is, where it plays. */

import { player } from "../audio/player.js";
import { post } from "../lib/api.js";
import { Teller } from "./clock.js";

new Teller(
  () => ({
    item: player.item?.name ?? null,
    seconds: player.audible / player.rate,
    speed: player.playing && !player.waiting ? 1 : 0,
  }),
  (place) => post("visual/transport", place).catch(() => undefined), // told again in a second
);
