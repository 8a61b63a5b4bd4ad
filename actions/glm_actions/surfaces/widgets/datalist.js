// The suggestions of an <input list>.

class Suggestions {
  constructor(field, all) {
    this.field = field;
    this.wide = true;
    this.all = all;
    this.rows = new Rows(({ value }) => this.choose(value));
    this.read();
  }

  read() {
    const typed = this.field.value.trim().toLowerCase();
    const options = [...(this.field.list?.options ?? [])].filter((option) => option.value && !option.disabled);
    const entries = options.map((option) => ({
      text: option.value, value: option.value, note: option.label === option.value ? "" : option.label,
      current: option.value === this.field.value,
    }));
    const matches = entries.filter(({ text, note }) => `${text}\n${note}`.toLowerCase().includes(typed));
    const isExact = matches.some((entry) => entry.current);
    const active = this.rows.entries[this.rows.active]?.value;
    this.rows.entries = this.all && (isExact || !matches.length) ? entries : matches;
    this.rows.active = this.rows.entries.findIndex((entry) => entry.value === active);
  }

  draw() {
    this.read();
    return this.rows.draw();
  }

  follow() {
    this.all = false;
    this.rows.active = -1;
    this.read();
    if (this.rows.entries.length) redraw();
    else closePanel();
  }

  key(event) {
    const { key } = event;
    const active = this.rows.entries[this.rows.active];
    if (key === "Escape") closePanel();
    else if (key === "Enter" && active) this.choose(active.value);
    else if (key === "Enter" || key === "Tab") return closePanel();
    else if (key.startsWith("Page") || key === "ArrowDown" || key === "ArrowUp") return this.rows.key(key);
    else return false;
    return true;
  }

  choose(value) {
    const { field } = this;
    closePanel();
    const how = { inputType: "insertReplacementText", data: value, bubbles: true, composed: true };
    enter(field, value, new InputEvent("input", how));
  }
}

function suggest(field, all) {
  const widget = new Suggestions(field, all);
  if (widget.rows.entries.length) openPanel(widget);
  else closePanel();
}
