// @ts-check
/** Make it again, but…: the form that made it, filled in. */

import { button, make } from "../../lib/dom.js";
import { say } from "../../lib/say.js";
import { ended, get, itemNamed, open, refreshItems, startJob } from "../../lib/store.js";
import { showDialog } from "../../parts/dialog.js";
import { hearingForm } from "./hearing.js";

const OURS = ["picture", "squares", "film", "sound"];

/** @param {Item} item */
function formOf(item) {
  const act = item.made?.act ?? "";
  const source = itemNamed(item.made?.of[0] ?? "");
  if (act === "sound" && source) return hearingForm(source);
  return get("forms")[act] ?? [];
}

/**
 * Ask how, and make it; other pages know of other acts.
 *
 * @param {Item} item
 */
export function makeAgain(item) {
  const made = item.made;
  if (!made || !OURS.includes(made.act)) return;
  if (!itemNamed(made.of[0] ?? "")) {
    say(`${made.of[0]} is not there any more: bring it back, then make it again.`, { kind: "error" });
    return;
  }
  const form = make("e-form", { first: 6 });
  form.options = formOf(item);
  form.value = made.settings;
  const dialog = showDialog(
    { kind: "wide", label: `Make ${item.name} again`, title: "Make it again, but…" },
    make("p", { class: "help" }, `${item.name} stays as it is; this makes another of ${made.of.join(", ")}.`),
    form,
    make("div", { class: "row end" },
      button("close", "Leave it", () => dialog.close()),
      button("again", "Make it", () => {
        dialog.close();
        run(item, form.value);
      }, { kind: "primary" })),
  );
}

/**
 * @param {Item} item
 * @param {Record<string, unknown>} chosen
 */
async function run(item, chosen) {
  const made = item.made;
  if (!made) return;
  const asked = new Set(formOf(item).map(({ name }) => name));
  const kept = Object.entries(made.settings).filter(([name]) => !asked.has(name));
  const job = await startJob(made.act, made.of, { ...Object.fromEntries(kept), ...chosen });
  if (!job) return;
  const { state, items } = await ended(job.id);
  if (state !== "done") return;
  await refreshItems();
  await open(items[0]);
}
