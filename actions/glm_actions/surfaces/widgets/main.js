// Who hears what: the browser's openers are taken over, and what happens to the panel stays in the panel.

const HANDLERS = {
  pointerdown: onPointerDown, mousedown: onMouseDown, click: onClick, keydown: onKeyDown, input: onInput,
  focusin: onFocusIn, scroll: onScroll, resize: () => panel && place(), blur: onBlur, pagehide: closePanel,
};
const HIDDEN = [
  ...["pointerup", "mouseup", "dblclick", "auxclick", "contextmenu", "pointermove", "mousemove", "pointerover", "mouseover"],
  ...["keypress", "keyup", "beforeinput", "change", "select", "focus", "focusout", "toggle", "beforetoggle"],
  ...["copy", "cut", "paste", "touchstart", "touchend", "dragstart", "wheel"],
];

function attend(event) {
  if (quiet && event instanceof FocusEvent) return void event.stopImmediatePropagation();
  if (panel && event.target !== window && isInside(event)) return void hear(event);
  HANDLERS[event.type]?.(event);
}

function arm() {
  for (const type of [...Object.keys(HANDLERS), ...HIDDEN]) {
    window.addEventListener(type, attend, { capture: true, passive: type === "wheel" || type === "touchstart" });
  }
  steadyCaret();
}

function open(field, kind = kindOf(field)) {
  if (kind === "select") openPanel(new SelectList(field));
  else if (kind === "color") openPanel(new Palette(field));
  else if (kind === "list") suggest(field, true);
  else if (kind) openPanel(new TemporalPanel(field));
}

function onPointerDown(event) {
  if (panel && innermost(event) !== panel.field) closePanel();
}

function onMouseDown(event) {
  const field = innermost(event);
  if (!event.isTrusted || event.button !== 0 || kindOf(field) !== "select" || !isUsable(field)) return;
  takeOver(event, () => {
    const wasOpen = panel?.field === field;
    field.focus({ preventScroll: true, focusVisible: false });
    if (wasOpen) closePanel();
    else open(field, "select");
  });
}

function onClick(event) {
  const field = innermost(event);
  const kind = kindOf(field);
  if (!kind || kind === "select" || !isUsable(field)) return;
  if (kind === "color") {
    if (navigator.userActivation.isActive) takeOver(event, () => panel?.field === field || open(field, kind));
  } else if (event.isTrusted && isWithin(event, field.getBoundingClientRect())) {
    takeOver(event, () => panel?.field === field || open(field, kind));
  }
}

function onKeyDown(event) {
  if (!event.isTrusted || event.isComposing) return;
  const field = innermost(event);
  const kind = kindOf(field);
  if (TEMPORAL.has(kind) && event.key === "Enter") setTimeout(() => replaceNative(field));
  if (panel) {
    if (!panel.widget.key?.(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (kind && isUsable(field) && opens(event, kind)) {
    takeOver(event, () => open(field, kind));
  }
}

function opens({ key, altKey, ctrlKey, metaKey }, kind) {
  if (ctrlKey || metaKey || kind === "color") return false;
  const vertical = key === "ArrowDown" || key === "ArrowUp";
  if (kind === "list") return vertical;
  return (altKey && vertical) || (key === "F4" && !altKey) || key === " " || (kind === "select" && key === "Enter");
}

// Enter on the little calendar opens it, Enter elsewhere in the field submits the form; which is which, only the
// browser knows. So it may open, and is closed again by taking the focus away for a moment.
function replaceNative(field) {
  if (!field.isConnected || !field.matches(":open")) return;
  quietly(() => {
    field.blur();
    field.focus({ preventScroll: true });
  });
  open(field);
}

function onInput(event) {
  const field = innermost(event);
  if (panel?.field === field) return void setTimeout(() => panel?.field === field && panel.widget.follow?.());
  if (event.isTrusted && kindOf(field) === "list" && isUsable(field)) setTimeout(() => suggest(field, false));
}

function onFocusIn(event) {
  steadyCaret();
  if (panel && innermost(event) !== panel.field) closePanel();
}

function onBlur(event) {
  if (panel && (event.target === window || innermost(event) === panel.field)) closePanel();
}

function onScroll(event) {
  if (panel && event.target !== panel.field && hasMoved()) closePanel();
}

function overrideShowPicker(owner) {
  wrap(owner, "showPicker", (show, field) => {
    const kind = kindOf(field);
    const drawn = field instanceof HTMLSelectElement ? field.getClientRects().length > 0 : true;
    const ours = kind && drawn && isUsable(field) && navigator.userActivation.isActive;
    if (!ours || (kind !== "color" && isForeignFrame())) return show(); // does nothing, or throws what it should
    if (panel?.field !== field) open(field, kind);
    return undefined;
  });
}

function begin() {
  const question = new Event("f6a1c0de-picker", { cancelable: true });
  if (!window.dispatchEvent(question)) return; // an earlier copy of this script has answered
  HANDLERS[question.type] = (event) => event.preventDefault();
  rememberClosedRoots();
  overrideShowPicker(HTMLInputElement.prototype);
  overrideShowPicker(HTMLSelectElement.prototype);
  arm();
  // document.open() takes all listeners away. Only the root is watched: this hears nothing but new documents.
  new MutationObserver(() => {
    if (panel && !panel.host.isConnected) closePanel();
    arm();
  }).observe(document, { childList: true });
}

begin();
