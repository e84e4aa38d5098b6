// While a diagnosis code is typed, the codes that its words or its beginning may mean are offered below it.

import { keepFocus, make } from "./dom.js";
import { ask } from "./http.js";

const TYPING = 200;
const FIELD = "li[data-path^='diagnoses['][data-path$='.code']";
let waiting;
let turn = 0;

function listOf(row) {
  const known = row.querySelector(".codes");
  if (known) return known;
  const list = make("div", { className: "buttons codes", role: "group", "aria-label": "Codes that fit", hidden: true });
  // Pressing a button must not take the focus from the input: leaving it would answer.
  list.addEventListener("mousedown", keepFocus);
  row.append(list);
  return list;
}

function choose(input, code) {
  input.value = code;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer(input, row) {
  const mine = ++turn;
  const list = listOf(row);
  const found = await ask("POST", "/api/codes/search", { text: input.value.trim() }, true).catch(() => []);
  if (mine !== turn || !row.isConnected) return;
  const left = input.readOnly || found.some(({ code }) => code === input.value) ? [] : found;
  list.replaceChildren(...left.map(({ code, description }) => make(
    "button", { type: "button", onclick: () => choose(input, code) }, `${code} ${description}`,
  )));
  list.hidden = left.length === 0;
}

document.addEventListener("input", ({ target }) => {
  const row = target.closest?.(FIELD);
  if (!row) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(target, row), TYPING);
});
document.addEventListener("focusout", ({ target }) => {
  const list = target.closest?.(FIELD)?.querySelector(".codes");
  if (list) list.hidden = true;
});
