// A date field that opens a calendar, one month at a time.

import {app, label} from "./app.js";
import {addDays, addMonths, daysOf, leadingBlanks, monthOf, monthTitle, weekNames, written} from "./dates.js";
import {h, icon, mark, popup} from "./dom.js";

const STEPS = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7};

export function dateField({t, title, value, earliest, change}) {
  let shut = null;
  let day = value;
  let month = null;

  const text = h("span", {class: "shown"});
  const button = h("button", {t, class: "box", type: "button", "aria-label": title, onclick: toggle}, icon("day"), text);
  const host = h("div", {class: "field date", "data-field": t}, h("span", {class: "title"}, title), button);
  const panel = h("div", {t: `calendar-${t}`, class: "panel calendar", role: "dialog", onkeydown: press});

  function show() {
    text.textContent = day ? written(day) : label("date_hint");
    mark(button, "data-value", day);
    mark(button, "data-empty", !day);
  }

  const allowed = (one) => one >= earliest() && one <= app.shop.last_day;

  function toggle() {
    if (shut) return shut();
    month = monthOf(day ?? earliest());
    draw();
    shut = popup(host, panel, () => {
      shut = null;
    });
  }

  function turn(count) {
    month = addMonths(month, count);
    draw();
    panel.scrollIntoView({block: "nearest"});
  }

  function pick(one) {
    day = one;
    show();
    shut();
    button.focus();
    change(day);
  }

  function arrow(name, sign, count, blocked) {
    return h(
      "button",
      {t: name, type: "button", class: "arrow", disabled: blocked, "aria-label": name, onclick: () => turn(count)},
      icon(sign),
    );
  }

  function cell(one) {
    const look = one === day ? "day chosen" : one === app.shop.today ? "day today" : "day";
    const given = {t: `day-${one}`, type: "button", class: look, disabled: !allowed(one), onclick: () => pick(one)};
    return h("button", given, String(Number(one.slice(8))));
  }

  function draw() {
    const head = h(
      "div", {class: "months"},
      arrow("previous-month", "left", -1, month <= monthOf(earliest())),
      h("span", {t: "month", class: "month"}, monthTitle(month)),
      arrow("next-month", "right", 1, month >= monthOf(app.shop.last_day)),
    );
    const names = weekNames().map((name) => h("span", {class: "weekday"}, name.slice(0, 2)));
    const blanks = Array.from({length: leadingBlanks(month)}, () => h("span", {}));
    panel.replaceChildren(head, h("div", {class: "days"}, names, blanks, daysOf(month).map(cell)));
  }

  function press(event) {
    const at = event.target.dataset.t ?? "";
    if (!(event.key in STEPS) || !at.startsWith("day-")) return;
    event.preventDefault();
    const next = addDays(at.slice(4), STEPS[event.key]);
    if (!allowed(next)) return;
    if (monthOf(next) !== month) turn(next > at.slice(4) ? 1 : -1);
    panel.querySelector(`[data-t="day-${next}"]`).focus();
  }

  show();
  return host;
}
