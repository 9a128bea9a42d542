/** Making and changing DOM nodes, never from markup: texts of users and servers stay texts. */

const SVG = 'http://www.w3.org/2000/svg';

/** Strokes on a 16 × 16 grid. */
const ICONS = {
  check: 'M3.5 8.5l3 3 6-7',
  warning: 'M8 5.5v3.5M8 11.6v.2M8 1.8L1.3 13.8h13.4z',
  clock: 'M8 4.2V8l2.5 1.6M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  stopped: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM4 12L12 4',
  ring: 'M8 1.8a6.2 6.2 0 1 0 6.2 6.2',
  upload: 'M8 11V3M4.5 6L8 2.5 11.5 6M2.5 10.5v3h11v-3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.4 3.4',
  close: 'M4 4l8 8M12 4l-8 8',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM8.8 2v3.2H12',
};

/** An element. Attributes of true have no value, those of false, null or undefined are left out; children are nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An icon for the eye only; its meaning must stand in a text beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  for (const [key, value] of Object.entries({ viewBox: '0 0 16 16', class: `icon icon-${name}`, 'aria-hidden': 'true' })) {
    svg.setAttribute(key, value);
  }
  return svg;
}

export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? '' : value)) element.setAttribute(name, value === true ? '' : value);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

/** Tells those above what the user wants; elements themselves change no state. */
export function emit(element, type, detail) {
  element.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}

/** Makes the children of `parent` those of `items`; `known` keeps the element of each key between calls. */
export function reconcile(parent, known, items, keyOf, make, update) {
  const keys = new Set(items.map(keyOf));
  for (const [key, element] of known) {
    if (keys.has(key)) continue;
    element.remove();
    known.delete(key);
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = known.get(key) ?? make(item);
    known.set(key, element);
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
}
