// What the page gives and what it must not notice: fields, events, the browser's own functions.

const XHTML = "http://www.w3.org/1999/xhtml";
const TEMPORAL = new Set(["date", "datetime-local", "month", "week", "time"]);
const TEXTUAL = new Set(["text", "search", "url", "tel", "email", "number"]);
const closedRoots = new WeakMap();

// React and others put a `value` of their own on the instance; the prototype's still belongs to the browser.
const setInputValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
const setSelectedIndex = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "selectedIndex").set;

// A proxy still says "[native code]" and keeps name and length.
function wrap(owner, name, behave) {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (!descriptor) return;
  const apply = (native, self, args) => behave(() => Reflect.apply(native, self, args), self);
  Object.defineProperty(owner, name, { ...descriptor, value: new Proxy(descriptor.value, { apply }) });
}

function rememberClosedRoots() {
  wrap(Element.prototype, "attachShadow", (attach, self) => {
    const root = attach();
    if (root.mode === "closed") closedRoots.set(self, root);
    return root;
  });
}

// "select", "color", "list", one of TEMPORAL, or null for everything that opens no picker.
function kindOf(node) {
  if (node?.nodeType !== 1 || node.namespaceURI !== XHTML) return null;
  if (node.localName === "select") return isDropDown(node) ? "select" : null;
  if (node.localName !== "input") return null;
  if (TEMPORAL.has(node.type) || node.type === "color") return node.type;
  return TEXTUAL.has(node.type) && node.list ? "list" : null;
}

// A base-select draws its list in the page by itself.
function isDropDown(select) {
  return !select.multiple && select.size <= 1 && getComputedStyle(select).appearance !== "base-select";
}

function isUsable(field) {
  const locked = field.readOnly && field.type !== "color"; // readonly says nothing about colours
  return field.isConnected && !locked && !field.matches(":disabled");
}

// The element an event is about, seen through closed shadow roots as well.
function innermost(event) {
  let node = event.composedPath()[0] ?? event.target;
  for (let root = closedRoots.get(node); root; root = closedRoots.get(node)) {
    const pointed = event instanceof MouseEvent && event.detail + event.clientX + event.clientY > 0;
    const deeper = pointed ? root.elementFromPoint(event.clientX, event.clientY) : root.activeElement;
    if (!deeper || !root.contains(deeper)) break;
    node = deeper;
  }
  return node;
}

function parentOf(node) {
  return node.assignedSlot ?? node.parentNode ?? node.host ?? null;
}

function isWithin(event, box) {
  const { clientX: x, clientY: y } = event;
  return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
}

// Does `act` where the browser would have opened its picker: after the page's listeners, unless one of them refused.
// The default is prevented at once, because a listener may stop the event; the page must not see that.
function takeOver(event, act) {
  let refused = event.defaultPrevented;
  let done = false;
  event.preventDefault();
  const hide = (name, descriptor) => Object.defineProperty(event, name, { configurable: true, ...descriptor });
  hide("preventDefault", { value: () => void (refused = true) });
  hide("defaultPrevented", { get: () => refused });
  hide("returnValue", { get: () => !refused, set: (value) => void (refused ||= !value) });
  const finish = () => {
    window.removeEventListener(event.type, finish);
    if (!done && !refused) act();
    done = true;
  };
  window.addEventListener(event.type, finish);
  setTimeout(finish);
}

function announce(field, input = new Event("input", { bubbles: true, composed: true })) {
  field.dispatchEvent(input);
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// Sets a value as a person does it: with events, and only if it is another one.
function enter(field, value, input) {
  if (field.value === value) return;
  setInputValue.call(field, value);
  announce(field, input);
}

function isForeignFrame() {
  try {
    return window.top.location.origin !== window.location.origin;
  } catch {
    return true;
  }
}
