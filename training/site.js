// One look at a page of the practice site: its named elements, and its texts; judged as the browser surface judges them.
(clickable, said) => {
  const named = [...document.querySelectorAll("[data-t]")].map((element) => ({
    name: element.dataset.t,
    text: said(element),
    at: clickable(element),
    attributes: Object.fromEntries([...element.attributes].map(({name, value}) => [name, value])),
    disabled: element.matches(":disabled"),
    focused: element.matches(":focus"),
    tag: element.tagName.toLowerCase(),
    box: element.getBoundingClientRect().toJSON(),
  }));
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const label = walker.currentNode.data.trim();
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const {x, y, width, height} = range.getBoundingClientRect();
    const inside = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
    const top = inside && document.elementFromPoint(x + width / 2, y + height / 2);
    const owner = walker.currentNode.parentElement;
    if (!label || label.length > 46 || !top || !(owner.contains(top) || top.contains(owner))) continue;
    const control = owner.closest("button, a");
    const alone = control && control.textContent.trim() === label;
    const box = alone ? control.getBoundingClientRect() : {x, y, width, height};
    const kind = !alone ? "text" : control.tagName === "A" ? "link" : "button";
    texts.push({kind, label, x: box.x, y: box.y, w: box.width, h: box.height});
  }
  return {named, texts};
}
