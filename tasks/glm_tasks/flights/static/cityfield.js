// A text field for a city, with suggestions under it.

import {app, city, label} from "./app.js";
import {h, icon, mark, popup} from "./dom.js";

const SHOWN = 6;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
const fullName = (one) => `${one.name} (${one.code})`;

function named(text) {
  const wanted = plain(text);
  return app.shop.cities.find((one) => [one.name, fullName(one), one.code].some((name) => plain(name) === wanted));
}

function matching(text) {
  const wanted = plain(text);
  if (!wanted) return app.shop.look.popular ? app.shop.popular.map(city).slice(0, SHOWN) : [];
  const known = named(text);
  const rank = (one) =>
    one === known ? 0 : plain(one.name).startsWith(wanted) ? 1 : plain(one.code) === wanted ? 2
    : plain(one.name).split(" ").some((word) => word.startsWith(wanted)) ? 3
    : plain(one.country).startsWith(wanted) ? 4 : 9;
  return app.shop.cities.filter((one) => rank(one) < 9).sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

export function cityField({t, title, value, change}) {
  let shut = null;
  let list = null;
  let lit = -1;

  const input = h("input", {
    t, class: "input", type: "text", placeholder: label("city_hint"), autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-label": title, "aria-expanded": "false",
    value: value ? fullName(city(value)) : "",
    oninput: () => {
      hold(named(input.value)?.code ?? null);
      open();
    },
    onfocus: () => app.shop.look.marks && input.select(),
    onclick: () => shut || open(),
    onkeydown: press,
    onblur: () => shut?.(),
  });
  const box = h("div", {class: "box"}, icon("pin"), input);
  const host = h("div", {class: "field city", "data-field": t}, h("span", {class: "title"}, title), box);
  mark(input, "data-value", value);

  function hold(code) {
    mark(input, "data-value", code);
    change(code);
  }

  function pick(one) {
    input.value = fullName(one);
    hold(one.code);
    shut?.();
  }

  function option(one, at) {
    return h(
      "li",
      {t: `city-${one.code}`, role: "option", class: "option", "data-at": at, onclick: () => pick(one)},
      icon("pin"), h("span", {class: "name"}, one.name), h("span", {class: "land"}, one.country), h("b", {}, one.code),
    );
  }

  function open() {
    const found = matching(input.value);
    lit = -1;
    if (!found.length && !input.value.trim()) return shut?.();
    const heading = input.value.trim() ? null : h("li", {class: "heading"}, label("popular"));
    const none = found.length ? null : h("li", {class: "heading"}, label("no_city"));
    const fresh = h(
      "ul",
      {t: `list-${t}`, class: "panel options", role: "listbox", onmousedown: (event) => event.preventDefault()},
      heading, none, found.map(option),
    );
    if (shut) {
      list.replaceWith(fresh);
      list = fresh;
      return;
    }
    list = fresh;
    input.setAttribute("aria-expanded", "true");
    shut = popup(host, list, () => {
      list.remove();
      shut = null;
      input.setAttribute("aria-expanded", "false");
    });
  }

  function press(event) {
    const options = shut ? [...list.querySelectorAll(".option")] : [];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!shut) return open();
      lit = (lit + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((one, at) => mark(one, "aria-selected", at === lit));
    } else if (event.key === "Enter" && options.length) {
      event.preventDefault();
      options[Math.max(lit, 0)].click();
    }
  }

  return host;
}
