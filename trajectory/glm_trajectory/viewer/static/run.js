// One run: its screenshots, what was done on them, and everything that is on record of each step.

import {badge, h} from "./dom.js";
import {count, plain, seconds} from "./format.js";
import {bind, help} from "./keys.js";
import {Panel} from "./panel.js";
import {Player} from "./player.js";
import {source} from "./source.js";
import {Stage} from "./stage.js";
import {toggle} from "./theme.js";
import {Virtual} from "./virtual.js";

const FRAME_PX = 148;
const LINE_PX = 76;

export async function runPage(name, first) {
  const page = new RunPage(name, await source.run(name));
  page.go(first);
  return page;
}

class RunPage {
  kind = "run";

  constructor(name, run) {
    [this.name, this.run, this.title] = [name, run, run.summary.goal];
    this.stage = new Stage(name);
    this.player = new Player({go: (index) => this.go(index), pick: (index) => this.pick(index), compare: () => this.split()});
    this.strip = new Virtual({axis: "x", size: FRAME_PX, label: "Film strip", make: (index) => this.#frame(index), pick: (index) => this.pick(index)});
    this.story = new Virtual({axis: "y", size: LINE_PX, label: "Story", make: (index) => this.#line(index), pick: (index) => this.pick(index)});
    this.panel = new Panel({name, story: this.story.element});
    this.head = h("div", {class: "saying", "aria-live": "polite"});
    this.body = [
      h("div", {class: "scene"}, this.head, this.stage.element, this.player.element, this.strip.element),
      this.panel.element,
    ];
    this.crumbs = this.#crumbs();
    this.stop = run.ended ? () => {} : source.follow(name, run.rows.length, (change) => this.#grown(change));
    this.#shortcuts();
  }

  // The big picture comes first, the many small ones after it.
  async shown() {
    await this.stage.first;
    for (const list of [this.strip, this.story]) {
      list.grow(this.run.rows.length);
      list.select(this.index);
    }
  }

  leave() {
    this.stop();
    for (const part of [this.player, this.stage, this.strip, this.story]) part.close();
  }

  // A step that the person chose; playing stops there.
  pick(index) {
    this.player.stop();
    this.go(index);
  }

  go(index) {
    const {rows} = this.run;
    this.index = Math.max(0, Math.min(rows.length - 1, Number.isFinite(index) ? index : 0));
    const row = rows[this.index];
    if (source.canList) history.replaceState(null, "", `#/runs/${encodeURIComponent(this.name)}/${this.index + 1}`);
    this.player.show(rows, this.index);
    this.strip.select(this.index);
    this.story.select(this.index);
    this.panel.show(this.run, this.index);
    if (!row) return;
    this.player.split.disabled = this.index === rows.length - 1;
    this.head.replaceChildren(
      h("span", {class: "number"}, row.number),
      h("p", {}, h("strong", {class: row.state}, row.words || "No valid answer"), h("span", {}, row.reason || row.note)));
    this.stage.show(row, rows[this.index + 1]);
  }

  split() {
    this.stage.after = !this.stage.after;
    this.player.split.setAttribute("aria-pressed", String(this.stage.after));
    this.go(this.index);
  }

  #grown({first, run}) {
    const following = this.index >= this.run.rows.length - 1;
    this.run = {...run, rows: [...this.run.rows.slice(0, first), ...run.rows]};
    for (const list of [this.strip, this.story]) list.grow(this.run.rows.length, first);
    document.querySelector(".crumbs")?.replaceChildren(...this.#crumbs());
    this.go(following ? this.run.rows.length - 1 : this.index);
  }

  #crumbs() {
    const {summary, ended} = this.run;
    const tokens = summary.prompt_tokens + summary.completion_tokens;
    return [
      h("h1", {}, summary.goal),
      ended ? badge(summary.outcome, plain(summary.outcome)) : badge("live", "Unfinished, following"),
      h("span", {class: "facts"}, [count(summary.steps, "step"), seconds(summary.seconds), count(tokens, "token")].map((fact) => h("span", {}, fact))),
    ];
  }

  #frame(index) {
    const row = this.run.rows[index];
    return h("div", {class: `film ${row.state}`, "aria-label": `Step ${row.number}: ${row.words || "no valid answer"}`},
      h("img", {src: source.thumb(this.name, row.screen), alt: "", decoding: "async", fetchpriority: "low"}),
      h("span", {class: "number"}, row.number),
      h("span", {class: "words"}, row.words || "No valid answer"));
  }

  #line(index) {
    const row = this.run.rows[index];
    return h("div", {class: `line ${row.state}`},
      h("span", {class: "number"}, row.number),
      h("div", {}, h("strong", {}, row.words || "No valid answer"), h("span", {class: "why"}, row.reason || row.note)),
      h("span", {class: "took"}, seconds(row.seconds)));
  }

  #shortcuts() {
    bind([
      [["ArrowRight", "j"], "Next step", () => this.pick(this.index + 1)],
      [["ArrowLeft", "k"], "Previous step", () => this.pick(this.index - 1)],
      [["Home"], "First step", () => this.pick(0)],
      [["End"], "Last step", () => this.pick(this.run.rows.length - 1)],
      [[" "], "Play or pause", () => this.player.toggle()],
      [["1"], "Speed 1×", () => this.player.pace(1)],
      [["2"], "Speed 2×", () => this.player.pace(2)],
      [["8"], "Speed 8×", () => this.player.pace(8)],
      [["b"], "Before and after", () => { if (!this.player.split.disabled) this.split(); }],
      [["s"], "Step, story, messages, … one after the other", () => this.panel.next()],
      [["t"], "Light or dark", toggle],
      ...(source.canList ? [[["Escape"], "Back to all runs", () => { location.hash = "#/"; }]] : []),
      [["?"], "This help", help],
    ]);
  }
}
