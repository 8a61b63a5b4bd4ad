// Where runs come from: the viewer's server, or the file this page was saved into.

class Server {
  canList = true;

  async #get(path) {
    const answer = await fetch(path);
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({error: `The viewer answers ${answer.status}. Is it still running?`}));
    throw new Error(told.error);
  }

  async #json(path) {
    return (await this.#get(path)).json();
  }

  runs() { return this.#json("api/runs"); }
  run(name) { return this.#json(`api/runs/${encodeURIComponent(name)}`); }
  ready(name) { fetch(`api/runs/${encodeURIComponent(name)}`, {method: "HEAD"}).catch(() => {}); }
  step(name, index) { return this.#json(`api/runs/${encodeURIComponent(name)}/steps/${index}`); }
  compare(left, right) { return this.#json(`api/compare/${encodeURIComponent(left)}/${encodeURIComponent(right)}`); }
  screen(name, sha256) { return `api/runs/${encodeURIComponent(name)}/screen/${sha256}`; }
  thumb(name, sha256) { return `api/runs/${encodeURIComponent(name)}/thumb/${sha256}`; }
  poster(name) { return `api/runs/${encodeURIComponent(name)}/poster`; }
  events(name) { return `api/runs/${encodeURIComponent(name)}/events.jsonl`; }
  async text(name, sha256) { return (await this.#get(`api/runs/${encodeURIComponent(name)}/text/${sha256}`)).text(); }

  // Tells of each change of a run that goes on; gives a function that stops it.
  follow(name, known, told) {
    const stream = new EventSource(`api/runs/${encodeURIComponent(name)}/follow?known=${known}`);
    stream.onmessage = (message) => {
      const change = JSON.parse(message.data);
      if (change.run.ended) stream.close();
      told(change);
    };
    return () => stream.close();
  }
}

class Saved {
  canList = false;

  // A script element for each text and each screenshot, read when it is wanted.
  #held(id) {
    const element = document.getElementById(id);
    return element && JSON.parse(element.textContent);
  }

  recording = this.#held("recording");

  async run() { return this.recording.run; }
  async step(_, index) { return this.recording.steps[index]; }
  async text(_, sha256) { return inflated(this.#held(sha256)); }
  screen(_, sha256) { return this.#held(sha256) ?? ""; }
  thumb(_, sha256) { return this.screen(_, sha256); }
  events() { return null; }
  follow() { return () => {}; }
}

function inflated(packed) {
  const bytes = Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

export const source = document.getElementById("recording") ? new Saved() : new Server();
