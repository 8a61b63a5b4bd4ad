// Who travels, and where they sit.

import {app, label, go, submit} from "./app.js";
import {error, h, icon, mark} from "./dom.js";
import {legRow, summary} from "./results.js";

let draft = null;
let draftOf = null;
let errors = {};

function begin() {
  const key = JSON.stringify([app.visit.search, app.visit.party]);
  if (draft && draftOf === key) return;
  draftOf = key;
  errors = {};
  const {search, party} = app.visit;
  const blank = Array.from({length: search.adults + search.children}, () => ({first: "", last: ""}));
  draft = party
    ? {people: party.people.map((one) => ({...one})), email: party.email, seats: [...party.seats]}
    : {people: blank, email: "", seats: null};
}

export function forgetPassengers() {
  draft = null;
}

async function proceed() {
  errors = await submit("party", draft, "/checkout");
  if (Object.keys(errors).length) app.draw();
}

function field(t, title, value, change) {
  const input = h("input", {
    t, class: "input", type: "text", autocomplete: "off", spellcheck: "false", "aria-label": title, value,
    oninput: () => {
      change(input.value);
      delete errors[t];
      mark(host, "data-bad", null);
      host.querySelector(".error")?.remove();
    },
    onfocus: () => app.shop.look.marks && input.select(),
    onkeydown: (event) => event.key === "Enter" && proceed(),
  });
  const host = h("label", {class: "field"}, h("span", {class: "title"}, title), h("div", {class: "box"}, input));
  if (errors[t]) {
    mark(host, "data-bad", true);
    host.append(error(t, errors[t]));
  }
  return host;
}

function person(one, at) {
  const number = at + 1;
  const child = at >= app.visit.search.adults ? ` (${label("child")})` : "";
  return h(
    "fieldset", {class: "person"}, h("legend", {}, `${label("person")} ${number}${child}`),
    field(`first-${number}`, label("first"), one.first, (text) => { one.first = text; }),
    field(`last-${number}`, label("last"), one.last, (text) => { one.last = text; }),
    at ? null : field("email", label("email"), draft.email, (text) => { draft.email = text; }),
  );
}

function takeSeat(seat) {
  const seats = draft.seats ?? [];
  if (seats.includes(seat)) draft.seats = seats.filter((one) => one !== seat);
  else draft.seats = [...seats, seat].slice(-draft.people.length);
  if (!draft.seats.length) draft.seats = null;
  delete errors.seats;
  app.draw();
}

function seat(name) {
  const taken = app.shop.seats_taken.includes(name);
  const mine = draft.seats?.includes(name) ?? false;
  return h(
    "button",
    {
      t: `seat-${name}`, type: "button", class: mine ? "seat mine" : "seat", disabled: taken, "aria-pressed": String(mine),
      title: taken ? label("taken") : name, onclick: () => takeSeat(name),
    },
    taken ? "×" : "",
  );
}

function seatMap() {
  const rows = [...new Set(app.shop.seats.map((name) => name.slice(0, -1)))];
  const letters = [..."ABCDEF"];
  const line = (row) => [
    h("span", {class: "row-number"}, row),
    letters.map((letter) => [letter === "D" ? h("span", {class: "aisle"}) : null, seat(row + letter)]),
  ];
  const heads = [h("span", {}), letters.map((letter) => [letter === "D" ? h("span", {}) : null, h("span", {class: "letter"}, letter)])];
  return h("div", {class: "seat-map"}, heads, rows.map(line));
}

function seats() {
  const none = draft.seats !== null && draft.seats.length === 0;
  const skip = () => {
    draft.seats = [];
    delete errors.seats;
    app.draw();
  };
  const noSeat = h(
    "button", {t: "noseat", type: "button", role: "radio", class: "choice", "aria-checked": String(none), onclick: skip},
    h("span", {class: "dot"}), label("noseat"),
  );
  const picked = draft.seats?.length ? draft.seats.join(", ") : "–";
  const side = h(
    "div", {class: "seat-side"}, noSeat, h("p", {t: "seats-picked", class: "picked"}, picked),
    h("p", {class: "key"}, h("i", {class: "seat"}), label("free"), h("i", {class: "seat gone"}, "×"), label("taken")),
    error("seats", errors.seats),
  );
  return h("fieldset", {class: "seats"}, h("legend", {}, label("seats")), side, seatMap());
}

export function chosenFlight() {
  const {flight} = app.visit;
  return h(
    "div", {t: "chosen", class: "chosen", "data-flight": flight.number},
    h("div", {class: "carrier"}, h("span", {class: "badge"}, flight.legs[0].code.slice(0, 2)), flight.airline),
    h("div", {class: "legs"}, flight.legs.map(legRow)),
    h("div", {class: "buy"}, h("b", {class: "price"}, flight.total_text),
      h("button", {t: "change-flight", type: "button", class: "plain", onclick: () => go("/results")}, label("change"))),
  );
}

export function passengersView() {
  begin();
  return h(
    "main", {t: "view-passengers", class: "view"}, summary(), chosenFlight(),
    h("h1", {}, label("people_title")), h("div", {class: "persons"}, draft.people.map(person)), seats(),
    h("div", {class: "moves"},
      h("button", {t: "back-to-results", type: "button", class: "plain", onclick: () => go("/results")}, label("previous")),
      h("button", {t: "continue", type: "button", class: "main", onclick: proceed}, label("continue"), icon("right"))),
  );
}
