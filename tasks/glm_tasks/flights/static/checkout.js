// The last look before booking, and the confirmation after it.

import {app, city, go, label, people, submit} from "./app.js";
import {written} from "./dates.js";
import {error, h, icon} from "./dom.js";
import {chosenFlight, forgetPassengers} from "./passengers.js";
import {legRow, summary} from "./results.js";

let terms = false;
let errors = {};

async function book() {
  errors = await submit("book", {terms}, "/confirmation");
  if (Object.keys(errors).length) return app.draw();
  terms = false;
  forgetPassengers();
}

function party() {
  const {party: who} = app.visit;
  const line = (one, at) => h("li", {}, h("span", {t: `name-${at + 1}`}, `${one.first} ${one.last}`));
  return h(
    "div", {class: "party"},
    h("div", {},
      h("ul", {}, who.people.map(line)), h("p", {}, h("span", {t: "sent-to"}, who.email)),
      h("p", {}, `${label("seat")}: `, h("span", {t: "sits"}, who.seats.join(", ") || label("noseat")))),
    h("button", {t: "change-people", type: "button", class: "plain", onclick: () => go("/passengers")}, label("change")),
  );
}

export function checkoutView() {
  const flip = () => {
    terms = !terms;
    errors = {};
    app.draw();
  };
  const box = h(
    "button", {t: "terms", type: "button", class: "tick", role: "checkbox", "aria-checked": String(terms), onclick: flip},
    h("span", {class: "square"}, terms ? icon("check") : null), label("terms"),
  );
  return h(
    "main", {t: "view-checkout", class: "view"}, h("h1", {}, label("review")), summary(), chosenFlight(), party(),
    h("div", {class: "pay"}, h("span", {}, label("total")), h("b", {class: "price"}, app.visit.flight.total_text)),
    box, error("terms", errors.terms),
    h("div", {class: "moves"},
      h("button", {t: "back-to-people", type: "button", class: "plain", onclick: () => go("/passengers")}, label("previous")),
      h("button", {t: "book", type: "button", class: "main", onclick: book}, label("book"))),
  );
}

function confirmed({confirmation, search, flight, party: who}) {
  const days = [search.depart, search.back].filter(Boolean).map(written).join(" – ");
  return h(
    "section", {class: "confirmed"},
    h("span", {class: "seal"}, icon("check")), h("h1", {}, label("booked")),
    h("p", {}, label("number")), h("p", {t: "confirmation", class: "number"}, confirmation),
    h("div", {class: "ticket"},
      h("b", {}, `${city(search.origin).name} – ${city(search.to).name}`),
      h("span", {}, `${days} · ${people(search.adults, search.children)} · ${flight.airline}`),
      h("div", {class: "legs"}, flight.legs.map(legRow)),
      h("span", {}, who.people.map((one) => `${one.first} ${one.last}`).join(", ")), h("span", {}, who.email)),
  );
}

export function confirmationView() {
  return h("main", {t: "view-confirmation", class: "view narrow"}, [...app.visit.bookings].reverse().map(confirmed));
}
