// How panels look: neutral, legible in a scaled screenshot, light or dark as the field is.

const LOOK = `
.panel {
  --ink: light-dark(#1b1c1f, #eceef1); --paper: light-dark(#fff, #24262b); --soft: light-dark(#54585f, #b4b9c2);
  --line: light-dark(#8a8f98, #7d838e); --hover: light-dark(#e6ebf3, #383c45);
  --pick: light-dark(#1558d6, #8ab4f8); --on-pick: light-dark(#fff, #10131a); --off: light-dark(#75787e, #8b909a);
  box-sizing: border-box; display: flex; flex-direction: column; overflow: hidden; cursor: default;
  font: 14px/20px system-ui, "Liberation Sans", Arial, sans-serif; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 4px 14px rgb(0 0 0 / 30%);
  user-select: none; text-align: start;
}
.scroll { overflow: auto; overscroll-behavior: contain; min-height: 0; flex: 0 1 auto; }
.bar { display: none; box-sizing: border-box; height: 24px; flex: none; text-align: center; color: var(--ink); }
.bar.up { border-bottom: 1px solid var(--line); }
.bar.down { border-top: 1px solid var(--line); }
.bar.end, .bar.bar.end:hover { color: transparent; background: none; }
.long > .bar { display: block; }
[role=button] { cursor: default; }
.rows { padding: 4px 0; }
.row { box-sizing: border-box; min-height: 30px; padding: 5px 0; padding-inline: 30px 14px; position: relative; overflow-wrap: anywhere; }
.row.grouped { padding-inline-start: 44px; }
.row.heading { font-weight: 700; color: var(--soft); padding-inline-start: 12px; }
.row .note { color: var(--soft); margin-inline-start: 10px; }
.row:not(.off, .heading):hover { background: var(--hover); }
.row.active, .row.active:hover { background: var(--pick); color: var(--on-pick); }
.row.active .note { color: inherit; }
.row.current::before { content: "\\2713"; position: absolute; inset-inline-start: 10px; font-weight: 700; }
.off { color: var(--off); }
hr { border: 0; border-top: 1px solid var(--line); margin: 4px 0; }
.page { padding: 10px; display: flex; flex-direction: column; gap: 8px; width: max-content; }
.beside { display: flex; gap: 18px; align-items: flex-start; }
.head { display: flex; align-items: center; justify-content: space-between; gap: 2px; font-weight: 700; }
.head .title { flex: 1; text-align: center; padding: 5px 4px; border-radius: 5px; white-space: nowrap; }
.label { font-weight: 700; padding: 5px 2px; }
.tool { box-sizing: border-box; min-width: 34px; padding: 5px 8px; border: 1px solid var(--line); border-radius: 5px;
  text-align: center; font-weight: 600; }
.foot { display: flex; justify-content: space-between; gap: 8px; }
.grid { display: grid; gap: 2px; }
.cell { box-sizing: border-box; min-width: 38px; min-height: 30px; padding: 4px; text-align: center;
  border: 1px solid transparent; border-radius: 5px; white-space: nowrap; }
.cell.name { color: var(--soft); font-weight: 600; font-size: 13px; }
.cell.small { min-width: 32px; min-height: 28px; padding: 3px; }
.cell.today { border-color: var(--ink); font-weight: 700; }
.cell.outer:not(.chosen) { color: var(--soft); }
.cell.off { color: var(--off); text-decoration: line-through; }
.week { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; border-radius: 5px; }
[role=button]:not(.row, .off):hover { background: var(--hover); }
.chosen.chosen, .chosen.chosen:hover { background: var(--pick); color: var(--on-pick); }
.chosen .name, .chosen .outer.outer { color: inherit; }
.swatch { box-sizing: border-box; width: 32px; height: 28px; border: 1px solid var(--line); border-radius: 4px; }
.swatch.swatch:hover { outline: 2px solid var(--ink); }
.swatch.chosen { outline: 3px solid var(--pick); outline-offset: 1px; }
.now { display: flex; align-items: center; gap: 8px; }
.now .shown { width: 56px; height: 34px; border: 1px solid var(--line); border-radius: 4px; }
.hex { all: revert; box-sizing: border-box; width: 110px; height: 34px; padding: 4px 8px; font: 15px monospace;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 4px; caret-animation: manual; }
`;

let sheet = null;
function lookSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
  }
  return sheet;
}

const caretSheet = new CSSStyleSheet();
caretSheet.replaceSync(":root { caret-animation: manual; }");

// A blinking caret makes two screenshots of a still page differ. A page that sets its own sheets drops this one.
function steadyCaret() {
  const sheets = document.adoptedStyleSheets;
  if (!sheets.includes(caretSheet)) sheets.push(caretSheet);
}
