// Builds elements: h("button", {t: "search", class: "main", onclick}, "Search").

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  plane: "M21 15v-2l-8-5V3.500a1.500 1.500 0 0 0-3 0V8l-8 5v2l8-2.500V18l-2 1.500V21l3.500-1 3.500 1v-1.500L13 18v-5.500z",
  left: "M15.400 7.400 14 6l-6 6 6 6 1.400-1.400L10.800 12z",
  right: "M8.600 16.600 10 18l6-6-6-6-1.400 1.400 4.600 4.600z",
  down: "M7.400 8.600 6 10l6 6 6-6-1.400-1.400L12 13.200z",
  close: "M19 6.400 17.600 5 12 10.600 6.400 5 5 6.400 10.600 12 5 17.600 6.400 19 12 13.400 17.600 19 19 17.600 13.400 12z",
  check: "M9 16.200 4.800 12l-1.400 1.400L9 19 21 7l-1.400-1.400z",
  swap: "M7 11v3h7v2H7v3l-4-4zm10 2V10h-7V8h7V5l4 4z",
  day: "M7 2h2v2h6V2h2v2h4v18H3V4h4zm12 8H5v10h14z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-3 0-8 1.500-8 4.500V20h16v-1.500c0-3-5-4.500-8-4.500z",
  pin: "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.500a2.500 2.500 0 1 1 0-5 2.500 2.500 0 0 1 0 5z",
  bed: "M2 5h2v8h7V7h7a4 4 0 0 1 4 4v8h-2v-3H4v3H2zm5 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  car: "M5 11l1.500-5h11L19 11l2 1.500V19h-3v-2H6v2H3v-6.500zm2.200-.500h9.600L16 8H8zM6.500 15a1.200 1.200 0 1 0 0-2.400 1.200 1.200 0 0 0 0 2.400zm11 0a1.200 1.200 0 1 0 0-2.400 1.200 1.200 0 0 0 0 2.400z",
  warn: "M12 2 1 21h22zm1 16h-2v-2h2zm0-4h-2v-4h2z",
};

export function h(tag, given, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given ?? {})) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "t") element.dataset.t = value;
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// An attribute that solvers and style sheets read; null takes it away.
export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function error(name, text) {
  return text ? h("p", {t: `error-${name}`, class: "error", role: "alert"}, icon("warn"), text) : null;
}

// Opens `panel` inside `host` until a click elsewhere, Escape, or a call of the returned function.
export function popup(host, panel, closed) {
  const shut = () => {
    document.removeEventListener("mousedown", elsewhere, true);
    document.removeEventListener("keydown", escape, true);
    panel.remove();
    closed();
  };
  const elsewhere = (event) => host.contains(event.target) || shut();
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    shut();
  };
  host.append(panel);
  document.addEventListener("mousedown", elsewhere, true);
  document.addEventListener("keydown", escape, true);
  panel.scrollIntoView({block: "nearest"});
  return shut;
}
