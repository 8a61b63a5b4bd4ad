// Days are strings like "2026-03-12"; nothing here knows what day it really is.

import {app} from "./app.js";

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const parts = (day) => day.split("-").map(Number);
export const monthOf = (day) => day.slice(0, 7);
export const dayOfWeek = (day) => new Date(`${day}T00:00:00Z`).getUTCDay();

export function addDays(day, count) {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + count);
  return moved.toISOString().slice(0, 10);
}

export function addMonths(month, count) {
  const [year, number] = parts(month);
  const moved = new Date(Date.UTC(year, number - 1 + count, 1));
  return moved.toISOString().slice(0, 7);
}

export function monthTitle(month) {
  const [year, number] = parts(month);
  return `${app.shop.months[number - 1]} ${year}`;
}

export function daysOf(month) {
  const days = [];
  for (let day = `${month}-01`; monthOf(day) === month; day = addDays(day, 1)) days.push(day);
  return days;
}

export function weekNames() {
  const first = app.shop.look.monday_first ? 1 : 0;
  return [...DAY_NAMES.slice(first), ...DAY_NAMES.slice(0, first)];
}

export function leadingBlanks(month) {
  const first = dayOfWeek(`${month}-01`);
  return app.shop.look.monday_first ? (first + 6) % 7 : first;
}

export function written(day) {
  const [year, month, number] = parts(day);
  const short = app.shop.months[month - 1].slice(0, 3);
  if (app.shop.look.dates === "short") return `${number} ${short} ${year}`;
  if (app.shop.look.dates === "weekday") return `${DAY_NAMES[dayOfWeek(day)]}, ${short} ${number}`;
  return `${day.slice(8)}.${day.slice(5, 7)}.${year}`;
}
