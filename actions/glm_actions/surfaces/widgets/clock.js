// Hours, minutes and, where the step asks for them, seconds.

// Its owner has: time { hour, minute, second } or null, day(), isOffTime(time, day), isOffStep(time),
// setTime(time, finished), hasSeconds.
class Clock {
  constructor(owner) {
    this.owner = owner;
  }

  draw() {
    const hours = this.part("Hour", hasTwelveHours() ? 4 : 6, this.hours());
    const minutes = this.units("minute");
    const parts = [hours, this.part("Minute", minutes.length > 12 ? 10 : 6, minutes)];
    if (this.owner.hasSeconds) parts.push(this.part("Second", 10, this.units("second")));
    return group("beside clock", ...parts);
  }

  part(name, columns, cells) {
    const grid = group("grid", ...cells);
    grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
    return group("part", make("div", "label", name), grid);
  }

  hours() {
    return Array.from({ length: 24 }, (_, hour) => {
      const time = this.fitting({ ...this.start(), hour });
      return this.cell(hourName(hour), time, this.owner.time?.hour === hour, false);
    });
  }

  units(unit) {
    const start = this.start();
    const all = Array.from({ length: 60 }, (_, at) => ({ ...start, [unit]: at }));
    const last = unit === "second" || !this.owner.hasSeconds;
    const fits = (time) => !this.owner.isOffStep(time) || (unit === "minute" && this.owner.hasSeconds);
    return all.filter(fits).map((time) => {
      const chosen = this.owner.time?.[unit] === time[unit];
      return this.cell(digits(time[unit], 2), this.owner.isOffTime(time) ? null : time, chosen, last);
    });
  }

  cell(text, time, chosen, last) {
    const node = make("div", "cell small", text, time ? () => this.owner.setTime(time, last) : undefined);
    node.classList.toggle("off", !time);
    node.classList.toggle("chosen", chosen);
    return node;
  }

  // Where the counting begins as long as no time is chosen.
  start() {
    return this.owner.time ?? this.first(this.owner.day());
  }

  // The first time that may be chosen on a day.
  first(day) {
    for (let hour = 0; hour < 24; hour += 1) {
      const time = this.fitting({ hour, minute: 0, second: 0 }, day);
      if (time) return time;
    }
    return { hour: 0, minute: 0, second: 0 };
  }

  // The time itself, or the first of its hour that the field allows, or null.
  fitting(time, day = this.owner.day()) {
    const minutes = Array.from({ length: 60 }, (_, minute) => ({ ...time, minute, second: 0 }));
    return [time, ...minutes].find((one) => !this.owner.isOffTime(one, day)) ?? null;
  }
}

function hourName(hour) {
  if (!hasTwelveHours()) return digits(hour, 2);
  return `${hour % 12 || 12} ${hour < 12 ? "AM" : "PM"}`;
}
