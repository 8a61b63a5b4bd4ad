// The keyboard: one table that both the keys and the help dialog are made of.

import {h} from "./dom.js";

let bound = [];

// Each shortcut: [keys, what it does, function].
export function bind(shortcuts) {
  bound = shortcuts;
}

function typing(target) {
  return target.matches("input:not([type=range]):not([type=checkbox]), textarea, select");
}

function spoken(key) {
  return {" ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓"}[key] ?? key;
}

export function help() {
  const rows = bound.map(([keys, does]) => h("tr", {}, h("td", {}, keys.map((key) => h("kbd", {}, spoken(key)))), h("td", {}, does)));
  const dialog = h("dialog", {class: "help", "aria-label": "Keyboard", onclose: () => dialog.remove()},
    h("h2", {}, "Keyboard"),
    h("table", {}, h("tbody", {}, rows)),
    h("form", {method: "dialog"}, h("button", {autofocus: true}, "Close")));
  dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === " " && event.target.closest("button, a, summary, [role=tab]")) return;
  if (event.target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
  const found = bound.find(([keys]) => keys.includes(event.key));
  if (!found) return;
  event.preventDefault();
  found[2]();
});
