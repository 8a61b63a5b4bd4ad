// Days without time zones: dates in UTC, and the texts that date fields hold.

function dayOf(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

function shifted(date, days) {
  return dayOf(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days);
}

function digits(number, length) {
  return String(number).padStart(length, "0");
}

function monthText(date) {
  return `${digits(date.getUTCFullYear(), 4)}-${digits(date.getUTCMonth() + 1, 2)}`;
}

function dayText(date) {
  return `${monthText(date)}-${digits(date.getUTCDate(), 2)}`;
}

function today() {
  const now = new Date();
  return dayOf(now.getFullYear(), now.getMonth(), now.getDate());
}

// ISO: a week belongs to the year of its Thursday.
function weekText(date) {
  const thursday = shifted(date, 3 - ((date.getUTCDay() + 6) % 7));
  const first = dayOf(thursday.getUTCFullYear(), 0, 1);
  const number = Math.floor((thursday - first) / (7 * 864e5)) + 1;
  return `${digits(thursday.getUTCFullYear(), 4)}-W${digits(number, 2)}`;
}

function mondayOf(text) {
  const [year, week] = text.split("-W").map(Number);
  const fourth = dayOf(year, 0, 4);
  return shifted(fourth, (week - 1) * 7 - ((fourth.getUTCDay() + 6) % 7));
}

// The first day that a value of any date field names, or null.
function firstDay(text) {
  if (/^\d{4,}-W\d\d$/.test(text)) return mondayOf(text);
  const [, year, month, day] = /^(\d{4,})-(\d\d)(?:-(\d\d))?/.exec(text) ?? [];
  return year ? dayOf(Number(year), month - 1, Number(day ?? 1)) : null;
}

function inWords(date, parts) {
  return new Intl.DateTimeFormat(navigator.language, { ...parts, timeZone: "UTC" }).format(date);
}

// 1 is Monday, 7 is Sunday.
function firstWeekday() {
  const locale = new Intl.Locale(navigator.language);
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}

function hasTwelveHours() {
  return Boolean(new Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions().hour12);
}
