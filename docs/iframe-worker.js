// Lets the search work in pages that are opened from a folder: browsers start no workers for them.
// A hidden frame does the work instead.
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => this.#tell(this, data);
      this.inside.importScripts = (...urls) =>
        urls.reduce((before, next) => before.then(() => this.#load(next)), Promise.resolve());
      this.ready = this.#load(url);
    }

    postMessage(data) {
      this.ready.then(() => this.#tell(this.inside, data));
    }

    terminate() {
      this.inside.frameElement.remove();
    }

    #load(url) {
      const script = this.inside.document.createElement("script");
      script.src = url;
      return new Promise((done, failed) => {
        script.onload = done;
        script.onerror = failed;
        this.inside.document.body.append(script);
      });
    }

    #tell(to, data) {
      setTimeout(() => {
        const message = new MessageEvent("message", { data: structuredClone(data) });
        to.dispatchEvent(message);
        if (to === this) this.onmessage?.(message);
      });
    }
  };
