// Figures for people.

export function seconds(value) {
  if (value < 0.0005) return "0 ms";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 60) return `${value.toFixed(value < 9.95 ? 1 : 0)} s`;
  const [minutes, rest] = [Math.floor(value / 60), Math.floor(value % 60)];
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
}

export function count(value, noun) {
  return `${value.toLocaleString("en")}${noun ? ` ${noun}${value === 1 ? "" : "s"}` : ""}`;
}

export function share(part, whole) {
  return whole ? `${Math.round((part / whole) * 100)} %` : "–";
}

export function moment(at) {
  return new Date(at * 1000).toLocaleString(undefined, {dateStyle: "medium", timeStyle: "short"});
}

export function plain(name) {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
