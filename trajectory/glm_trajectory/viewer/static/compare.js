// Two runs beside each other, aligned by what they do.

import {badge, button, h} from "./dom.js";
import {count, plain, seconds} from "./format.js";
import {bind, help} from "./keys.js";
import {source} from "./source.js";
import {Stage} from "./stage.js";
import {toggle} from "./theme.js";
import {Virtual} from "./virtual.js";

const PAIR_PX = 44;

export async function comparePage(left, right, first) {
  const [runs, comparison] = await Promise.all([Promise.all([source.run(left), source.run(right)]), source.compare(left, right)]);
  const page = new ComparePage([left, right], runs, comparison);
  page.go(first || comparison.parts_at || 0);
  return page;
}

class ComparePage {
  kind = "compare";
  title = "Compare";

  constructor(names, runs, {pairs, parts_at: partsAt}) {
    [this.names, this.runs, this.pairs, this.partsAt] = [names, runs, pairs, partsAt];
    this.stages = names.map((name) => new Stage(name));
    this.heads = names.map(() => h("div", {class: "saying"}));
    this.list = new Virtual({axis: "y", size: PAIR_PX, label: "Steps of both runs", make: (index) => this.#pair(index), pick: (index) => this.go(index)});
    this.crumbs = [h("h1", {}, "Compare"), h("span", {class: "facts", role: "status"}, partsAt === null
      ? "They do the same."
      : `They part at line ${partsAt + 1} of ${pairs.length}.`)];
    const jump = partsAt === null ? null : button("Go where they part", () => this.go(partsAt), {id: "part", class: "button"}, "Go where they part");
    this.body = [
      h("div", {class: "pair"}, runs.map((run, side) => h("section", {"aria-label": side ? "Right run" : "Left run"},
        h("a", {class: "which", href: `#/runs/${encodeURIComponent(names[side])}/1`}, h("strong", {}, run.summary.goal), badge(run.summary.outcome, plain(run.summary.outcome)),
          h("span", {class: "facts"}, h("span", {}, run.summary.model), h("span", {}, count(run.summary.steps, "step")), h("span", {}, seconds(run.summary.seconds)))),
        this.heads[side], this.stages[side].element))),
      h("div", {class: "aligned"}, jump, this.list.element),
    ];
    bind([
      [["ArrowRight", "j"], "Next pair", () => this.go(this.index + 1)],
      [["ArrowLeft", "k"], "Previous pair", () => this.go(this.index - 1)],
      [["p"], "Where they part", () => { if (partsAt !== null) this.go(partsAt); }],
      [["t"], "Light or dark", toggle],
      [["Escape"], "Back to all runs", () => { location.hash = "#/"; }],
      [["?"], "This help", help],
    ]);
  }

  shown() {
    this.list.grow(this.pairs.length);
    this.list.select(this.index);
  }

  leave() {
    for (const part of [...this.stages, this.list]) part.close();
  }

  go(index) {
    this.index = Math.max(0, Math.min(this.pairs.length - 1, index));
    history.replaceState(null, "", `#/compare/${this.names.map(encodeURIComponent).join("/")}/${this.index + 1}`);
    this.list.select(this.index);
    for (const side of [0, 1]) this.#show(side);
  }

  #row(side, index = this.index) {
    const at = this.pairs[index]?.[side ? "right" : "left"];
    return at === null || at === undefined ? null : this.runs[side].rows[at];
  }

  #show(side) {
    const row = this.#row(side);
    this.heads[side].replaceChildren(...(row
      ? [h("span", {class: "number"}, row.number), h("p", {}, h("strong", {class: row.state}, row.words), h("span", {}, row.reason || row.note))]
      : [h("p", {class: "waiting"}, "This run has no such step.")]));
    this.stages[side].element.classList.toggle("empty", !row);
    if (row) this.stages[side].show(row);
    else this.stages[side].clear();
  }

  #pair(index) {
    const cells = [0, 1].map((side) => {
      const row = this.#row(side, index);
      return h("span", {class: "cell"}, row ? [h("span", {class: "number"}, row.number), row.words || "No valid answer"] : "–");
    });
    const {same} = this.pairs[index];
    return h("div", {class: `both ${same ? "same" : "differs"}`, "aria-label": `${same ? "The same" : "Different"}: ${cells.map((cell) => cell.textContent).join(" and ")}`},
      cells[0], h("span", {class: "sign", "aria-hidden": "true"}, same ? "=" : "≠"), cells[1]);
  }
}
