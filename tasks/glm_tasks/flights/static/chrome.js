// What surrounds every view: header, footer, promotions, and what lies in the way.

import {app, go, label, send} from "./app.js";
import {h, icon} from "./dom.js";

const link = (t, path, ...inside) =>
  h("a", {
    t, href: path, "aria-current": location.pathname === path ? "page" : null,
    onclick: (event) => {
      event.preventDefault();
      go(path);
    },
  }, ...inside);

export function header() {
  const trips = app.visit.bookings.length
    ? link("trips", "/confirmation", `${label("trips")} (${app.visit.bookings.length})`) : null;
  return h(
    "header", {class: "header"},
    link("home", "/", h("span", {class: "brand"}, icon("plane"), app.shop.brand)),
    h(
      "nav", {},
      link("nav-flights", "/", icon("plane"), label("flights")),
      link("nav-hotels", "/hotels", icon("bed"), label("hotels")),
      link("nav-cars", "/cars", icon("car"), label("cars")),
    ),
    h("span", {class: "account"}, trips),
  );
}

export function footer() {
  return h(
    "footer", {t: "footer", class: "footer"},
    h("span", {}, `© ${app.shop.today.slice(0, 4)} ${app.shop.brand}`),
    ["help", "about", "privacy"].map((name) => link(`foot-${name}`, `/${name}`, label(name))),
  );
}

export function promos(choose) {
  if (!app.shop.promos.length) return null;
  const card = (promo, at) => h(
    "button", {t: `promo-${promo.code}`, type: "button", class: `promo tint-${at}`, onclick: () => choose(promo.code)},
    h("span", {class: "picture"}),
    h("b", {}, promo.name), h("span", {}, promo.country), h("span", {class: "fare"}, `${label("fare_from")} ${promo.price}`),
  );
  const cards = h("div", {class: `cards ${app.shop.look.promos}`}, app.shop.promos.map(card));
  return h("section", {class: "promos"}, h("h2", {}, label("promos")), cards);
}

async function dismiss(what) {
  await send("dismiss", {what});
  app.draw();
}

function cookies() {
  const button = (t, style) =>
    h("button", {t: `cookies-${t}`, type: "button", class: style, onclick: () => dismiss("cookies")}, label(t));
  return h(
    "div", {t: "cookies", class: `cookies ${app.shop.look.consent}`, role: "dialog"},
    h("p", {}, label("cookies")), h("div", {class: "answers"}, button("reject", "plain"), button("accept", "main")),
  );
}

function newsletter() {
  const away = () => dismiss("newsletter");
  return h(
    "div", {t: "newsletter", class: "newsletter", role: "dialog"},
    h("button", {t: "letter-close", type: "button", class: "cross", "aria-label": "close", onclick: away}, icon("close")),
    h("h2", {}, label("letter")), h("p", {}, label("letter_text")),
    h("input", {t: "letter-email", class: "input", type: "text", placeholder: label("email"), "aria-label": label("email")}),
    h("div", {class: "answers"},
      h("button", {t: "letter-no", type: "button", class: "plain", onclick: away}, label("no_letter")),
      h("button", {t: "letter-yes", type: "button", class: "main", onclick: away}, label("subscribe"))),
  );
}

// The topmost thing in the way, if any; one at a time, as people meet them.
export function inTheWay() {
  const what = app.visit.in_the_way[0];
  if (!what) return null;
  const covers = what === "newsletter" || app.shop.look.consent === "middle";
  return h("div", {class: covers ? "veil" : "corner"}, what === "cookies" ? cookies() : newsletter());
}

export function elsewhere() {
  const name = location.pathname.slice(1);
  return h(
    "main", {t: "view-elsewhere", class: "view narrow"},
    h("h1", {}, label(name)), h("p", {}, label("elsewhere")), h("p", {}, link("to-flights", "/", label("flights"))),
  );
}
