// @ts-check
/** Film: how a sound looks while it plays, on this screen, on another one, and as a file. */

import { player } from "../audio/player.js";
import { get as ask, itemPath } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { shortcut } from "../lib/keys.js";
import { say } from "../lib/say.js";
import { get, itemNamed, open, subscribe } from "../lib/store.js";
import { Lights } from "../visual/lights.js";
import { Renderer } from "../visual/renderer.js";
import { Screen } from "../visual/screen.js";
import { FilmPanel } from "./film/panel.js";

export class PFilm extends HTMLElement {
  canvas = make("canvas", { role: "img", "aria-label": "Preview of the film" });
  video = make("video", { controls: true, hidden: true, playsinline: true });
  stage = make("div", { class: "screen" }, this.canvas, this.video);
  title_ = make("h2", {}, "\u00a0");
  facts = make("p", { class: "facts" }, "A preview, in step with the sound");
  words = make("p", { class: "hint" }, "");
  /** @type {HTMLInputElement} */
  place = make("input", {
    type: "range", min: 0, max: 1, step: "any", value: 0, class: "place", "aria-label": "Place in the film",
    oninput: () => player.seek(Number(this.place.value) * player.count),
  });
  panel = new FilmPanel((name) => open(name), () => this.isConnected && this.#look());
  download = make("a", { class: "button", hidden: true, download: "" }, make("e-icon", { name: "download" }), make("span", {}, "Download"));
  back = button("start", "Back to the preview", () => this.#toSound(), { quiet: false });
  /** @type {Renderer | null} */
  #renderer = null;
  /** @type {Lights | null} */
  #lights = null;
  #screen = new Screen(this.canvas);
  #drawn = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      make("header", { class: "bar" },
        make("div", { class: "name" }, this.title_, this.facts),
        make("div", { class: "row screens" }, this.back, this.download)),
      this.stage,
      make("footer", { class: "row screens" },
        this.place,
        document.fullscreenEnabled && button("full", "Full screen", () => this.#full(), { keys: "F" }),
        button("film", "Second window", () => this.#window(), { kind: "elsewhere" }),
        button("live", "Copy address for OBS", () => this.#copy(), { kind: "elsewhere" }),
        this.words),
      make("div", { class: "side" }, this.panel.element),
    );
    this.back.hidden = true;
    this.stage.addEventListener("dblclick", () => this.#full());
    for (const key of /** @type {const} */ (["item", "sound"])) subscribe(key, () => this.#show());
    this.addEventListener("shown", () => this.#show());
    shortcut("f", "Full screen", () => this.#full(), { group: "Film", when: () => !this.hidden && document.fullscreenEnabled });
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault()); // it may come back
    this.canvas.addEventListener("webglcontextrestored", () => this.#render());
    this.#begin();
  }

  /** As large as the screen, or back; not every browser can. */
  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) this.stage.requestFullscreen();
  }

  /** Draw by what the graphics card knows now: of what it knew before, it has forgotten all. */
  async #render() {
    this.#lights?.close();
    this.#lights = null;
    this.#renderer = null;
    this.#screen = new Screen(this.canvas); // nothing is drawn yet
    try {
      this.#renderer = new Renderer(this.canvas, await ask("visual/looks"));
    } catch (error) {
      this.words.textContent = error instanceof Error ? error.message : String(error);
      return;
    }
    await this.#look();
  }

  async #begin() {
    await this.#render();
    const frame = () => {
      requestAnimationFrame(frame);
      if (!this.hidden && this.offsetParent && !this.canvas.hidden) this.#draw();
    };
    frame();
  }

  #draw() {
    const [renderer, sound] = [this.#renderer, get("sound")];
    if (!renderer || renderer.gl.isContextLost()) return; // nothing would be drawn
    if (this.#lights?.item !== sound?.name) {
      this.#lights?.close();
      this.#lights = sound ? new Lights(renderer, sound.name) : null;
    }
    const seconds = player.item?.name === sound?.name ? player.audible / player.rate : 0;
    if (player.count && !this.place.matches(":active")) this.place.value = String(player.position / player.count);
    this.#lights?.around(seconds);
    if (!this.#lights?.has(seconds) || this.#screen.isStill(`${seconds} ${renderer.state}`)) return;
    this.#screen.fit();
    renderer.draw(seconds);
    this.#drawn = seconds.toFixed(2);
    if (this.canvas.dataset.seconds !== this.#drawn) this.canvas.dataset.seconds = this.#drawn;
  }

  /** Draw as is chosen. */
  async #look() {
    const { kind, look, width, size, now_line: line } = this.panel.drawn;
    this.canvas.style.setProperty("--ratio", String(width / size));
    if (!this.#renderer) return;
    Object.assign(this.#renderer, { kind, nowLine: line });
    await this.#renderer.setLook(look);
    this.words.textContent = look ? "" : "Without a look, the film shows the picture itself, in its colours, and becomes sound again.";
  }

  #show() {
    if (this.hidden || !this.isConnected) return;
    const item = get("item");
    const film = item?.kind === "film" ? item : null;
    this.panel.show(film, film ? this.#soundOf(film) : get("sound"));
    this.title_.textContent = item?.name ?? "";
    this.facts.textContent = film ? `${film.width} × ${film.height} pixels` : "A preview, in step with the sound";
    this.canvas.hidden = this.place.hidden = !!film;
    this.video.hidden = this.back.hidden = this.download.hidden = !film;
    const source = film ? `/api/${itemPath(film.name, "file")}` : "";
    if (film && this.video.getAttribute("src") !== source) {
      player.pause();
      this.video.src = source;
      this.download.href = `${source}?download=1`;
      this.download.setAttribute("download", film.name);
    }
    if (!film) {
      this.video.pause();
      this.video.removeAttribute("src");
    }
  }

  /** @param {Item} film */
  #soundOf(film) {
    return film.made?.act === "film" ? itemNamed(film.made.of[0]) : null;
  }

  #toSound() {
    const item = get("item");
    const sound = item && this.#soundOf(item);
    if (sound) open(sound.name);
    else say("The sound of this film is not on the shelf: hear it on the page Sound first.");
  }

  /** The address of the visualiser, as it is chosen here. */
  async #address(/** @type {boolean} */ withKey) {
    const { kind, look, now_line: line } = this.panel.drawn;
    const { key } = withKey ? await ask("visual/key") : { key: "" };
    const query = new URLSearchParams({ ...(key ? { key } : {}), kind, look, ...(line ? { line: "1" } : {}) });
    return `${location.origin}/visual?${query}`;
  }

  /** A window without anything around it, for a second screen; it follows this one. */
  async #window() {
    const address = await this.#address(false);
    const opened = window.open(address, "eidophone-visual", "popup,width=1280,height=720");
    say(opened ? "It follows this window: move it to the other screen, and double-click it for full screen." : "The browser kept the window from opening: allow it for this address.");
  }

  async #copy() {
    const address = `${await this.#address(true)}&background=none`;
    try {
      await navigator.clipboard.writeText(address);
      say("Copied. In OBS, add a Browser source and paste it as the URL. It opens only the visualiser, until the studio is closed.");
    } catch {
      /** @type {HTMLInputElement} */
      const field = make("input", { readonly: true, value: address, "aria-label": "Address for OBS", onfocus: () => field.select() });
      this.words.replaceChildren("Copy this address into a Browser source of OBS: ", field);
      field.focus();
    }
  }

}

customElements.define("p-film", PFilm);
