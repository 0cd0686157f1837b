// @ts-check
/** Folders that were dropped or chosen: the files in them, however deep. */

/** Endings of files that may be sounds; what a browser knows as sound or film is none the less. */
const MAY_SOUND = /\.(wav|wave|bwf|w64|rf64|flac|mp3|mp2|ogg|oga|opus|aif|aiff|aifc|au|snd|caf|m4a|aac|wma|mka|mp4|m4v|mov|mkv|webm|avi|mpg|mpeg|ts|3gp|voc|svx|amr)$/i;

/** Endings of files that tunes may be written in. */
const MAY_TUNE = /\.(mid|midi|kar|abc|xml|musicxml|mxl|krn)$/i;

/** Whether it may be a file of tunes, or a sound, of which they are transcribed. @param {File} file */
export const mayTune = (file) => MAY_TUNE.test(file.name) || maySound(file);

/** What files are called that lie in no folder. @param {(file: File) => boolean} may */
const usual = (may) => (may === mayTune ? "tunes" : "sounds");

/** @typedef {{name: string, files: File[], others: string[]}} Folder  `others`: names of what is no sound */

/** Whether it may be a sound. @param {File} file */
const maySound = (file) => MAY_SOUND.test(file.name) || /^(audio|video)\//.test(file.type);

/**
 * A folder of these files.
 *
 * @param {string} name
 * @param {File[]} files
 * @param {(file: File) => boolean} [may]  which of them may be what is looked for
 * @returns {Folder}
 */
export function folderOf(name, files, may = maySound) {
  const seen = files.filter((file) => !file.name.startsWith("."));
  return { name, files: seen.filter(may), others: seen.filter((file) => !may(file)).map((file) => file.name) };
}

/**
 * What was dropped, where there are folders among it; must be asked while it is dropped.
 *
 * @param {DataTransfer | null} carried
 * @returns {FileSystemEntry[]} none if there is no folder
 */
export function entriesOf(carried) {
  const entries = [...(carried?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return entries.some(({ isDirectory }) => isDirectory) ? entries : [];
}

/**
 * The folders among these, with all that is in them; files beside them are one of their own.
 *
 * @param {FileSystemEntry[]} entries
 * @param {(file: File) => boolean} [may]
 * @returns {Promise<Folder[]>}
 */
export async function foldersOf(entries, may = maySound) {
  const folders = entries.filter(({ isDirectory }) => isDirectory);
  const beside = entries.filter(({ isFile }) => isFile);
  const found = [];
  for (const one of folders) found.push(folderOf(one.name, await filesIn(one), may));
  if (beside.length) found.push(folderOf(usual(may), (await Promise.all(beside.map(filesIn))).flat(), may));
  return found;
}

/**
 * The folders that were chosen by a button, which gives all files of one.
 *
 * @param {File[]} files
 * @param {(file: File) => boolean} [may]
 */
export const chosenFolder = (files, may = maySound) => folderOf(files[0]?.webkitRelativePath.split("/")[0] || usual(may), files, may);

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>}
 */
async function filesIn(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    return new Promise((resolve) => file.file((one) => resolve([one]), () => resolve([])));
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const all = [];
  while (true) { // a hundred at a time
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) break;
    for (const one of some) all.push(...(await filesIn(one)));
  }
  return all.sort((a, b) => a.name.localeCompare(b.name));
}
