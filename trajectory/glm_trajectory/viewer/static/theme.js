// Light, dark, or as the system is.

import {button, icon} from "./dom.js";

const KEY = "glm-agent-theme";

function stored() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function isDark() {
  return (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

export function toggle() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem(KEY, theme); } catch { /* a page on disk may have no storage */ }
}

export function themeButton() {
  return button("Switch between light and dark", toggle, {class: "quiet", id: "theme"}, icon("sun"));
}

if (stored()) document.documentElement.dataset.theme = stored();
