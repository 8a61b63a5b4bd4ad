// Builds elements. Text becomes text nodes and never markup, whatever a recorded page has put into it.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, given, ...children) {
  return filled(document.createElement(tag), given, children);
}

export function svg(tag, given, ...children) {
  return filled(document.createElementNS(SVG, tag), given, children);
}

function filled(element, given, children) {
  for (const [name, value] of Object.entries(given ?? {})) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "vars") for (const [key, one] of Object.entries(value)) element.style.setProperty(`--${key}`, one);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function button(label, pressed, given, ...shown) {
  return h("button", {type: "button", "aria-label": label, title: label, onclick: pressed, ...given}, ...shown);
}

const ICONS = {
  first: "M6 5h2v14H6zM20 5v14l-10-7z",
  back: "M16 5v14L6 12z",
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  next: "M8 5v14l10-7z",
  last: "M16 5h2v14h-2zM4 5v14l10-7z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1zM19 11h4v2h-4zM4.200 5.600l1.400-1.400 2.800 2.800-1.400 1.400zM15.600 17l1.400-1.400 2.800 2.800-1.400 1.400zM4.200 18.400 7 15.600 8.400 17l-2.800 2.800zM15.600 7l2.800-2.800 1.400 1.400L17 8.400z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  split: "M11 2h2v20h-2zM3 5h6v2H5v10h4v2H3zM15 5h6v14h-6z",
  help: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 16h-2v-2h2zm1.700-6.600-.900.900c-.600.600-.8 1-.8 2.200h-2c0-1.600.4-2.300 1.200-3.100l1.100-1.200a1.800 1.800 0 1 0-3.100-1.300H8.200a3.800 3.800 0 1 1 6.500 2.500z",
  save: "M11 3h2v9l3.500-3.500 1.400 1.400L12 16l-5.900-6.100 1.400-1.400L11 12zM4 18h16v2H4z",
};

export function icon(name) {
  return svg("svg", {viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true"}, svg("path", {d: ICONS[name]}));
}

export function badge(state, text) {
  return h("span", {class: `badge ${state}`}, text);
}
