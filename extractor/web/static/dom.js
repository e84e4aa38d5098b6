// Building elements. Text is only ever set as text: nothing here parses HTML.

/** `make("p", {className: "quiet", onclick: f, "aria-label": "x"}, "text", child)` */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value === true ? "" : value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** For `mousedown`: what is clicked leaves the focus where it is, so that typing goes on. */
export const keepFocus = (event) => event.preventDefault();

/** Words for values of the record: `needs_review` is "needs review". */
export const plain = (text) => String(text ?? "").replaceAll("_", " ");

/** How long ago, short. */
export function age(then, now) {
  const minutes = Math.max(0, Math.floor((now - then) / 60000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}
