// @ts-check
/** The pages of the studio, in the order of the rail; each is loaded when it is opened. */

/** @type {Page[]} */
export const PAGES = [
  {
    id: "sound", title: "Sound", icon: "sound", hint: "See a sound, hear a picture", element: "p-sound",
    acts: ["picture", "squares", "film", "sound"], look: "sound", load: () => import("./sound.js"),
  },
  {
    id: "paint", title: "Paint", icon: "paint", hint: "Paint on a sound, and hear it", element: "p-paint",
    acts: [], look: "paint", load: () => import("./paint.js"),
  },
  {
    id: "morph", title: "Morph", icon: "morph", hint: "Two sounds, or up to four, become a new one",
    element: "p-morph", acts: ["morph", "morphs", "tell"], look: "pad morph", load: () => import("./morph.js"),
  },
  {
    id: "learn", title: "Learn", icon: "learn", hint: "Folders of sounds become something that makes more of them",
    element: "p-learn", acts: ["learn", "slide", "translate", "generate", "explore", "report"], look: "pad learn", load: () => import("./learn.js"),
  },
  {
    id: "style", title: "Style", icon: "style", hint: "Paint a sound like a picture, or send it through a network",
    element: "p-style", acts: ["style"], look: "style", load: () => import("./style.js"),
  },
  {
    id: "film", title: "Film", icon: "film", hint: "See a sound while it plays: here, on a second screen, or as a film",
    element: "p-film", acts: [], look: "film", load: () => import("./film.js"),
  },
  {
    id: "notes", title: "Notes", icon: "notes", hint: "See the notes of a sound, correct them, and take them along as MIDI",
    element: "p-notes", acts: ["transcribe", "read", "play", "draw", "correct", "write", "tradition", "compose", "fundamentals"], look: "pad learn notes", load: () => import("./notes.js"),
  },
];
