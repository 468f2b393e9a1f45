"""Scripts that measure what a class sees of a page, in pixels."""

# How far anything that is shown reaches beyond the window, or can be scrolled, in pixels.
BEYOND = """
() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const places = [main, ...document.querySelectorAll('.st-key-stage, .st-key-stage-preview')];
  return Math.max(main.scrollWidth - main.clientWidth, ...places.flatMap(e =>
    [e.scrollHeight - e.clientHeight, e.getBoundingClientRect().bottom - innerHeight]));
}
"""
# What a class cannot read or see: text below 22 pixels of 1920, in charts as they are scaled, and
# whatever the window cuts off. Names of clothes may have 20 pixels, as there are so many beside a
# curve. A name of a run that is too long for its line ends in dots.
UNSEEN = """
() => {
  const main = document.querySelector('[data-testid="stMain"]'), found = [];
  const left = '.setting-chips, h1, .stage-score, .st-key-tools, [data-testid="stIconMaterial"]';
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), range = new Range();
  const cut = ({ right, bottom }) => right > innerWidth + 1 || bottom > innerHeight + 1;
  while (texts.nextNode()) {
    const text = texts.currentNode, e = text.parentElement;
    const scale = e.ownerSVGElement ? e.getScreenCTM() : { a: 1, b: 0 };
    range.selectNode(text);
    const box = range.getBoundingClientRect();
    if (!text.data.trim() || box.width < 2 || e.closest(left)) continue;
    if (!e.checkVisibility({ visibilityProperty: true })) continue;
    const size = parseFloat(getComputedStyle(e).fontSize) * Math.hypot(scale.a, scale.b);
    const least = (e.closest('.words') ? 20 : 22) / 1920 * innerWidth - 0.1;
    if (size < least) found.push(`${size} pixels: ${text.data}`);
    if (cut(box)) found.push(`cut: ${text.data}`);
  }
  const pictures = [...main.querySelectorAll('img')];
  return [...found, ...pictures.filter(e => cut(e.getBoundingClientRect())).map(e => e.outerHTML)];
}
"""
# How far the middle of a caption is from that of its picture, and how high it reaches into it.
ASIDE = """
() => Math.max(0, ...[...document.querySelectorAll('.digitapp-step figure')].flatMap(e => {
  const [picture, caption] = ['img', 'figcaption'].map(each => e.querySelector(each));
  if (!caption.checkVisibility()) return [];
  const [a, b] = [picture, caption].map(each => each.getBoundingClientRect());
  const into = Math.min(b.bottom - a.top, a.bottom - b.top);
  return [Math.abs(a.x + a.width / 2 - b.x - b.width / 2), into];
}))
"""
# How far the digits below the bars are from their axis.
BELOW_AXIS = """
chart => {
  const boxes = each => [...chart.querySelectorAll(each)].map(e => e.getBoundingClientRect());
  const axis = Math.max(...boxes('.point path').map(({ bottom }) => bottom));
  const tops = boxes('.xtick text').map(({ top, height }) => top + 0.28 * height);  // of a digit
  return Math.min(...tops) - axis;
}
"""
HIDDEN_KEYS = """
() => {
  const list = document.querySelector('[data-testid="stPopoverBody"]:has(.list-of-keys)');
  const { top, left, right, bottom } = list.getBoundingClientRect();
  const out = Math.max(-top, -left, right - innerWidth, bottom - innerHeight);
  return Math.max(out, list.scrollHeight - list.clientHeight, list.scrollWidth - list.clientWidth);
}
"""
