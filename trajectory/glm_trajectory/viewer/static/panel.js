// What stands beside the screenshot: the step, the story, what was sent, the grammar, the events, the run.

import {badge, button, h} from "./dom.js";
import {count, moment, plain, seconds, share} from "./format.js";
import {source} from "./source.js";
import {totals, waterfall} from "./waterfall.js";

const TABS = ["step", "story", "messages", "grammar", "events", "run"];

export class Panel {
  #turn = 0;

  constructor({name, story}) {
    this.name = name;
    this.story = story;
    this.tab = "step";
    this.tabs = TABS.map((tab) => h("button", {type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "panel", onclick: () => this.choose(tab), onkeydown: (event) => this.#arrow(event)}, plain(tab)));
    this.body = h("div", {class: "body", role: "tabpanel", id: "panel", tabindex: "0"});
    this.element = h("section", {class: "panel", "aria-label": "Details"}, h("div", {role: "tablist", "aria-label": "Details"}, this.tabs), this.body);
  }

  choose(tab) {
    this.tab = tab;
    this.draw();
  }

  next() {
    this.choose(TABS[(TABS.indexOf(this.tab) + 1) % TABS.length]);
  }

  show(run, index) {
    [this.run, this.index] = [run, index];
    if (this.tab === "story" && this.body.contains(this.story)) return;
    this.draw();
  }

  async draw() {
    const turn = ++this.#turn;
    for (const [at, one] of this.tabs.entries()) {
      one.setAttribute("aria-selected", String(TABS[at] === this.tab));
      one.tabIndex = TABS[at] === this.tab ? 0 : -1;
    }
    this.body.setAttribute("aria-labelledby", `tab-${this.tab}`);
    const drawn = await this.#drawn().catch((error) => [h("p", {class: "trouble"}, error.message)]);
    if (turn !== this.#turn) return;
    const changed = this.body.dataset.tab !== this.tab;
    this.body.dataset.tab = this.tab;
    this.body.replaceChildren(...drawn);
    if (changed) this.body.scrollTop = 0;
  }

  #arrow(event) {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!by) return;
    event.stopPropagation();
    event.preventDefault();
    this.choose(TABS[(TABS.indexOf(this.tab) + by + TABS.length) % TABS.length]);
    this.tabs[TABS.indexOf(this.tab)].focus();
  }

  async #drawn() {
    if (this.tab === "story") return [this.story];
    if (this.tab === "run") return aboutRun(this.run, source.events(this.name));
    const row = this.run.rows[this.index];
    if (!row) return [h("p", {class: "waiting"}, "There is no step yet.")];
    const step = await source.step(this.name, this.index);
    if (this.tab === "step") return aboutStep(row, step);
    if (this.tab === "events") return Object.values(step).filter(Boolean).map((event) => h("section", {}, h("h3", {}, event.event), json(event)));
    if (!step.decided) return [h("p", {class: "waiting"}, "Nothing was sent to the model at this step.")];
    if (this.tab === "grammar") return [h("p", {class: "hint"}, "Only what this grammar allows could be answered."), code(await source.text(this.name, step.decided.grammar))];
    return Promise.all(step.decided.messages.map((message) => this.#message(message)));
  }

  async #message({role, parts}) {
    const shown = await Promise.all(parts.map(async (part) => part.kind === "screen"
      ? h("img", {src: source.screen(this.name, part.sha256), alt: "A screenshot that was sent", loading: "lazy", class: "sent"})
      : code(await source.text(this.name, part.sha256))));
    return h("section", {class: `message ${role}`}, h("h3", {}, plain(role)), shown);
  }
}

function aboutStep(row, {observed, decided, performed}) {
  return [
    h("p", {class: "reason"}, row.reason || (decided ? "It gave no reason." : "The model has not answered yet.")),
    h("p", {class: "call"}, badge(row.state, STATES[row.state]), row.call && h("code", {}, row.call)),
    row.note && h("p", {class: "note"}, row.note),
    decided?.memory && section("Memory", h("p", {}, decided.memory)),
    section("Time", h("span", {class: "beside"}, seconds(row.seconds)), waterfall(row)),
    section("Tokens", tokens(row, decided)),
    section("Screen", screen(observed)),
    decided?.thinking && h("details", {open: true}, h("summary", {}, "Thinking"), code(decided.thinking)),
    decided && h("details", {}, h("summary", {}, "Raw answer"), code(decided.text)),
    performed && !performed.ok && h("p", {class: "hint"}, "The model was told of this at the next step."),
  ].filter(Boolean);
}

const STATES = {ok: "done", failed: "in vain", invalid: "no valid answer", refused: "not performed", unknown: "not known"};

function tokens(row, decided) {
  if (!row.prompt_tokens) return h("p", {class: "hint"}, "None were counted: no model server decided this step.");
  return h("dl", {},
    pair("Prompt", count(row.prompt_tokens)),
    pair("Of these cached", `${count(row.cached_tokens)} (${share(row.cached_tokens, row.prompt_tokens)})`),
    h("dt", {class: "wide", "aria-hidden": "true"}, h("span", {class: "meter"}, h("span", {class: "bar cached", vars: {long: `${(row.cached_tokens / row.prompt_tokens) * 100}%`}}))),
    pair("Answer", count(row.completion_tokens) + (decided.finish === "length" ? ", cut off" : "")),
    pair("Thinking", decided.think ? "on" : "off"));
}

function screen(observed) {
  const tabs = observed.tabs.length > 1 ? pair("Tabs", observed.tabs.map((tab) => h("span", {class: tab.active ? "tab active" : "tab"}, `${tab.number} ${tab.title || tab.url}`))) : null;
  return h("dl", {},
    pair("Title", observed.title || "–"),
    pair("Address", observed.url || "–"),
    tabs,
    observed.notices.map((notice) => pair("Notice", notice)),
    observed.settled ? null : pair("Settled", "no, it was still changing"));
}

function aboutRun({summary, started, ended, torn, rows}, events) {
  return [
    h("p", {class: "reason"}, summary.goal),
    h("p", {class: "call"}, badge(summary.outcome, plain(summary.outcome)), h("span", {}, summary.why)),
    torn && h("p", {class: "note"}, "The last line of the recording was cut off, and was left out."),
    summary.answer && section("Answer", h("p", {}, summary.answer)),
    ended?.extracts.length > 0 && section("Kept", h("ul", {}, ended.extracts.map((one) => h("li", {}, one)))),
    section("Time", h("span", {class: "beside"}, seconds(summary.seconds)), totals(rows)),
    section("Tokens", h("dl", {},
      pair("Prompts", count(summary.prompt_tokens)),
      pair("Of these cached", `${count(summary.cached_tokens)} (${share(summary.cached_tokens, summary.prompt_tokens)})`),
      pair("Answers", count(summary.completion_tokens)))),
    section("Set-up", h("dl", {},
      pair("Model", started.model), pair("Protocol", started.protocol), pair("Version", started.agent), pair("Began", moment(started.at)),
      pair("Limits", `${count(started.max_steps, "step")}, ${count(started.max_tokens, "token")}, ${seconds(started.max_seconds)}`))),
    events && h("p", {}, h("a", {href: events, class: "button", id: "events-file"}, "Save events.jsonl")),
  ].filter(Boolean);
}

function section(title, ...shown) {
  return h("section", {}, h("h3", {}, title), shown);
}

function pair(name, value) {
  return [h("dt", {}, name), h("dd", {}, value)];
}

function code(text) {
  const block = h("pre", {tabindex: "0"}, text);
  const copy = button("Copy", () => navigator.clipboard.writeText(text).then(() => { copy.textContent = "Copied"; }), {class: "copy"}, "Copy");
  return h("div", {class: "code"}, block, copy);
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(true|false|null)/g;

function json(value) {
  const text = JSON.stringify(value, null, 2);
  const shown = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    shown.push(text.slice(from, found.index));
    const kind = found[1] ? (found[2] ? "key" : "string") : found[3] ? "number" : "word";
    shown.push(h("span", {class: kind}, found[0]));
    from = found.index + found[0].length;
  }
  return h("pre", {tabindex: "0", class: "json"}, shown, text.slice(from));
}
