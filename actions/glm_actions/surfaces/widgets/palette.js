// The panel of colour fields: swatches, the colour as it is, and its code to type.

const SWATCHES = [
  ...["#000000", "#262626", "#434343", "#666666", "#999999", "#b7b7b7", "#cccccc", "#e6e6e6", "#f3f3f3", "#ffffff"],
  ...["#800000", "#804000", "#808000", "#408000", "#008000", "#008080", "#004080", "#000080", "#400080", "#800080"],
  ...["#ff0000", "#ff8000", "#ffff00", "#80ff00", "#00ff00", "#00ffff", "#0080ff", "#0000ff", "#8000ff", "#ff00ff"],
  ...["#ff9999", "#ffcc99", "#ffff99", "#ccff99", "#99ff99", "#99ffff", "#99ccff", "#9999ff", "#cc99ff", "#ff99ff"],
];

class Palette {
  constructor(field) {
    this.field = field;
  }

  draw() {
    this.preview = make("div", "shown");
    this.hex = make("input", "hex");
    this.hex.type = "text";
    this.hex.spellcheck = false;
    this.hex.autocomplete = "off";
    this.hex.setAttribute("aria-label", "Colour code");
    this.paint();
    setInputValue.call(this.hex, this.field.value);
    const offered = [...(this.field.list?.options ?? [])].map((option) => codeOf(option.value)).filter(Boolean);
    const grids = [offered, SWATCHES].filter((colours) => colours.length).map((colours) => this.grid(colours));
    const done = make("div", "tool", "Done", () => this.finish(codeOf(this.hex.value)));
    return group("page", ...grids, group("now", this.preview, this.hex, done));
  }

  grid(colours) {
    const swatches = colours.map((colour) => {
      const swatch = make("div", "swatch", "", () => this.finish(colour));
      swatch.style.background = colour;
      swatch.setAttribute("aria-label", colour);
      swatch.classList.toggle("chosen", colour === this.field.value);
      return swatch;
    });
    const grid = group("grid", ...swatches);
    grid.style.gridTemplateColumns = "repeat(10, 32px)";
    grid.style.gap = "4px";
    return grid;
  }

  paint() {
    this.preview.style.background = this.field.value;
  }

  // One who types the code should not have to click first.
  shown() {
    quietly(() => this.hex.focus({ preventScroll: true }));
    this.hex.select();
  }

  follow() {
    this.paint();
  }

  // Drawn anew, the code would lose what is being typed.
  changed() {
    this.paint();
  }

  typed(input) {
    if (input !== this.hex || this.hex.value.length < 6) return;
    const code = codeOf(this.hex.value);
    if (!code) return;
    enter(this.field, code);
    this.paint();
  }

  key({ key }) {
    if (key === "Enter") this.finish(codeOf(this.hex.value));
    else if (key === "Escape" || key === "Tab") closePanel();
    return key === "Enter" || key === "Escape";
  }

  finish(code) {
    const { field } = this;
    closePanel();
    if (code) enter(field, code);
  }
}

// "#rrggbb" for what a person may write, or "".
function codeOf(text) {
  const [, hex] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim()) ?? [];
  if (!hex) return "";
  const long = hex.length === 3 ? [...hex].map((one) => one + one).join("") : hex;
  return `#${long.toLowerCase()}`;
}
