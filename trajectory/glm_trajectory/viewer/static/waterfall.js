// Where the time of a step went, and of a whole run.

import {h} from "./dom.js";
import {plain, seconds} from "./format.js";

const ORDER = ["settle", "capture", "first_token", "decode", "perform"];

export function waterfall(row) {
  const whole = Math.max(row.seconds, 0.001);
  return h("ol", {class: "waterfall", "aria-label": "Time of this step"}, row.spans.map((span) =>
    h("li", {},
      h("span", {class: "name"}, plain(span.name)),
      h("span", {class: "track", "aria-hidden": "true"},
        h("span", {class: `bar ${span.name}`, vars: {from: `${(span.start / whole) * 100}%`, long: `${(span.seconds / whole) * 100}%`}})),
      h("span", {class: "took"}, seconds(span.seconds)))));
}

export function totals(rows) {
  const sums = ORDER.map((name) => ({name, seconds: rows.flatMap((row) => row.spans).filter((span) => span.name === name).reduce((sum, span) => sum + span.seconds, 0)}));
  const whole = rows.reduce((sum, row) => sum + row.seconds, 0) || 0.001;
  const rest = {name: "rest", seconds: Math.max(0, whole - sums.reduce((sum, one) => sum + one.seconds, 0))};
  return h("div", {class: "totals"},
    h("div", {class: "stack", "aria-hidden": "true"}, [...sums, rest].map((one) => h("span", {class: `bar ${one.name}`, vars: {long: `${(one.seconds / whole) * 100}%`}}))),
    h("dl", {}, [...sums, rest].flatMap((one) => [h("dt", {}, h("span", {class: `dot ${one.name}`}), plain(one.name)), h("dd", {}, seconds(one.seconds))])));
}
