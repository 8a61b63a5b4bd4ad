// The search page: the same fields in every layout, but for the wizard, which asks one thing at a time.

import {app, city, label, people, submit} from "./app.js";
import {dateField} from "./calendar.js";
import {promos} from "./chrome.js";
import {cityField} from "./cityfield.js";
import {written} from "./dates.js";
import {error, h, icon, mark} from "./dom.js";
import {peopleField} from "./people.js";

const fresh = () => ({
  origin: app.shop.home, to: null, trip: app.shop.return_first ? "return" : "oneway",
  depart: null, back: null, adults: 1, children: 0,
});

let draft = null;
let draftOf = null;
let errors = {};
let step = 0;

function begin() {
  if (draft && draftOf === app.visit.search) return;
  draftOf = app.visit.search;
  draft = draftOf ? {...draftOf} : fresh();
  errors = {};
  step = 0;
}

async function search() {
  errors = await submit("search", draft, "/results");
  if (!Object.keys(errors).length) return;
  draftOf = app.visit.search;
  const first = STEPS.findIndex((fields) => fields.some((field) => field in errors));
  if (app.shop.look.layout === "wizard") step = Math.max(first, 0);
  app.draw();
}

function keep(change, redraw = false) {
  Object.assign(draft, change);
  if (redraw) app.draw();
}

function tripField() {
  const choice = (trip) => h(
    "button",
    {
      t: trip, type: "button", role: "radio", class: "choice", "aria-checked": String(draft.trip === trip),
      onclick: () => keep({trip}, true),
    },
    h("span", {class: "dot"}), label(trip),
  );
  const given = {class: `field trip ${app.shop.look.trip}`, role: "radiogroup", "data-field": "trip"};
  return h("div", given, choice("oneway"), choice("return"));
}

function place(t, key) {
  const change = (code) => {
    forgive(t);
    keep({[key]: code});
  };
  return withError(cityField({t, title: label(t), value: draft[key], change}), t);
}

function day(t, earliest) {
  const change = (picked) => {
    forgive(t);
    const late = t === "depart" && draft.back && draft.back < picked;
    keep(late ? {depart: picked, back: null} : {[t]: picked}, late);
  };
  return withError(dateField({t, title: label(t), value: draft[t], earliest, change}), t);
}

// Takes an error off a field that has been changed since.
function forgive(name) {
  delete errors[name];
  const field = document.querySelector(`[data-field="${name}"]`);
  mark(field, "data-bad", null);
  field.querySelector(".error")?.remove();
}

function withError(field, name) {
  if (errors[name]) {
    mark(field, "data-bad", true);
    field.append(error(name, errors[name]));
  }
  return field;
}

const FIELDS = {
  trip: tripField,
  from: () => place("from", "origin"),
  to: () => place("to", "to"),
  depart: () => day("depart", () => app.shop.today),
  back: () => (draft.trip === "return" ? day("back", () => draft.depart ?? app.shop.today) : null),
  people: () => peopleField({title: label("people"), value: draft, change: keep}),
};
const STEPS = [["trip"], ["from"], ["to"], ["depart"], ["back"], ["people"]];

const searchButton = () =>
  h("button", {t: "search", type: "button", class: "main", onclick: search}, icon("plane"), label("search"));

function whole() {
  return h(
    "div", {class: "form"}, FIELDS.trip(),
    h("div", {class: "places"}, FIELDS.from(), FIELDS.to()),
    h("div", {class: "dates"}, FIELDS.depart(), FIELDS.back()),
    FIELDS.people(), searchButton(),
  );
}

const CRUMBS = {
  trip: () => [draft.trip, label(draft.trip)],
  from: () => draft.origin && [draft.origin, city(draft.origin).name],
  to: () => draft.to && [draft.to, city(draft.to).name],
  depart: () => draft.depart && [draft.depart, written(draft.depart)],
  back: () => draft.trip === "return" && draft.back && [draft.back, written(draft.back)],
  people: () => [`${draft.adults}-${draft.children}`, people(draft.adults, draft.children)],
};

function crumb([name], at) {
  const said = at < step ? CRUMBS[name]() : null;
  const given = {t: `crumb-${name}`, type: "button", class: "crumb", onclick: () => jump(at)};
  return said && h("button", {...given, "data-value": said[0]}, said[1]);
}

function jump(at) {
  step = at;
  app.draw();
}

function wizard() {
  const asked = STEPS.map((_, at) => at).filter((at) => STEPS[at][0] !== "back" || draft.trip === "return");
  const at = Math.max(asked.indexOf(step), 0);
  const next = h(
    "button", {t: "wizard-next", type: "button", class: "main", onclick: () => jump(asked[at + 1])}, label("next"),
  );
  const back = h(
    "button", {t: "wizard-back", type: "button", class: "plain", onclick: () => jump(asked[at - 1])}, label("previous"),
  );
  return h(
    "div", {class: "form wizard"},
    h("div", {class: "progress"}, asked.map((one) => h("i", {class: one <= step ? "past" : ""}))),
    h("div", {class: "crumbs"}, STEPS.map(crumb)),
    FIELDS[STEPS[step][0]](),
    h("div", {class: "moves"}, at ? back : h("span", {}), at === asked.length - 1 ? searchButton() : next),
  );
}

export function searchView() {
  begin();
  const {layout} = app.shop.look;
  const head = h("div", {class: "hero-text"}, h("h1", {}, label("hero")));
  const form = layout === "wizard" ? wizard() : whole();
  const tempt = promos((code) => keep({to: code}, true));
  return h("main", {t: "view-search", class: "view search"}, h("section", {class: "hero"}, head, form), tempt);
}
