// A long row or column of which only what is seen exists.

import {h} from "./dom.js";

// `size` is the extent of one item in pixels along the axis; `make` draws the item of an index.
export class Virtual {
  #drawn = new Map();
  #count = 0;
  #current = -1;
  #due = null;

  constructor({axis, size, label, make, pick}) {
    this.axis = axis;
    this.size = size;
    this.make = make;
    this.inner = h("div", {class: "inner"});
    this.element = h("div", {class: `virtual ${axis}`, role: "listbox", tabindex: "0", "aria-label": label}, this.inner);
    this.element.addEventListener("scroll", () => this.#soon(), {passive: true});
    this.element.addEventListener("click", (event) => {
      const item = event.target.closest("[data-index]");
      if (item) pick(Number(item.dataset.index));
    });
    this.watcher = new ResizeObserver(() => this.#draw());
    this.watcher.observe(this.element);
  }

  // Once for each frame, however often it is told.
  #soon() {
    this.#due ??= requestAnimationFrame(() => {
      this.#due = null;
      this.#draw();
    });
  }

  close() {
    this.watcher.disconnect();
  }

  // Draws again from an index on; what came before has not changed.
  grow(count, from = 0) {
    this.#count = count;
    this.inner.style.setProperty("--length", `${count * this.size}px`);
    for (const [index, item] of this.#drawn) {
      if (index >= from) this.#drop(index, item);
    }
    this.#draw();
  }

  select(index, smooth = false) {
    this.#current = index;
    for (const [at, item] of this.#drawn) item.setAttribute("aria-selected", at === index);
    this.element.setAttribute("aria-activedescendant", this.#id(index));
    const {start, extent} = this.#window();
    const from = index * this.size;
    if (from >= start + this.size / 2 && from + this.size <= start + extent - this.size / 2) return;
    const to = Math.max(0, from - (extent - this.size) / 2);
    this.element.scrollTo({[this.axis === "x" ? "left" : "top"]: to, behavior: smooth ? "smooth" : "instant"});
    this.#draw();
  }

  #id(index) {
    return `${this.axis}-${index}`;
  }

  #window() {
    const {scrollLeft, scrollTop, clientWidth, clientHeight} = this.element;
    return this.axis === "x" ? {start: scrollLeft, extent: clientWidth} : {start: scrollTop, extent: clientHeight};
  }

  #draw() {
    const {start, extent} = this.#window();
    const first = Math.max(0, Math.floor(start / this.size) - 3);
    const last = Math.min(this.#count - 1, Math.ceil((start + extent) / this.size) + 3);
    for (const [index, item] of this.#drawn) {
      if (index < first || index > last) this.#drop(index, item);
    }
    for (let index = first; index <= last; index++) if (!this.#drawn.has(index)) this.#add(index);
  }

  // A picture without an address is not waited for any longer, so that those in sight come next.
  #drop(index, item) {
    for (const picture of item.querySelectorAll("img")) picture.removeAttribute("src");
    item.remove();
    this.#drawn.delete(index);
  }

  #add(index) {
    const item = this.make(index);
    item.dataset.index = index;
    item.id = this.#id(index);
    item.setAttribute("role", "option");
    item.setAttribute("aria-setsize", this.#count);
    item.setAttribute("aria-posinset", index + 1);
    item.setAttribute("aria-selected", index === this.#current);
    item.style.setProperty("--at", `${index * this.size}px`);
    this.#drawn.set(index, item);
    const after = [...this.#drawn.keys()].filter((other) => other > index);
    this.inner.insertBefore(item, after.length ? this.#drawn.get(Math.min(...after)) : null);
  }
}
