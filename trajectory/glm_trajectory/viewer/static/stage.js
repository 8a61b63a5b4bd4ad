// The big screenshot, with the action on it, and with the screen after it behind a slider.

import {h} from "./dom.js";
import {overlay} from "./marks.js";
import {source} from "./source.js";

const KEPT = 16;

export class Stage {
  #pictures = new Map();
  #turn = 0;
  #shown;

  constructor(name) {
    this.name = name;
    this.after = false;
    this.first = new Promise((shown) => { this.#shown = shown; });
    this.slider = h("input", {type: "range", min: 0, max: 100, value: 50, class: "cut", "aria-label": "Before and after the action", oninput: () => this.#cut()});
    this.element = h("div", {class: "stage"}, h("p", {class: "waiting"}, "Loading…"));
    this.watcher = new ResizeObserver(() => this.#mark());
    this.watcher.observe(this.element);
  }

  close() {
    this.watcher.disconnect();
  }

  async show(row, next) {
    const turn = ++this.#turn;
    this.row = row;
    const wanted = [row, this.after && next].filter(Boolean).map((one) => this.#picture(one.screen));
    const shown = await Promise.all(wanted);
    if (turn !== this.#turn) return;
    const [before, after] = shown.map((picture, isAfter) => this.#described(isAfter ? picture?.cloneNode() : picture, isAfter ? next : row, isAfter));
    this.frame = h("div", {class: "frame", vars: {width: row.width, height: row.height}}, before);
    if (after) this.frame.append(after, h("div", {class: "divider"}), this.slider, h("span", {class: "tag left"}, "before"), h("span", {class: "tag right"}, "after"));
    this.element.replaceChildren(this.frame);
    this.#cut();
    this.#mark();
    this.#shown();
    if (next) this.#picture(next.screen);
  }

  clear() {
    this.#turn++;
    this.frame = null;
    this.element.replaceChildren();
  }

  #described(picture, row, isAfter) {
    const image = picture ?? h("p", {class: "trouble"}, "This screenshot is missing from the recording.");
    image.classList.add(isAfter ? "after" : "before");
    if (picture) image.alt = `${isAfter ? "Afterwards" : `Step ${row.number}`}: ${row.title || "the screen"}`;
    return image;
  }

  #cut() {
    this.frame?.style.setProperty("--cut", `${this.slider.value}%`);
    this.slider.setAttribute("aria-valuetext", `${this.slider.value} % before, the rest after`);
  }

  #mark() {
    if (!this.frame?.clientWidth) return;
    this.frame.querySelector(".overlay")?.remove();
    this.frame.querySelector(".before").after(overlay(this.row, this.row.width / this.frame.clientWidth));
  }

  // A decoded image; null if there is none. The server forbids caching, so the last ones are kept here.
  #picture(sha256) {
    const known = this.#pictures.get(sha256);
    this.#pictures.delete(sha256);
    const picture = known ?? decoded(source.screen(this.name, sha256));
    this.#pictures.set(sha256, picture);
    if (this.#pictures.size > KEPT) this.#pictures.delete(this.#pictures.keys().next().value);
    return picture;
  }
}

async function decoded(address) {
  const image = new Image();
  image.src = address;
  return image.decode().then(() => image, () => null);
}
