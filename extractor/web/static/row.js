// One field on the screen. Its input is read-only until somebody types on purpose, so that single keys can answer.

import { keepFocus, make, plain } from "./dom.js";

const STATES = {
  found: "accepted", needs_review: "check", conflicting: "pages disagree", illegible: "illegible",
  blank: "blank on form", not_on_form: "not on form", corrected: "corrected", confirmed: "confirmed",
};
const KEYS = { b: "blank", i: "illegible", n: "not_on_form" };
/** Keys that are about more than the field. */
const BEYOND = { c: "critical", o: "order", p: "putBack", r: "readiness", t: "turn", pagedown: "nextPage", pageup: "previousPage" };
const TYPING = 200;
let count = 0;

export class Row {
  /** `list` is told what happens: select, answer, remove, move, check, history. */
  constructor(view, list) {
    this.list = list;
    this.path = view.path;
    this.isSeen = false;
    this.isTyping = false;
    this.isRefused = false;
    this.isBusy = false;
    this.isKept = false;
    this.place = null;
    this.part = null;
    const id = `field-${++count}`;
    this.of = make("span", { className: "of" });
    this.name = make("span");
    this.state = make("span", { className: "chip" });
    this.input = make("input", { id, readOnly: true, autocomplete: "off", spellcheck: false, "aria-describedby": `${id}-reason ${id}-problem` });
    this.crop = make("canvas", { className: "crop", hidden: true, role: "img", "aria-label": "What stands on the page" });
    this.reason = make("p", { className: "reason", id: `${id}-reason` });
    this.problem = make("p", { className: "problem", id: `${id}-problem`, role: "alert" });
    this.choices = make("div", { className: "choices" });
    this.buttons = make("div", { className: "buttons" });
    this.why = make("div", { className: "why", hidden: true });
    this.element = make(
      "li",
      { className: "field", "data-path": view.path },
      make("div", { className: "line" }, make("label", { for: id }, this.of, this.name), this.input, this.state),
      make("div", { className: "detail" }, this.crop, this.choices, this.problem, this.reason, this.buttons, this.why),
    );
    this.input.addEventListener("focus", () => list.select(this));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("dblclick", () => this.type());
    this.input.addEventListener("input", () => this.#check());
    this.input.addEventListener("blur", () => this.#leave());
    this.fill(view);
  }

  fill(view) {
    this.view = view;
    this.isTyping = false;
    this.isKept = false;
    this.isRefused = false;
    this.input.readOnly = true;
    this.tellPart(this.part);
    this.name.textContent = view.label;
    this.input.value = view.text;
    this.input.placeholder = view.text ? "" : "nothing read";
    this.state.textContent = view.removed ? "removed" : view.needs ? STATES[view.state] : (STATES[view.state] ?? view.state);
    this.state.dataset.kind = view.removed ? "removed" : view.needs ? "needs" : view.answered_by ? "done" : view.state;
    this.element.classList.toggle("needs", view.needs);
    this.element.classList.toggle("critical", view.critical);
    this.element.classList.toggle("removed", view.removed);
    this.element.classList.toggle("answered", Boolean(view.answered_by));
    this.reason.textContent = view.answered_by ? `${view.reason} (${view.answered_by})` : view.reason;
    this.say("");
    this.#fillChoices();
    this.#fillButtons();
    this.why.hidden = true;
  }

  /** Name the part that the field belongs to, where it does not stand under its title. */
  tellPart(part) {
    this.part = part;
    this.of.textContent = this.view.item || part ? `${this.view.item ?? part} ` : "";
  }

  /** Whether something was said here that is not saved. */
  get isUnsaved() { return this.isTyping || this.isRefused; }

  /** The server would not take the answer: it stays unsaved until another is taken, or it is dropped. */
  refuse(problem) {
    this.isRefused = true;
    this.say(problem);
  }

  /** A message about the answer: what is wrong, or what the text would become. */
  say(text, isProblem = true) {
    this.problem.textContent = text;
    this.problem.classList.toggle("good", !isProblem);
  }

  /** Begin to type; a text that is given replaces the value, a further one is added. */
  type(text = null, place = null) {
    if (this.view.removed || this.isBusy || !this.list.isOpen()) return;
    const isFirst = !this.isTyping;
    this.isTyping = true;
    this.input.readOnly = false;
    if (text !== null) {
      this.input.value = isFirst ? text : `${this.input.value} ${text}`.trim();
      const [page, box] = place;
      const before = !isFirst && this.place?.page === page ? this.place.box : box;
      this.place = { page, box: [Math.min(before[0], box[0]), Math.min(before[1], box[1]), Math.max(before[2], box[2]), Math.max(before[3], box[3])] };
      this.#check();
    } else if (isFirst) {
      this.place = null;
    }
    this.input.focus();
    if (text === null) this.input.select();
  }

  /** Put a text in place of whatever was being typed: it was read from a box, and nobody has confirmed it. */
  put(text, page, box) {
    if (this.isTyping) this.cancel();
    this.type(text, [page, box]);
  }

  /** What is being typed, with its place; null where nothing is. */
  get typed() {
    return this.isUnsaved ? { path: this.path, text: this.input.value, place: this.place } : null;
  }

  /** Give back what was typed before the page was drawn anew. */
  restore({ text, place }) {
    if (this.view.removed) return;
    this.isTyping = true;
    this.isKept = true;
    this.place = place;
    this.input.readOnly = false;
    this.input.value = text;
    this.say("typed, and not saved yet: Enter saves it, Escape drops it", false);
  }

  /** Drop what is not saved. */
  cancel() {
    clearTimeout(this.waiting);
    if (this.isKept) this.#keep(null);
    this.isTyping = false;
    this.isRefused = false;
    this.place = null;
    this.input.readOnly = true;
    this.input.value = this.view.text;
    this.say("");
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.isTyping) this.#typingKey(event);
    else this.#answerKey(event);
  }

  #typingKey(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.save(true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.cancel();
      this.input.focus();
    }
  }

  #answerKey(event) {
    const key = event.key.toLowerCase();
    const moves = { arrowdown: 1, arrowup: -1 };
    if (key === "tab") return;
    if (key in moves) this.list.step(this, moves[key]);
    else if (event.repeat) event.preventDefault(); // a key that is held down answers nothing
    else if (key === "escape") this.cancel();
    else if (key === "enter") this.#answer({ action: "confirm", value: this.view.value });
    else if (key in KEYS) this.#answer({ action: KEYS[key] });
    else if (/^[1-9]$/.test(key)) this.#choose(Number(key) - 1);
    else if (key === "e" || key === "f2") this.type();
    else if (key === "x") this.#remove();
    else if (key === "w") this.#explain();
    else if (key === "s") this.list.next(this);
    else if (key === "a") this.list.leave();
    else if (key in BEYOND) this.list.acts[BEYOND[key]]();
    else return;
    event.preventDefault();
  }

  /** Save what was typed; an unchanged text confirms. */
  async save(isNext) {
    clearTimeout(this.waiting);
    const text = this.input.value.trim();
    if (text === this.view.text && this.view.value !== null && this.place === null) {
      this.cancel();
      return this.#answer({ action: "confirm", value: this.view.value }, isNext);
    }
    const place = this.place ? { page_no: this.place.page, bbox: this.place.box } : {};
    return this.list.answer(this, { action: "correct", text, ...place }, isNext);
  }

  #answer(said, isNext = true) {
    if (this.view.removed) return null;
    if (said.action === "confirm" && said.value === null) return this.say("Nothing was read here: type it (E), or say blank (B), illegible (I), not on form (N).");
    // Who has not been shown the place cannot say that it is right.
    if (!this.isSeen) return null;
    // Whatever was being typed, this is the answer.
    if (this.isTyping) this.cancel();
    return this.list.answer(this, said, isNext);
  }

  #choose(place) {
    const choice = this.view.choices[place];
    if (choice) this.#answer({ action: "alternative", value: choice.value });
  }

  #remove() {
    if (!this.view.head || this.view.removed) return;
    if (this.isTyping) this.cancel();
    this.list.answer(this, { action: "remove", path: this.view.head }, true);
  }

  async #explain() {
    this.why.hidden = !this.why.hidden;
    if (this.why.hidden) return;
    const { view } = this;
    const facts = [
      ["Source", view.source + (view.page_no ? `, page ${view.page_no}` : "")],
      ["Read as", view.raw],
      ["Sure to", view.confidence === null ? null : `${(100 * view.confidence).toFixed(1)} %`],
      ["Because", view.reasons.filter((reason) => reason !== view.reason).join("; ")],
    ].filter(([, text]) => text);
    const table = make("dl", {}, ...facts.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
    const lines = await this.list.history(this);
    const history = lines.map((line) => make(
      "li", {},
      `${line.at ? new Date(line.at).toLocaleString() : "at first"} · ${line.actor} · ${plain(line.what)}`,
      line.before !== line.after ? `: ${line.before || "nothing"} → ${line.after || "nothing"}` : line.after ? `: ${line.after}` : "",
    ));
    this.why.replaceChildren(table, make("ol", { "aria-label": "History" }, ...history));
  }

  #check() {
    if (!this.isTyping) return;
    clearTimeout(this.waiting);
    const text = this.input.value.trim();
    if (!text) return this.say("");
    this.waiting = setTimeout(async () => {
      this.#keep(text);
      const { text: read, problem, told } = await this.list.check(this, text);
      if (!this.isTyping || this.input.value.trim() !== text) return;
      const good = [read === text ? null : `is saved as ${read}`, told].filter(Boolean).join(". ");
      this.say(problem ?? good, Boolean(problem));
    }, TYPING);
  }

  /** Keep a text that is not saved yet, so that it is there again on a page that is loaded again. */
  #keep(text) {
    this.isKept = text !== null;
    this.list.keep(this.path, text, text === null ? null : this.place);
  }

  /** What was typed is saved when one goes on to another field, unless nothing was changed. */
  #leave() {
    if (!this.isTyping || !document.hasFocus()) return;
    const text = this.input.value.trim();
    if (text === this.view.text) this.cancel();
    else this.save(false);
  }

  #fillChoices() {
    this.choices.replaceChildren(...this.view.choices.map((choice, place) => make(
      "button", { type: "button", tabIndex: -1, onmousedown: keepFocus, onclick: () => this.#choose(place) },
      make("kbd", {}, String(place + 1)), ` ${choice.text}`,
    )));
  }

  #fillButtons() {
    const { view } = this;
    const button = (key, text, act) => make("button", { type: "button", tabIndex: -1, onmousedown: keepFocus, onclick: act }, text, " ", make("kbd", {}, key));
    this.buttons.replaceChildren(
      ...(view.removed ? [] : [
        view.value === null ? null : button("Enter", "Right", () => (this.isTyping ? this.save(true) : this.#answer({ action: "confirm", value: view.value }))),
        button("E", "Type", () => this.type()),
        button("B", "Blank", () => this.#answer({ action: "blank" })),
        button("I", "Illegible", () => this.#answer({ action: "illegible" })),
        button("N", "Not on form", () => this.#answer({ action: "not_on_form" })),
        view.head ? button("X", "No such item", () => this.#remove()) : null,
      ].filter(Boolean)),
      button("W", "Why", () => this.#explain()),
    );
  }
}
