// The list of runs: search, thumbnails, and the choice of two to compare.

import {badge, h} from "./dom.js";
import {count, moment, plain, seconds} from "./format.js";
import {bind, help} from "./keys.js";
import {source} from "./source.js";
import {toggle} from "./theme.js";

const REFRESH_MS = 3000;
const LINGER_MS = 60;

export async function runsPage() {
  let runs = await source.runs();
  const chosen = new Set();
  let nearing;
  const search = h("input", {type: "search", id: "search", placeholder: "Search goals, models, answers, outcomes", "aria-label": "Search runs", oninput: draw});
  const told = h("p", {class: "told", role: "status"});
  const compare = h("a", {class: "button", id: "compare"}, "Compare two runs");
  const list = h("ul", {class: "runs"});

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = runs.filter((run) => words.every((word) => haystack(run).includes(word)));
    list.replaceChildren(...found.map((run) => run.summary.problem ? unreadable(run) : item(run, chosen, marked, near)));
    told.textContent = runs.length
      ? words.length ? `${count(found.length)} of ${count(runs.length, "run")}` : count(runs.length, "run")
      : "No runs yet. Start one: glm-agent practice flights --solve";
    marked();
  }

  function marked() {
    const [left, right] = chosen;
    if (chosen.size === 2) compare.href = `#/compare/${encodeURIComponent(left)}/${encodeURIComponent(right)}`;
    else compare.removeAttribute("href");
    compare.textContent = chosen.size === 2 ? "Compare them" : chosen.size === 1 ? "Choose one more to compare" : "Choose two to compare";
    for (const box of list.querySelectorAll("input")) box.disabled = chosen.size === 2 && !box.checked;
  }

  async function refresh() {
    if (document.hidden || document.activeElement?.closest(".runs")) return;
    const fresh = await source.runs().catch(() => runs);
    if (JSON.stringify(fresh) === JSON.stringify(runs)) return;
    runs = fresh;
    draw();
  }

  // A run that is about to be opened is read already.
  function near(name) {
    clearTimeout(nearing);
    nearing = setTimeout(() => source.ready(name), LINGER_MS);
  }

  function move(by) {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  }

  bind([
    [["/"], "Search", () => search.focus()],
    [["j", "ArrowDown"], "Next run", () => move(1)],
    [["k", "ArrowUp"], "Previous run", () => move(-1)],
    [["t"], "Light or dark", toggle],
    [["?"], "This help", help],
  ]);
  const timer = setInterval(refresh, REFRESH_MS);
  draw();
  return {
    kind: "runs",
    title: "Runs",
    crumbs: [h("h1", {}, "Runs")],
    body: [h("div", {class: "finder"}, search, compare, told), list],
    leave: () => clearInterval(timer),
  };
}

function haystack({name, summary}) {
  const {goal, model, outcome = "unreadable", answer, why, problem} = summary;
  return [name, goal, model, outcome.replaceAll("_", " "), answer, why, problem].join(" ").toLowerCase();
}

function unreadable({name, summary}) {
  return h("li", {class: "unreadable"},
    h("div", {class: "what"}, h("strong", {}, name), h("span", {}, summary.problem)),
    badge("invalid", "Unreadable"));
}

function item({name, summary}, chosen, marked, near) {
  const tokens = summary.prompt_tokens + summary.completion_tokens;
  const facts = [moment(summary.started), count(summary.steps, "step"), seconds(summary.seconds), count(tokens, "token"), summary.model];
  const box = h("input", {
    type: "checkbox", "aria-label": `Compare ${summary.goal}`, ...(chosen.has(name) ? {checked: true} : {}),
    onchange: (event) => { if (event.target.checked) chosen.add(name); else chosen.delete(name); marked(); },
  });
  const picture = h("img", {src: source.poster(name), alt: "", loading: "lazy", decoding: "async", width: 160, height: 90});
  picture.addEventListener("error", () => picture.classList.add("gone"));
  return h("li", {},
    h("a", {href: `#/runs/${encodeURIComponent(name)}/1`, onpointerenter: () => near(name), onfocus: () => near(name)},
      picture,
      h("div", {class: "what"},
        h("strong", {}, summary.goal),
        h("span", {class: "why"}, summary.answer || summary.why),
        h("span", {class: "facts"}, facts.map((fact) => h("span", {}, fact)))),
      badge(summary.outcome, plain(summary.outcome))),
    h("label", {class: "pick"}, box, h("span", {}, "Compare")));
}
