// Chooses the view that fits the address and the visit, and draws it.

import {app, load} from "./app.js";
import {checkoutView, confirmationView} from "./checkout.js";
import {elsewhere, footer, header, inTheWay} from "./chrome.js";
import {h} from "./dom.js";
import {passengersView} from "./passengers.js";
import {resultsView} from "./results.js";
import {searchView} from "./search.js";

// Each view, and whether the visit has come far enough for it.
const VIEWS = {
  "/confirmation": [confirmationView, () => app.visit.bookings.length],
  "/checkout": [checkoutView, () => app.visit.flight && app.visit.party],
  "/passengers": [passengersView, () => app.visit.flight],
  "/results": [resultsView, () => app.visit.search],
  "/": [searchView, () => true],
};

function view() {
  if (!(location.pathname in VIEWS)) return elsewhere;
  const paths = Object.keys(VIEWS);
  const path = paths.slice(paths.indexOf(location.pathname)).find((one) => VIEWS[one][1]());
  if (path !== location.pathname) history.replaceState(null, "", path);
  return VIEWS[path][0];
}

function draw() {
  const focused = document.activeElement?.dataset?.t;
  const shown = view();
  document.body.replaceChildren(
    h("div", {class: "page"}, header(), h("div", {class: "middle"}, shown(), footer())), ...[inTheWay()].filter(Boolean),
  );
  if (focused) document.querySelector(`[data-t="${focused}"]`)?.focus({preventScroll: true});
}

function dress() {
  const {look, brand} = app.shop;
  const root = document.documentElement;
  document.title = brand;
  root.className = [look.layout, look.dark ? "dark" : "light", look.font, look.density].join(" ");
  root.style.setProperty("--accent", look.accent);
  root.style.setProperty("--radius", `${look.radius}px`);
}

// Whether all text of the focused field is marked is not visible to a style sheet, so it is noted on the field.
function noteMarked() {
  for (const input of document.querySelectorAll("input")) {
    const all = input === document.activeElement && input.value && input.selectionStart === 0
      && input.selectionEnd === input.value.length;
    input.toggleAttribute("data-all", Boolean(all));
  }
}

await load();
app.draw = draw;
dress();
draw();
addEventListener("popstate", draw);
document.addEventListener("selectionchange", noteMarked);
