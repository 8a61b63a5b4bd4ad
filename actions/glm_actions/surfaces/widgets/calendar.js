// The pages of a calendar: the days of a month, the months of a year, two dozen years.

const YEARS = 24;
const LEAST_YEAR = 1;
const MOST_YEAR = 9999;

// Its owner has: chosen (text or ""), isOff(text), choose(text), limits { min, max } as days, repaint().
class Calendar {
  constructor(owner, unit) {
    this.owner = owner;
    this.unit = unit; // "day", "week" or "month": what can be chosen
    this.base = unit === "month" ? "months" : "days";
    this.level = this.base;
    this.goTo(firstDay(owner.chosen) ?? this.nearest(today()));
  }

  goTo(date) {
    this.year = date.getUTCFullYear();
    this.month = date.getUTCMonth();
  }

  // A calendar that may not show today begins where something can be chosen.
  nearest(date) {
    const { min, max } = this.owner.limits;
    const text = dayText(date);
    if (min && text < min) return firstDay(min);
    return max && text > max ? firstDay(max) : date;
  }

  textOf(date) {
    return { day: dayText, week: weekText, month: monthText }[this.unit](date);
  }

  draw() {
    const grid = { days: () => this.days(), months: () => this.months(), years: () => this.years() }[this.level]();
    return group("page calendar", this.head(), grid);
  }

  head() {
    const monthly = this.level === "days";
    const years = this.level === "years" ? YEARS : 1;
    const title = make("div", "title", this.title(), this.level === "years" ? undefined : () => this.open("years"));
    const back = [this.arrow("\u00ab", "Previous year", -12 * years)];
    const on = [this.arrow("\u00bb", "Next year", 12 * years)];
    if (monthly) {
      back.push(this.arrow("\u2039", "Previous month", -1));
      on.unshift(this.arrow("\u203a", "Next month", 1));
    }
    return group("head", ...back, title, ...on);
  }

  title() {
    if (this.level === "years") return `${this.firstYear()} \u2013 ${this.firstYear() + YEARS - 1}`;
    const date = dayOf(this.year, this.month, 1);
    const parts = this.level === "days" ? { month: "long", year: "numeric" } : { year: "numeric" };
    return `${inWords(date, parts)} \u25be`;
  }

  firstYear() {
    return this.year - (this.year % YEARS);
  }

  open(level) {
    this.level = level;
    this.owner.repaint();
  }

  arrow(sign, name, months) {
    const target = dayOf(this.year, this.month + months, 1);
    const ok = target.getUTCFullYear() >= LEAST_YEAR && target.getUTCFullYear() <= MOST_YEAR;
    const go = () => {
      this.goTo(target);
      this.owner.repaint();
    };
    const node = make("div", ok ? "tool" : "tool off", sign, ok ? go : undefined);
    node.setAttribute("aria-label", name);
    return node;
  }

  days() {
    const weekly = this.unit === "week";
    const start = weekly ? 1 : firstWeekday();
    const first = dayOf(this.year, this.month, 1);
    const begin = shifted(first, -((first.getUTCDay() - start + 7) % 7));
    const week = Array.from({ length: 7 }, (_, day) => shifted(begin, day));
    const names = week.map((date) => make("div", "cell name", inWords(date, { weekday: "short" })));
    const rows = Array.from({ length: 6 }, (_, row) => week.map((date) => shifted(date, row * 7)));
    const grid = group("grid", ...(weekly ? [make("div", "cell name", "Week")] : []), ...names);
    grid.append(...rows.flatMap((row) => (weekly ? [this.weekRow(row)] : row.map((date) => this.dayCell(date)))));
    grid.style.gridTemplateColumns = `repeat(${weekly ? 8 : 7}, auto)`;
    return grid;
  }

  dayCell(date, inert = false) {
    const cell = inert ? make("div", "cell", String(date.getUTCDate())) : this.cell(date, String(date.getUTCDate()));
    cell.classList.toggle("outer", date.getUTCMonth() !== this.month);
    cell.classList.toggle("today", dayText(date) === dayText(today()));
    return cell;
  }

  weekRow(dates) {
    const row = this.cell(dates[0], undefined);
    const number = make("div", "cell name", weekText(dates[0]).slice(-2));
    row.classList.replace("cell", "week");
    row.append(number, ...dates.map((date) => this.dayCell(date, true)));
    if (row.classList.contains("off")) for (const cell of row.children) cell.classList.add("off");
    return row;
  }

  cell(date, text) {
    const value = this.textOf(date);
    const off = date.getUTCFullYear() < LEAST_YEAR || this.owner.isOff(value);
    const node = make("div", off ? "cell off" : "cell", text, off ? undefined : () => this.owner.choose(value));
    node.classList.toggle("chosen", value === this.owner.chosen);
    return node;
  }

  months() {
    const cells = Array.from({ length: 12 }, (_, month) => {
      const date = dayOf(this.year, month, 1);
      const name = inWords(date, { month: "short" });
      const cell = this.unit === "month" ? this.cell(date, name) : this.link(date, name, this.base);
      cell.classList.toggle("today", monthText(date) === monthText(today()));
      return cell;
    });
    return this.table(cells, 4);
  }

  years() {
    const first = Math.max(LEAST_YEAR, this.firstYear());
    const cells = Array.from({ length: YEARS }, (_, at) => {
      const cell = this.link(dayOf(first + at, this.month, 1), String(first + at), "months");
      cell.classList.toggle("today", first + at === today().getUTCFullYear());
      cell.classList.toggle("chosen", first + at === this.year);
      return cell;
    });
    return this.table(cells, 4);
  }

  table(cells, columns) {
    const grid = group("grid", ...cells);
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(66px, 1fr))`;
    return grid;
  }

  // A cell that leads to the next finer page.
  link(date, text, level) {
    return make("div", "cell", text, () => {
      this.goTo(date);
      this.open(level);
    });
  }
}
