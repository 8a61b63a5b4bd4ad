// The one open panel: a closed shadow root on a popover, so that no page can style, cover or clip it.

let panel = null;
const actions = new WeakMap();
const GAP = 2;
const TALLEST = 520;
const LEAST = 96;
const FRAME = {
  all: "initial", position: "fixed", inset: "auto", margin: "0", padding: "0", border: "0", display: "block",
  background: "transparent", overflow: "visible", width: "max-content", height: "max-content",
};

function make(tag, name, text, act) {
  const node = document.createElementNS(XHTML, tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  if (act) {
    actions.set(node, act);
    node.setAttribute("role", "button");
  }
  return node;
}

function group(name, ...children) {
  const node = make("div", name);
  node.append(...children);
  return node;
}

function setImportant(node, rules) {
  for (const [name, value] of Object.entries(rules)) node.style.setProperty(name, value, "important");
}

// A widget has: field, draw() -> node; and if it wants key(event) -> handled, follow() its value, changed() by a script,
// shown(), typed(node), wide.
function openPanel(widget) {
  closePanel();
  if (!isUsable(widget.field)) return;
  const host = make("div");
  const root = host.attachShadow({ mode: "closed" });
  const body = make("div", "scroll");
  const bars = [bar("\u25b2", "up", -1), bar("\u25bc", "down", 1)];
  const frame = group("panel", bars[0], body, bars[1]);
  root.adoptedStyleSheets = [lookSheet()];
  root.append(frame);
  body.addEventListener("scroll", showBars);
  panel = { widget, field: widget.field, host, root, frame, body, bars, pressed: null, observer: null };
  const { colorScheme, direction } = getComputedStyle(widget.field);
  setImportant(host, { ...FRAME, "color-scheme": colorScheme, direction });
  host.popover = "manual";
  containerOf(widget.field).append(host);
  host.showPopover();
  watch();
  redraw();
  widget.shown?.();
}

// Scroll bars may be hidden; these say that there is more, and where.
function bar(sign, name, step) {
  return make("div", `bar ${name}`, sign, () => panel.body.scrollBy(0, step * (panel.body.clientHeight - 30)));
}

function showBars() {
  if (!panel) return;
  const { scrollTop, scrollHeight, clientHeight } = panel.body;
  const isLong = scrollHeight > clientHeight + 1;
  panel.frame.classList.toggle("long", isLong);
  panel.bars[0].classList.toggle("end", scrollTop < 1);
  panel.bars[1].classList.toggle("end", scrollTop + clientHeight > scrollHeight - 1);
}

function closePanel() {
  if (!panel) return;
  const { host, field, observer } = panel;
  const held = panel.root.activeElement !== null;
  observer?.disconnect();
  if (held && field.isConnected) quietly(() => field.focus({ preventScroll: true }));
  panel = null;
  host.remove();
}

function redraw() {
  const { body } = panel;
  const { scrollTop, scrollLeft } = body;
  body.replaceChildren(panel.widget.draw());
  place();
  body.scrollTo(scrollLeft, scrollTop);
}

// Outside of a modal dialog everything is inert, and a click outside of an open popover closes it.
function containerOf(field) {
  for (let node = parentOf(field); node; node = parentOf(node)) {
    if (node.nodeType === 1 && node.matches("dialog:modal, :popover-open")) return node;
  }
  return document.documentElement;
}

// The part of a window that can be seen: a frame may stick out of its parent. Foreign parents do not tell.
function visiblePart(view) {
  const { width, height } = view.visualViewport;
  const whole = { left: 0, top: 0, right: width, bottom: height };
  const frame = view.frameElement;
  if (!frame) return whole;
  const outer = visiblePart(view.parent);
  const at = frame.getBoundingClientRect();
  const [x, y] = [at.left + frame.clientLeft, at.top + frame.clientTop];
  const part = {
    left: Math.max(0, outer.left - x), top: Math.max(0, outer.top - y),
    right: Math.min(width, outer.right - x), bottom: Math.min(height, outer.bottom - y),
  };
  return part.bottom - part.top < LEAST || part.right - part.left < LEAST ? whole : part;
}

function place() {
  const { frame, field, widget } = panel;
  const seen = visiblePart(window);
  const at = field.getBoundingClientRect();
  const widest = seen.right - seen.left - 2 * GAP;
  const tallest = Math.min(TALLEST, seen.bottom - seen.top - 2 * GAP);
  panel.anchor = { left: at.left, top: at.top };
  setImportant(panel.host, { zoom: String(1 / (document.documentElement.currentCSSZoom || 1)) });
  Object.assign(frame.style, { maxWidth: `${widest}px`, maxHeight: `${tallest}px` });
  frame.style.minWidth = widget.wide ? `${Math.min(at.width, widest)}px` : "";
  frame.classList.remove("long");
  const room = Math.max(seen.bottom - at.bottom, at.top - seen.top) - 2 * GAP;
  if (widget.wide && room >= LEAST) frame.style.maxHeight = `${Math.min(tallest, room)}px`;
  showBars();
  const { left, top } = placeBeside(at, seen, frame.offsetWidth, frame.offsetHeight);
  setImportant(panel.host, {
    top: `${clamp(top, seen.top + GAP, seen.bottom - GAP - frame.offsetHeight)}px`,
    left: `${clamp(left, seen.left + GAP, seen.right - GAP - frame.offsetWidth)}px`,
  });
}

// Below, above, or at a side: on the field only where there is no other place.
function placeBeside(at, seen, width, height) {
  const toRight = getComputedStyle(panel.field).direction !== "rtl";
  const left = toRight ? at.left : at.right - width;
  if (at.bottom + GAP + height <= seen.bottom) return { left, top: at.bottom + GAP };
  if (at.top - GAP - height >= seen.top) return { left, top: at.top - GAP - height };
  const top = at.bottom - height / 2;
  if (at.right + 2 * GAP + width <= seen.right) return { left: at.right + GAP, top };
  if (at.left - 2 * GAP - width >= seen.left) return { left: at.left - GAP - width, top };
  return { left, top: at.bottom + GAP };
}

function clamp(value, least, most) {
  return Math.max(least, Math.min(value, most));
}

// Scripts may take away the field, its options or the panel itself.
function watch() {
  panel.observer = new MutationObserver((records) => {
    if (!panel) return;
    if (!panel.host.isConnected || !isUsable(panel.field) || !panel.field.getClientRects().length) return closePanel();
    if (records.some(({ target }) => isAbout(target))) (panel.widget.changed ?? redraw).call(panel.widget);
  });
  const all = { childList: true, subtree: true, attributes: true, characterData: true };
  for (let root = panel.field.getRootNode(); root; root = root.host?.getRootNode()) panel.observer.observe(root, all);
}

function isAbout(node) {
  return panel.field.contains(node) || Boolean(panel.field.list?.contains(node));
}

function hasMoved() {
  const at = panel.field.getBoundingClientRect();
  return Math.abs(at.left - panel.anchor.left) + Math.abs(at.top - panel.anchor.top) > 1;
}

// Focus that goes into the panel and back is nothing the page should hear of.
let quiet = false;
function quietly(act) {
  quiet = true;
  try {
    act();
  } finally {
    quiet = false;
  }
}

function isInside(event) {
  const node = innermost(event);
  return Boolean(node.nodeType) && (event.composedPath().includes(panel.host) || panel.root.contains(node));
}

// Everything that happens to the panel ends here: the page never sees it.
function hear(event) {
  event.stopImmediatePropagation();
  const target = innermost(event);
  const isText = target.localName === "input";
  if (event.type === "mousedown") {
    // The second half of a double click on a field that the panel came to lie upon is not meant for the panel.
    panel.pressed = event.detail > 1 && !panel.pressed ? null : actorOf(target);
    if (isText) quietly(() => target.focus());
    else event.preventDefault();
  } else if (event.type === "click") {
    const actor = actorOf(target);
    if (actor && actor === panel.pressed) actions.get(actor)();
  } else if (event.type === "keydown") {
    if (panel.widget.key?.(event)) event.preventDefault();
  } else if (event.type === "input") {
    panel.widget.typed?.(target);
  } else if (event.type === "contextmenu") {
    event.preventDefault();
  }
}

function actorOf(node) {
  for (let at = node; at; at = at.parentNode) if (actions.has(at)) return at;
  return null;
}
