// A list of rows with one active row, as both drop-downs and suggestions show it.

// Entries: { text, note, off, current, grouped, heading, rule, ...what the owner needs }
class Rows {
  constructor(pick) {
    this.pick = pick;
    this.entries = [];
    this.active = -1;
    this.nodes = [];
  }

  draw() {
    this.nodes = this.entries.map((entry, index) => this.row(entry, index));
    const rows = group("rows", ...this.nodes);
    rows.setAttribute("role", "listbox");
    return rows;
  }

  row(entry, index) {
    if (entry.rule) return make("hr");
    const names = ["grouped", "heading", "off", "current"].filter((name) => entry[name]);
    const free = isFree(entry);
    const node = make("div", ["row", ...names].join(" "), entry.text, free ? () => this.pick(entry) : undefined);
    if (entry.note) node.append(make("span", "note", entry.note));
    node.setAttribute("role", entry.heading ? "presentation" : "option");
    node.classList.toggle("active", index === this.active);
    return node;
  }

  show() {
    this.nodes.forEach((node, index) => node.classList.toggle("active", index === this.active));
    const row = this.nodes[this.active]?.getBoundingClientRect();
    const box = panel.body.getBoundingClientRect();
    if (!row) return;
    if (row.top < box.top + 4) panel.body.scrollTop -= box.top + 4 - row.top;
    if (row.bottom > box.bottom - 4) panel.body.scrollTop += row.bottom - box.bottom + 4;
  }

  // Goes to the free row that is `by` free rows further, or the last one on the way.
  move(by) {
    const step = Math.sign(by);
    let left = Math.abs(by);
    for (let at = this.active + step; at >= 0 && at < this.entries.length && left; at += step) {
      if (!isFree(this.entries[at])) continue;
      this.active = at;
      left -= 1;
    }
    this.show();
  }

  toEnd(step) {
    this.active = step > 0 ? -1 : this.entries.length;
    this.move(step);
  }

  key(name) {
    const moves = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 };
    if (name in moves) this.move(moves[name]);
    else if (name === "Home") this.toEnd(1);
    else if (name === "End") this.toEnd(-1);
    else return false;
    return true;
  }
}

function isFree(entry) {
  return !entry.off && !entry.heading && !entry.rule;
}
