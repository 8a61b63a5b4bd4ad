// The panel of date, datetime-local, month, week and time fields.

const UNITS = { date: "day", "datetime-local": "day", month: "month", week: "week" };

class TemporalPanel {
  constructor(field) {
    this.field = field;
    this.kind = field.type;
    this.judge = judgeFor(field);
    this.limits = { min: limitText(field.min), max: limitText(field.max) };
    this.hasSeconds = this.hasTime() && stepOf(field) < 60;
    this.read();
    this.calendar = this.kind === "time" ? null : new Calendar(this, UNITS[this.kind]);
    this.clock = this.hasTime() ? new Clock(this) : null;
  }

  hasTime() {
    return this.kind === "time" || this.kind === "datetime-local";
  }

  read() {
    const { value } = this.field;
    const [day, time] = this.kind === "time" ? ["", value] : value.split("T");
    this.chosen = day;
    this.time = this.hasTime() && time ? timeOf(time) : null;
  }

  draw() {
    this.read();
    const parts = [this.calendar, this.clock].filter(Boolean).map((part) => part.draw());
    return group("page", group("beside", ...parts), this.foot());
  }

  foot() {
    const now = this.nowText();
    const names = { date: "Today", month: "This month", week: "This week" };
    const tools = [make("div", "tool", "Clear", () => this.finish(""))];
    if (names[this.kind] && !this.isOff(now)) tools.push(make("div", "tool", names[this.kind], () => this.finish(now)));
    if (this.hasTime()) tools.push(make("div", "tool", "Done", closePanel));
    return group("foot", ...tools);
  }

  nowText() {
    const write = { date: dayText, month: monthText, week: weekText }[this.kind];
    return write?.(today()) ?? "";
  }

  repaint() {
    redraw();
  }

  follow() {
    this.read();
    const day = firstDay(this.chosen);
    if (day && this.calendar) {
      this.calendar.goTo(day);
      this.calendar.level = this.calendar.base;
    }
    redraw();
  }

  // Whether a day, week or month may not be chosen.
  isOff(text) {
    if (this.kind !== "datetime-local") return this.validity(text).isOff;
    return (this.limits.min && text < this.limits.min) || (this.limits.max && text > this.limits.max);
  }

  isOffTime(time, day = this.day()) {
    return this.validity(this.valueAt(day, time)).isOff;
  }

  isOffStep(time) {
    return this.validity(this.valueAt(this.day(), time)).stepMismatch;
  }

  validity(value) {
    setInputValue.call(this.judge, value);
    const { rangeUnderflow, rangeOverflow, stepMismatch } = this.judge.validity;
    return { stepMismatch, isOff: rangeUnderflow || rangeOverflow || stepMismatch };
  }

  // The day that a time belongs to as long as none is chosen.
  day() {
    return this.chosen || (this.calendar ? dayText(this.calendar.nearest(today())) : "");
  }

  valueAt(day, { hour, minute, second }) {
    const time = `${digits(hour, 2)}:${digits(minute, 2)}${second ? `:${digits(second, 2)}` : ""}`;
    return this.kind === "time" ? time : `${day}T${time}`;
  }

  choose(text) {
    if (!this.clock) return this.finish(text);
    const fits = this.time && !this.isOffTime(this.time, text);
    this.keep(this.valueAt(text, fits ? this.time : this.clock.first(text)));
  }

  setTime(time, last) {
    const value = this.valueAt(this.day(), time);
    if (last) this.finish(value);
    else this.keep(value);
  }

  keep(value) {
    enter(this.field, value);
    if (panel?.widget === this) this.follow();
  }

  finish(value) {
    const { field } = this;
    closePanel();
    enter(field, value);
  }

  // Typing goes on in the field; only what opens and closes a picker is ours.
  key({ key, altKey, ctrlKey, metaKey }) {
    if (ctrlKey || metaKey) return false;
    const closes = key === "Escape" || key === "F4" || (altKey && key.startsWith("Arrow"));
    if (closes || key === "Enter") closePanel();
    return closes || key === " ";
  }
}

// A field of the same kind outside of the document, which says what the browser would call invalid.
function judgeFor(field) {
  const judge = make("input");
  judge.type = field.type;
  for (const name of ["min", "max", "step", "value"]) {
    if (field.hasAttribute(name)) judge.setAttribute(name, field.getAttribute(name));
  }
  return judge;
}

function limitText(text) {
  const day = firstDay(text);
  return day ? dayText(day) : "";
}

function timeOf(text) {
  const [hour, minute, second] = text.split(":").map(Number);
  return { hour, minute, second: Math.floor(second || 0) };
}

function stepOf(field) {
  const step = Number(field.step);
  return step > 0 ? step : 60;
}
