// The list of a <select>.

const TYPING_PAUSE = 1000;

class SelectList {
  constructor(select) {
    this.field = select;
    this.wide = true;
    this.spelled = "";
    this.spelledAt = 0;
    this.rows = new Rows(({ index }) => this.choose(index));
    this.read();
    this.rows.active = this.rows.entries.findIndex((entry) => entry.current);
  }

  read() {
    this.rows.entries = [...this.field.children].flatMap((child) => this.entriesOf(child));
  }

  entriesOf(node) {
    if (getComputedStyle(node).display === "none") return [];
    if (node.localName === "hr") return [{ rule: true }];
    if (node.localName === "option") return [this.entryOf(node, false)];
    if (node.localName !== "optgroup") return [...node.children].flatMap((child) => this.entriesOf(child));
    const options = [...node.querySelectorAll("option")].filter((one) => getComputedStyle(one).display !== "none");
    return [{ heading: true, text: node.label }, ...options.map((option) => this.entryOf(option, true))];
  }

  entryOf(option, grouped) {
    return {
      text: option.label, index: option.index, off: option.matches(":disabled"),
      current: option.index === this.field.selectedIndex, grouped,
    };
  }

  draw() {
    this.read();
    return this.rows.draw();
  }

  shown() {
    this.rows.show();
  }

  follow() {
    redraw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return false;
    const { key } = event;
    const spells = key.length === 1 && (key !== " " || this.isTyping());
    if (key === "Escape" || (key === "F4" && !event.altKey)) closePanel();
    else if (["Enter", "Tab", " "].includes(key) && !spells) this.chooseActive();
    else if (event.altKey && key.startsWith("Arrow")) this.chooseActive();
    else if (spells) this.seek(key);
    else return this.rows.key(key);
    return true;
  }

  isTyping() {
    return this.spelled !== "" && Date.now() - this.spelledAt < TYPING_PAUSE;
  }

  // One letter again and again walks through its options; several spell a beginning.
  seek(letter) {
    this.spelled = (this.isTyping() ? this.spelled : "") + letter.toLowerCase();
    this.spelledAt = Date.now();
    const same = [...this.spelled].every((one) => one === this.spelled[0]);
    const start = same ? this.spelled[0] : this.spelled;
    const { entries, active } = this.rows;
    const from = same ? active + 1 : Math.max(active, 0);
    const order = [...entries.keys()].map((at) => (from + at) % entries.length);
    const found = order.find((at) => isFree(entries[at]) && entries[at].text.trim().toLowerCase().startsWith(start));
    if (found === undefined) return;
    this.rows.active = found;
    this.rows.show();
  }

  chooseActive() {
    const entry = this.rows.entries[this.rows.active];
    if (entry) this.choose(entry.index);
    else closePanel();
  }

  // Chromium, too, ends with a click on the select, whatever was chosen and however.
  choose(index) {
    const select = this.field;
    closePanel();
    if (index !== select.selectedIndex) {
      setSelectedIndex.call(select, index);
      announce(select);
    }
    const { left, top } = select.getBoundingClientRect();
    const where = { clientX: left, clientY: top, bubbles: true, composed: true, cancelable: true, view: window };
    select.dispatchEvent(new PointerEvent("click", where));
  }
}
