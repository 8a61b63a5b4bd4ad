// Buttons, speeds and the line on which one can be anywhere in the run.

import {button, h, icon} from "./dom.js";

const SPEEDS = [1, 2, 8];
const SHORTEST_S = 0.6;
const LONGEST_S = 2.5;

export class Player {
  #timer = null;
  speed = 1;

  constructor({go, pick, compare}) {
    this.go = go;
    this.line = h("canvas", {class: "pulse", "aria-hidden": "true"});
    this.range = h("input", {type: "range", min: 1, id: "position", "aria-label": "Step", oninput: () => pick(Number(this.range.value) - 1)});
    this.playing = button("Play", () => this.toggle(), {id: "play", class: "main"}, icon("play"));
    this.split = button("Before and after", compare, {id: "split", "aria-pressed": "false"}, icon("split"));
    this.speeds = SPEEDS.map((speed) => button(`Speed ${speed}`, () => this.pace(speed), {"aria-pressed": String(speed === 1), "data-speed": speed}, `${speed}×`));
    this.told = h("span", {class: "told"});
    this.element = h("div", {class: "player", role: "group", "aria-label": "Player"},
      button("First step", () => pick(0), {id: "first"}, icon("first")),
      button("Previous step", () => pick(this.index - 1), {id: "previous"}, icon("back")),
      this.playing,
      button("Next step", () => pick(this.index + 1), {id: "next"}, icon("next")),
      button("Last step", () => pick(this.rows.length - 1), {id: "last"}, icon("last")),
      h("div", {class: "line"}, this.line, this.range),
      this.told,
      h("div", {class: "speeds", role: "group", "aria-label": "Speed"}, this.speeds),
      this.split);
    this.watcher = new ResizeObserver(() => this.#paint());
    this.watcher.observe(this.line);
  }

  close() {
    this.stop();
    this.watcher.disconnect();
  }

  show(rows, index) {
    [this.rows, this.index] = [rows, index];
    this.range.max = rows.length;
    this.range.value = index + 1;
    this.range.setAttribute("aria-valuetext", `Step ${index + 1} of ${rows.length}: ${rows[index]?.words ?? ""}`);
    this.told.textContent = `${index + 1} / ${rows.length}`;
    this.#paint();
    if (this.#timer !== null) this.#next();
  }

  pace(speed) {
    this.speed = speed;
    for (const one of this.speeds) one.setAttribute("aria-pressed", String(Number(one.dataset.speed) === speed));
  }

  toggle() {
    if (this.#timer !== null) return this.stop();
    this.#face("pause", "Pause");
    if (this.index >= this.rows.length - 1) {
      this.#timer = 0;
      return this.go(0);
    }
    this.#next();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#face("play", "Play");
  }

  // A step is shown as long as it took, but neither too short to see nor too long to wait for.
  #next() {
    clearTimeout(this.#timer);
    if (this.index >= this.rows.length - 1) return this.stop();
    const lasts = Math.min(LONGEST_S, Math.max(SHORTEST_S, this.rows[this.index].seconds)) / this.speed;
    this.#timer = setTimeout(() => this.go(this.index + 1), lasts * 1000);
  }

  #face(shown, label) {
    this.playing.replaceChildren(icon(shown));
    this.playing.setAttribute("aria-label", label);
    this.playing.title = label;
  }

  // A bar for each step, as high as it was long, so that the slow and the failed ones stand out.
  #paint() {
    const {clientWidth: width, clientHeight: height} = this.line;
    if (!width || !this.rows?.length) return;
    const [ratio, style] = [devicePixelRatio, getComputedStyle(this.line)];
    const [accent, bar, bad] = ["--accent", "--bar", "--bad"].map((name) => style.getPropertyValue(name));
    [this.line.width, this.line.height] = [width * ratio, height * ratio];
    const pen = this.line.getContext("2d");
    pen.scale(ratio, ratio);
    const longest = Math.max(...this.rows.map((row) => row.seconds), 0.001);
    const each = width / this.rows.length;
    this.rows.forEach((row, at) => {
      const tall = Math.max(3, Math.sqrt(row.seconds / longest) * height);
      pen.fillStyle = at === this.index ? accent : row.state === "ok" ? bar : bad;
      pen.fillRect(at * each, height - tall, Math.max(each - Math.min(2, each / 4), 0.5), tall);
    });
  }
}
