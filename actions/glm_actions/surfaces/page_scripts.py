"""The few lines of JavaScript that run in pages."""

QUIET = """
() => new Promise(done => {
  const runs = animation =>
    animation.playState === 'running' && isFinite(animation.effect?.getComputedTiming().endTime ?? 0);
  const changes = new MutationObserver(() => { calm = false; });
  const unobserved = element => element.shadowRoot || element.matches('canvas, video, iframe, frame, object, embed');
  let calm = ![...document.querySelectorAll('*')].some(unobserved);
  const tell = () => {
    calm &&= !changes.takeRecords().length;
    changes.disconnect();
    done([document.readyState === 'complete' && !document.getAnimations().some(runs), calm, document.title]);
  };
  changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  requestAnimationFrame(tell);
  setTimeout(tell, 100);  // a page in the background gets no frames
})
"""

HAS_FOCUS = """
() => {
  const focused = document.activeElement;
  return focused !== null && focused !== document.body && focused !== document.documentElement;
}
"""

CLICKABLE = """
element => {
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return top && element.contains(top) ? [x, y] : null;
}
"""

SAID = """
element => String(element.matches('input, textarea, select') ? element.value : element.textContent)
"""

FIND = f"""
selector => {{
  for (const element of document.querySelectorAll(selector)) {{
    const place = ({CLICKABLE})(element);
    if (place) return place;
  }}
  return null;
}}
"""

TEXT = f"""
selector => {{
  const element = document.querySelector(selector);
  return element && ({SAID})(element);
}}
"""
