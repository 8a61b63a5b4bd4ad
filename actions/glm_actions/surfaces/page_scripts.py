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

FIND = """
selector => {
  for (const element of document.querySelectorAll(selector)) {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const top = document.elementFromPoint(x, y);
    if (top && element.contains(top)) return [x, y];
  }
  return null;
}
"""

TEXT = """
selector => {
  const element = document.querySelector(selector);
  const field = element?.matches('input, textarea, select');
  return element && String(field ? element.value : element.textContent);
}
"""
