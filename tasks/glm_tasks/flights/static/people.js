// How many adults and children: steppers in a popup, or in the page.

import {app, label, people} from "./app.js";
import {h, icon, mark, popup} from "./dom.js";

const LIMITS = {adults: [1, 6], children: [0, 4]};

export function peopleField({title, value, change}) {
  const count = {...value};
  const inline = app.shop.look.stepper === "inline";
  const host = h("div", {t: "people", class: "field people", "data-field": "people"}, h("span", {class: "title"}, title));
  let shut = null;

  function row(who) {
    const [least, most] = LIMITS[who];
    const number = h("span", {t: who, class: "count"}, String(count[who]));
    const less = h("button", {t: `${who}-less`, type: "button", class: "step", "aria-label": "less"}, "−");
    const more = h("button", {t: `${who}-more`, type: "button", class: "step", "aria-label": "more"}, "+");
    const show = () => {
      number.textContent = String(count[who]);
      less.disabled = count[who] <= least;
      more.disabled = count[who] >= most;
      mark(host, "data-value", `${count.adults}-${count.children}`);
      text.textContent = people(count.adults, count.children);
    };
    const add = (by) => () => {
      count[who] += by;
      show();
      change({...count});
    };
    less.addEventListener("click", add(-1));
    more.addEventListener("click", add(1));
    show();
    const name = label(who);
    return h("div", {class: "stepper"}, h("span", {}, name[0].toUpperCase() + name.slice(1)), less, number, more);
  }

  const text = h("span", {class: "shown"});
  const rows = ["adults", "children"].map(row);
  if (inline) {
    host.append(h("div", {class: "box steppers"}, rows));
    return host;
  }
  const done = h("button", {t: "people-done", type: "button", class: "plain", onclick: () => shut()}, label("done"));
  const panel = h("div", {class: "panel steppers"}, rows, done);
  const open = () => {
    if (shut) return shut();
    shut = popup(host, panel, () => {
      shut = null;
    });
  };
  host.append(h("button", {t: "people-open", type: "button", class: "box", onclick: open}, icon("person"), text));
  return host;
}
