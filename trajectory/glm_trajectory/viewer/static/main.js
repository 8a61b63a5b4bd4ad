// Chooses the page that fits the address, and draws it.

import {button, h, icon} from "./dom.js";
import {comparePage} from "./compare.js";
import {help} from "./keys.js";
import {runPage} from "./run.js";
import {runsPage} from "./runs.js";
import {source} from "./source.js";
import {themeButton} from "./theme.js";

let leave = () => {};
let turn = 0;

function parts() {
  const [page = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return {page, rest};
}

async function opened() {
  const {page, rest} = parts();
  if (page === "runs" && rest[0]) return runPage(rest[0], Number(rest[1] ?? 1) - 1);
  if (page === "compare" && rest[1]) return comparePage(rest[0], rest[1], Number(rest[2] ?? 1) - 1);
  return source.canList ? runsPage() : runPage("", 0);
}

async function draw() {
  const mine = ++turn;
  leave();
  leave = () => {};
  const page = await opened().catch((error) => ({title: "Not found", body: [h("p", {class: "trouble", role: "alert"}, error.message)]}));
  if (mine !== turn) return page.leave?.();
  leave = () => page.leave?.();
  document.title = `${page.title} - glm-agent`;
  document.getElementById("top").replaceChildren(brand(), h("div", {class: "crumbs"}, page.crumbs ?? []), tools());
  document.getElementById("main").replaceChildren(...page.body);
  document.body.dataset.page = page.kind ?? "";
  page.shown?.();
}

function brand() {
  const mark = [h("span", {class: "mark", "aria-hidden": "true"}), h("span", {}, "glm-agent")];
  return source.canList ? h("a", {class: "brand", href: "#/", "aria-label": "All runs"}, mark) : h("span", {class: "brand"}, mark);
}

function tools() {
  return h("div", {class: "tools"},
    button("Keyboard shortcuts", help, {class: "quiet", id: "help"}, icon("help")),
    themeButton());
}

// A change of the step alone replaces the address without this event.
window.addEventListener("hashchange", draw);
draw();
