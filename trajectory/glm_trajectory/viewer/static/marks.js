// Draws on a screenshot what was done there.

import {h, svg} from "./dom.js";

// An element that lies on a picture of `row`; `scale` is how many of its pixels make one on the page.
export function overlay(row, scale) {
  const place = (mark) => ({x: `${(mark.x / row.width) * 100}%`, y: `${(mark.y / row.height) * 100}%`});
  const drawn = row.marks.map((mark) => {
    if (mark.shape === "ring") return h("div", {class: `ring ${mark.how}`, vars: place(mark)});
    if (mark.shape === "arrow") return arrow(mark, row, scale);
    return h("div", {class: `caption ${mark.how} ${mark.x === null ? "afloat" : ""}`, vars: mark.x === null ? {} : place(mark)},
      mark.how === "type" ? null : h("b", {}, mark.how.replaceAll("_", " ")), mark.text || null);
  });
  const label = row.words ? `${row.words}${row.state === "ok" ? "" : `, ${row.state}`}` : "No action";
  return h("div", {class: `overlay ${row.state}`, role: "img", "aria-label": label}, drawn);
}

function arrow(mark, row, scale) {
  const angle = Math.atan2(mark.to_y - mark.y, mark.to_x - mark.x);
  const head = [angle + 2.6, angle - 2.6].map((turn) => `${mark.to_x + Math.cos(turn) * 14 * scale},${mark.to_y + Math.sin(turn) * 14 * scale}`);
  return svg("svg", {class: "arrow", viewBox: `0 0 ${row.width} ${row.height}`, "aria-hidden": "true"},
    [8, 4].map((width) => [
      svg("line", {x1: mark.x, y1: mark.y, x2: mark.to_x, y2: mark.to_y, "stroke-width": width * scale}),
      svg("polygon", {points: `${mark.to_x},${mark.to_y} ${head.join(" ")}`, "stroke-width": width * scale}),
    ]));
}
