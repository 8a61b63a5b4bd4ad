// The results: a list that can be sorted and filtered, and the flight that is selected.

import {app, city, go, label, people, submit} from "./app.js";
import {written} from "./dates.js";
import {h, icon} from "./dom.js";

const ORDERS = {
  best: (a, b) => a.number - b.number,
  price: (a, b) => a.price - b.price,
  time: (a, b) => a.minutes - b.minutes,
  early: (a, b) => a.early - b.early,
};

let listOf = null;
let order = "best";
let direct = false;
let chosen = new Set();
let menu = false;

function begin() {
  if (listOf && JSON.stringify(listOf) === JSON.stringify(app.visit.search)) return;
  listOf = app.visit.search;
  order = "best";
  direct = false;
  chosen = new Set();
  menu = false;
}

const filtered = () => app.visit.offers
  .filter((offer) => !direct || offer.direct)
  .filter((offer) => !chosen.size || chosen.has(offer.airline))
  .sort(ORDERS[order]);

function sortBy(name) {
  order = name;
  menu = false;
  app.draw();
}

function sorting() {
  const option = (name) => h(
    "button",
    {t: `sort-${name}`, type: "button", class: "chip", "aria-pressed": String(order === name), onclick: () => sortBy(name)},
    label(`sort_${name}`),
  );
  const options = Object.keys(ORDERS).map(option);
  if (app.shop.look.sorting === "buttons") {
    return h("div", {t: "sorting", class: "sorting", "data-value": order}, h("span", {class: "title"}, label("sort")), options);
  }
  const toggle = () => {
    menu = !menu;
    app.draw();
  };
  const button = h("button", {t: "sort", type: "button", class: "box", onclick: toggle}, label(`sort_${order}`), icon("down"));
  return h(
    "div", {t: "sorting", class: "sorting menu", "data-value": order},
    h("span", {class: "title"}, label("sort")), button, menu ? h("div", {class: "panel"}, options) : null,
  );
}

function tick(t, text, on, change) {
  return h(
    "button",
    {t, type: "button", class: "tick", role: "checkbox", "aria-checked": String(on), onclick: change},
    h("span", {class: "square"}, on ? icon("check") : null), text,
  );
}

function filters() {
  const flip = (name) => () => {
    if (!chosen.delete(name)) chosen.add(name);
    app.draw();
  };
  const airlines = app.shop.airlines.map((one) =>
    tick(`airline-${one.code}`, one.name, chosen.has(one.name), flip(one.name)));
  const onlyDirect = tick("direct-only", label("direct"), direct, () => {
    direct = !direct;
    app.draw();
  });
  const clear = h("button", {
    t: "clear-filters", type: "button", class: "plain", disabled: !direct && !chosen.size,
    onclick: () => {
      direct = false;
      chosen = new Set();
      app.draw();
    },
  }, label("clear"));
  return h(
    "div", {class: "filters"}, h("span", {class: "title"}, label("filters")), onlyDirect,
    h("span", {class: "title"}, label("airlines")), airlines, clear,
  );
}

function stopsText(leg) {
  if (!leg.stops) return label("nonstop");
  return label(leg.stops === 1 ? "stop" : "stops");
}

export function legRow(leg) {
  return h(
    "div", {class: "leg"},
    h("span", {class: "times"}, h("b", {}, leg.departs), h("i", {}), h("b", {}, leg.arrives)),
    h("span", {class: "route"}, `${leg.origin} – ${leg.to} · ${leg.code}`),
    h("span", {class: "takes"}, leg.takes),
    h("span", {class: leg.stops ? "stops" : "stops none"}, stopsText(leg), leg.via && h("small", {}, ` ${leg.via}`)),
  );
}

function card(offer) {
  const select = () => submit("flight", {flight: offer.number}, "/passengers");
  return h(
    "article", {t: `card-${offer.number}`, class: "offer"},
    h("div", {class: "carrier"}, h("span", {class: "badge"}, offer.legs[0].code.slice(0, 2)), offer.airline),
    h("div", {class: "legs"}, offer.legs.map(legRow)),
    h("div", {class: "buy"}, h("b", {class: "price"}, offer.price_text),
      h("button", {t: `select-${offer.number}`, type: "button", class: "main", onclick: select}, label("select"))),
  );
}

export function summary() {
  const {search} = app.visit;
  const days = [search.depart, search.back].filter(Boolean).map(written).join(" – ");
  return h(
    "div",
    {
      t: "summary", class: "summary", "data-from": search.origin, "data-to": search.to, "data-trip": search.trip,
      "data-depart": search.depart, "data-back": search.back, "data-people": `${search.adults}-${search.children}`,
    },
    h("div", {}, h("b", {}, `${city(search.origin).name} – ${city(search.to).name}`),
      h("span", {}, `${label(search.trip)} · ${days} · ${people(search.adults, search.children)}`)),
    h("button", {t: "edit", type: "button", class: "plain", onclick: () => go("/")}, label("edit")),
  );
}

export function resultsView() {
  begin();
  const offers = filtered();
  const list = offers.length ? offers.map(card) : h("p", {class: "nothing"}, label("nothing"));
  return h(
    "main", {t: "view-results", class: "view results"}, summary(),
    h("div", {class: "columns"}, filters(),
      h("div", {class: "list-side"}, sorting(), h("div", {class: `list ${app.shop.look.results}`}, list))),
  );
}
