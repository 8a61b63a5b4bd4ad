// Everything marked on each cell of a sheet that can really be seen: kind, label, place and state.
(width, height) => {
  const textual = new Set(["text", "label", "value"]);
  const rectangle = (node) => {
    if (!textual.has(node.dataset.k)) return node.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const visible = (node, box) => {
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return hit && (hit === node || node.contains(hit) || hit.contains(node));
  };
  const cut = (node, box) => {
    const frame = node.dataset.k === "value" && node.parentElement.getBoundingClientRect();
    return frame && box.right > frame.right - 2;
  };
  const seen = (cell) => {
    const origin = cell.getBoundingClientRect();
    const found = [];
    for (const node of cell.querySelectorAll("[data-k]")) {
      const box = rectangle(node);
      const x = box.left - origin.left;
      const y = box.top - origin.top;
      const inside = x > -1 && y > -1 && x + box.width < width + 1 && y + box.height < height + 1;
      if (!inside || box.width < 4 || box.height < 4 || cut(node, box) || !visible(node, box)) continue;
      const {k: kind, l: label, row = "", v: value = "", f: focused = "", c: marked = ""} = node.dataset;
      found.push({kind, label, x, y, w: box.width, h: box.height, row, value, focused, marked});
    }
    return found;
  };
  return [...document.querySelectorAll(".cell")].map(seen);
}
