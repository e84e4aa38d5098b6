// All fields of a referral, part by part: what needs a person is open, the rest is folded with its reason.

import { byId, make } from "./dom.js";
import { Row } from "./row.js";

export class Fields {
  /** `acts`: answer(path, said), check(path, text), keep(path, text, place), history(path), leave(), isOpen(),
   *  and what the keys beyond a field do. */
  constructor(viewer, acts) {
    this.viewer = viewer;
    this.acts = acts;
    this.root = byId("fields");
    this.rows = new Map();
    this.parts = new Map();
    this.selected = null;
    this.saving = new Set();
    // What asks, in the order of the pages; the parts then hold what is folded.
    this.inOrder = make("ul", { className: "open", "aria-label": "By page" });
    this.isInOrder = false;
  }

  /** What asks in the order of its places on the pages, or part by part as the record has it. */
  arrange(isInOrder) {
    if (this.isInOrder === isInOrder) return;
    this.isInOrder = isInOrder;
    for (const row of this.rows.values()) if (!row.element.closest("details")) this.#open(row);
    this.#count();
    if (this.selected?.element.checkVisibility()) this.selected.input.focus();
  }

  render(sections, views) {
    this.inOrder.replaceChildren();
    this.root.replaceChildren(this.inOrder);
    this.rows.clear();
    this.parts.clear();
    this.selected = null;
    for (const section of sections) {
      const open = make("ul", { className: "open" });
      const folded = make("ul", {});
      const summary = make("summary", {});
      const fold = make("details", {}, summary, folded);
      const add = make("button", { type: "button", className: "add", hidden: !section.add_path });
      add.addEventListener("click", () => this.#add(section.key));
      const heading = make("h2", { id: `part-${this.parts.size}` }, section.title);
      const element = make("section", { "aria-labelledby": heading.id }, make("div", { className: "heading" }, heading, add), open, fold);
      this.parts.set(section.key, { element, open, folded, summary, fold, add, section });
      this.root.append(element);
    }
    this.#fillSections(sections);
    for (const view of views) this.#append(view);
    this.#count();
  }

  /** Show what a save changed; what a person just answered stays open, so that they can go back to it. */
  update(sections, views, gone) {
    for (const path of gone) {
      this.rows.get(path)?.element.remove();
      this.rows.delete(path);
    }
    for (const view of views) {
      const row = this.rows.get(view.path);
      if (!row) this.#append(view);
      else {
        // What somebody else answered meanwhile does not take away what is being typed here.
        const typed = row.isBusy ? null : row.typed;
        row.fill(view);
        if (typed) row.restore(typed);
        if (view.needs && row.element.closest("details")) this.#open(row);
      }
    }
    this.#fillSections(sections);
    this.#count();
  }

  select(row) {
    if (this.selected === row) return;
    this.selected?.element.classList.remove("selected");
    this.selected = row;
    row.element.classList.add("selected");
    row.element.scrollIntoView({ block: "nearest" });
    this.#look(row);
  }

  async #look(row) {
    const { page_no: page, box } = row.view;
    if (box) {
      this.viewer.reveal(page, box);
      const isDrawn = await this.viewer.crop(row.crop, page, box);
      row.crop.hidden = !isDrawn;
      if (isDrawn) requestAnimationFrame(() => requestAnimationFrame(() => this.#seen(row)));
    } else {
      row.crop.hidden = true;
      if (page) this.viewer.show(page);
      if (await this.viewer.isReady(this.viewer.current?.page_no)) this.#seen(row);
    }
    row.element.scrollIntoView({ block: "nearest" });
  }

  /** From now on the field can be answered: its place was drawn. */
  #seen(row) {
    row.isSeen = true;
    row.element.dataset.seen = "yes";
  }

  async answer(row, said, isNext) {
    const path = said.path ?? row.path;
    if (row.isBusy) return;
    row.isBusy = true;
    row.input.readOnly = true;
    row.isRefused = false;
    const next = this.#following(row, (other) => other.view.needs && other.view.head !== said.path);
    try {
      const saved = this.acts.answer(path, { ...said, path });
      this.saving.add(saved);
      const problem = await saved.finally(() => this.saving.delete(saved));
      if (problem) row.refuse(problem);
      else if (isNext) this.#focus(this.rows.get(next?.path)?.view.needs ? next : this.#following(row, (other) => other.view.needs));
    } finally {
      row.isBusy = false;
      row.input.readOnly = !row.isTyping;
    }
  }

  /** Once nothing is on its way any more: whether everything that was said is saved. */
  async isSaved() {
    const saved = await Promise.allSettled(this.saving);
    return saved.every(({ value }) => value === null) && !this.unsaved();
  }

  /** A field where something was said that is not saved, if there is one. */
  unsaved() { return [...this.rows.values()].find((row) => row.isUnsaved) ?? null; }

  /** Everything that is typed and not saved. */
  typed() { return [...this.rows.values()].map((row) => row.typed).filter(Boolean); }

  /** Give back what was typed before the page was drawn anew; a further item of a list gets its row again. */
  restore(texts) {
    for (const typed of texts) {
      const part = [...this.parts.values()].find(({ section }) => section.add_path === typed.path);
      const row = this.rows.get(typed.path) ?? (part && this.#addRow(part.section.key));
      if (!row || row.isTyping) continue;
      this.#open(row);
      row.restore(typed);
    }
    this.#count();
  }

  /** Put what was read in a box into the selected field; `read` gives it. */
  async insertBox(page, box, read) {
    const row = this.selected;
    if (!row || row.view.removed || !this.acts.isOpen()) return;
    row.say("reading the box…", false);
    const { text, value, problem } = await read(row.path);
    if (this.selected !== row) return;
    if (!text) return row.say(problem);
    row.put(value ?? text, page, box);
    await this.viewer.crop(row.crop, page, box);
    row.crop.hidden = false;
  }

  keep(path, text, place) { this.acts.keep(path, text, place); }
  check(row, text) { return this.acts.check(row.path, text); }
  history(row) { return this.acts.history(row.path); }
  leave() { this.acts.leave(); }
  isOpen() { return this.acts.isOpen(); }

  /** To the next field that needs a person, round and round; past the last one to the approval. */
  next(row) { this.#focus(this.#following(row, (other) => other.view.needs)); }

  step(row, by) {
    const shown = this.#shown();
    const place = shown.indexOf(row) + by;
    if (shown[place]) shown[place].input.focus();
  }

  /** Go to a field wherever it is, also where it is folded. */
  focus(path) {
    const row = this.rows.get(path);
    if (!row) return false;
    const fold = row.element.closest("details");
    if (fold) fold.open = true;
    row.input.focus();
    return true;
  }

  first() {
    const row = [...this.#shown()].find((other) => other.view.needs);
    this.#focus(row ?? null);
  }

  insert(text, page, box) { this.selected?.type(text, [page, box]); }

  left() {
    const needing = [...this.rows.values()].filter((row) => row.view.needs);
    return { all: needing.length, critical: needing.filter((row) => row.view.critical).length };
  }

  #focus(row) {
    if (row) row.input.focus();
    else this.acts.leave();
  }

  #following(row, isWanted) {
    const shown = this.#shown();
    const place = shown.indexOf(row);
    return [...shown.slice(place + 1), ...shown.slice(0, Math.max(0, place))].find(isWanted) ?? null;
  }

  /** The rows that can be seen, in the order of the screen. */
  #shown() {
    const byElement = new Map([...this.rows.values()].map((row) => [row.element, row]));
    return [...this.root.querySelectorAll("li.field")].filter((element) => element.checkVisibility()).map((element) => byElement.get(element));
  }

  #append(view) {
    const row = new Row(view, this);
    this.rows.set(view.path, row);
    if (view.needs || view.answered_by) this.#open(row);
    else this.parts.get(view.section).folded.append(row.element);
  }

  #open(row) {
    const part = this.parts.get(row.view.section);
    row.tellPart(this.isInOrder ? part.section.title : null);
    if (!this.isInOrder) return part.open.append(row.element);
    const rows = [...this.rows.values()];
    const after = [...this.inOrder.children]
      .map((element) => rows.find((other) => other.element === element))
      .find((other) => other !== row && comesBefore(row.view, other.view));
    this.inOrder.insertBefore(row.element, after?.element ?? null);
  }

  #add(key) {
    const { section } = this.parts.get(key);
    (this.rows.get(section.add_path) ?? this.#addRow(key)).type();
  }

  #addRow(key) {
    const { section } = this.parts.get(key);
    const blank = {
      path: section.add_path, section: key, item: null, head: null, label: section.add_label, value: null, text: "",
      state: "needs_review", needs: false, critical: true, removed: false, page_no: null, box: null, confidence: null,
      source: "", raw: null, choices: [], reason: "type it, or click its words on the page", reasons: [], answered_by: null,
    };
    const row = new Row(blank, this);
    this.rows.set(blank.path, row);
    this.#open(row);
    return row;
  }

  #fillSections(sections) {
    for (const section of sections) {
      const part = this.parts.get(section.key);
      part.section = section;
      part.add.textContent = section.add_label ?? "";
    }
  }

  #count() {
    for (const { element, open, folded, summary, fold } of this.parts.values()) {
      const number = folded.children.length;
      summary.textContent = number === 1 ? "1 field that asks nothing" : `${number} fields that ask nothing`;
      fold.hidden = number === 0;
      element.hidden = number === 0 && open.children.length === 0 && !element.querySelector(".add:not([hidden])");
    }
  }
}

/** Whether one field stands before another on the pages; what has no place comes last. */
function comesBefore(one, other) {
  const [first, second] = [one, other].map(({ page_no: page, box }) => [page ?? Infinity, box?.[1] ?? Infinity, box?.[0] ?? Infinity]);
  const differing = first.findIndex((place, index) => place !== second[index]);
  return differing >= 0 && first[differing] < second[differing];
}
