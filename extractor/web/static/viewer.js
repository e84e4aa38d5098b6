// The page image: shows one page of the fax, pans and zooms to a box, cuts crops, and tells which word was clicked.
// Boxes are in points on the upright page; the picture is that page, so one scale turns points into pixels.

import { ask } from "./http.js";
import { byId, keepFocus, make } from "./dom.js";

const WIDEST = 2.4; // CSS pixels a point
const READABLE = 24; // CSS pixels of height that a box is zoomed to
const CROP_AROUND = { x: 60, y: 14 }; // points shown with a box: enough for a label above it
const SMALLEST_DRAG = 6; // CSS pixels; less is a click

export class Viewer {
  /** `first`: the page that is asked about first; `onWord(text, page, box)`: a word was clicked; `onBox(page, box)`: a
   *  box was drawn. */
  constructor(referral, pages, first, onWord, onBox) {
    this.base = `/api/referrals/${referral}/pages/`;
    this.pages = new Map(pages.map((page) => [page.page_no, { ...page, words: null }]));
    this.onWord = onWord;
    this.onBox = onBox;
    this.sheet = byId("sheet");
    this.drawn = byId("drawn");
    this.drag = null;
    this.scroll = byId("scroll");
    this.stage = byId("stage");
    this.mark = byId("mark");
    this.hover = byId("hover");
    this.current = null;
    this.scale = 1;
    this.isFit = true;
    for (const page of this.pages.values()) this.#prepare(page);
    byId("tabs").replaceChildren(...[...this.pages.values()].map((page) => page.tab));
    this.update(pages);
    byId("fit").addEventListener("click", () => this.fit());
    byId("bigger").addEventListener("click", () => this.zoom(this.scale * 1.3));
    byId("smaller").addEventListener("click", () => this.zoom(this.scale / 1.3));
    this.stage.addEventListener("pointerdown", (event) => this.#begin(event));
    this.stage.addEventListener("pointermove", (event) => this.#point(event));
    this.stage.addEventListener("pointerup", (event) => this.#end(event));
    this.stage.addEventListener("pointercancel", () => this.#drop());
    this.stage.addEventListener("pointerleave", () => { this.hover.hidden = true; });
    // Several words make one value: neither clicking them nor turning pages ends the typing.
    byId("viewer").addEventListener("mousedown", keepFocus);
    new ResizeObserver(() => { if (this.isFit && this.current) this.fit(); }).observe(this.scroll);
    const shown = this.pages.get(first) ?? [...this.pages.values()].find((page) => page.is_theirs) ?? this.pages.values().next().value;
    if (!shown) return;
    // Pages are drawn one after the other: what is asked about first is not kept waiting by the others.
    const isThere = this.#load(shown);
    for (const page of this.pages.values()) if (page !== shown) page.ready = isThere.then(() => this.#load(page));
    this.show(shown.page_no);
  }

  /** Whether the page can be seen; resolves once its picture is there, or has failed. */
  async isReady(pageNo) {
    return (await this.pages.get(pageNo)?.ready) ?? false;
  }

  /** Resolves once every page has come, or has failed. */
  async allCame() {
    await Promise.all([...this.pages.values()].map((page) => page.ready));
  }

  /** The pages as they are now: what each is, whose, and how it is turned. */
  update(pages) {
    for (const told of pages) {
      const page = this.pages.get(told.page_no);
      if (!page) continue;
      Object.assign(page, { type: told.type, quality: told.quality, is_theirs: told.is_theirs });
      const facts = [page.type, page.quality, page.is_theirs ? null : "not this patient's"].filter(Boolean).join(", ");
      page.tab.title = facts;
      page.tab.textContent = `${page.page_no} ${page.type}`;
      page.tab.classList.toggle("stranger", !page.is_theirs);
      this.#lay(page, told);
    }
  }

  /** A page as it lies now; one that lies otherwise than before has another picture, other words, other boxes. */
  #lay(page, told) {
    if (page.lies === told.turn) return;
    page.lies = told.turn;
    page.turn = 0;
    page.words = null;
    page.read = null;
    Object.assign(page, { width: told.width ?? 612, height: told.height ?? 792 });
    this.#load(page);
    if (page !== this.current) return;
    this.mark.hidden = true;
    if (this.isFit) this.fit();
    else this.zoom(this.scale, false);
    this.#loadWords(page);
  }

  /** Show a page turned by so many degrees clockwise from how it lies. */
  turn(pageNo, degrees) {
    const page = this.pages.get(pageNo);
    if (!page || page.turn === degrees) return;
    page.turn = degrees;
    if (page === this.current) this.isFit ? this.fit() : this.zoom(this.scale, false);
  }

  show(pageNo) {
    const page = this.pages.get(pageNo);
    if (!page || this.current === page) return;
    if (this.current) this.current.image.hidden = true;
    for (const other of this.pages.values()) other.tab.setAttribute("aria-pressed", String(other === page));
    this.current = page;
    page.image.hidden = false;
    this.mark.hidden = true;
    this.hover.hidden = true;
    byId("missing").hidden = true;
    page.ready.then((isThere) => {
      if (this.current !== page) return;
      byId("missing").hidden = isThere;
      byId("missing").textContent = isThere ? "" : `The picture of page ${pageNo} cannot be shown.`;
    });
    if (this.isFit) this.fit();
    else this.zoom(this.scale);
    this.#loadWords(page);
  }

  /** The page before or after this one, in the order of the tabs. */
  step(by) {
    const numbers = [...this.pages.keys()];
    const next = numbers[numbers.indexOf(this.current?.page_no) + by];
    if (next !== undefined) this.show(next);
  }

  /** Pan and zoom to a box so that it can be read. */
  async reveal(pageNo, box) {
    this.show(pageNo);
    const page = this.current;
    if (!(await page.ready) || this.current !== page) return;
    const [x0, top, x1, bottom] = this.#turned(box);
    const widest = (0.72 * this.scroll.clientWidth) / Math.max(1, x1 - x0);
    this.isFit = false;
    this.zoom(Math.min(WIDEST, widest, Math.max(this.#fitScale(), READABLE / Math.max(6, bottom - top))), false);
    this.#place(this.mark, box, 2);
    const middle = { x: ((x0 + x1) / 2) * this.scale, y: ((top + bottom) / 2) * this.scale };
    this.scroll.scrollTo(middle.x - this.scroll.clientWidth / 2, middle.y - this.scroll.clientHeight / 2);
  }

  fit() {
    this.isFit = true;
    this.zoom(this.#fitScale(), false);
  }

  zoom(scale, isByHand = true) {
    if (!this.current) return;
    if (isByHand) this.isFit = false;
    const box = this.mark.hidden ? null : this.marked;
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.scroll;
    const ratio = scale / this.scale;
    this.scale = Math.max(0.2, Math.min(6, scale));
    const { width, height, turn } = this.current;
    const [w, h] = [width * this.scale, height * this.scale];
    const isAcross = turn % 180 !== 0;
    this.stage.style.width = `${isAcross ? h : w}px`;
    this.stage.style.height = `${isAcross ? w : h}px`;
    this.sheet.style.width = `${w}px`;
    this.sheet.style.height = `${h}px`;
    const moved = { 0: [0, 0], 90: [h, 0], 180: [w, h], 270: [0, w] }[turn];
    this.sheet.style.transform = turn ? `translate(${moved[0]}px, ${moved[1]}px) rotate(${turn}deg)` : "";
    if (box) this.#place(this.mark, box, 2);
    if (isByHand) {
      this.scroll.scrollTo(
        (scrollLeft + clientWidth / 2) * ratio - clientWidth / 2,
        (scrollTop + clientHeight / 2) * ratio - clientHeight / 2,
      );
    }
  }

  /** Draw a box with what stands around it; whether it was drawn. */
  async crop(canvas, pageNo, box) {
    const page = this.pages.get(pageNo);
    if (!page || !(await page.ready)) return false;
    const scale = page.image.naturalWidth / page.width;
    const [x0, top, x1, bottom] = box;
    const around = {
      x0: Math.max(0, x0 - CROP_AROUND.x), top: Math.max(0, top - CROP_AROUND.y),
      x1: Math.min(page.width, x1 + CROP_AROUND.x), bottom: Math.min(page.height, bottom + CROP_AROUND.y),
    };
    const size = { x: (around.x1 - around.x0) * scale, y: (around.bottom - around.top) * scale };
    const isAcross = page.turn % 180 !== 0;
    const [w, h] = [Math.max(1, Math.round(size.x)), Math.max(1, Math.round(size.y))];
    canvas.width = isAcross ? h : w;
    canvas.height = isAcross ? w : h;
    const pen = canvas.getContext("2d");
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((page.turn * Math.PI) / 180);
    pen.translate(-w / 2, -h / 2);
    pen.drawImage(page.image, around.x0 * scale, around.top * scale, size.x, size.y, 0, 0, w, h);
    pen.strokeStyle = "#c2570c";
    pen.lineWidth = 2;
    pen.strokeRect((x0 - around.x0 - 1.5) * scale, (top - around.top - 1.5) * scale, (x1 - x0 + 3) * scale, (bottom - top + 3) * scale);
    return true;
  }

  #prepare(page) {
    page.lies = page.turn;
    page.turn = 0;
    page.width ??= 612;
    page.height ??= 792;
    page.image = make("img", { alt: `Page ${page.page_no}`, hidden: true, draggable: false });
    this.sheet.prepend(page.image);
    page.tab = make("button", { type: "button", "aria-pressed": "false", onclick: () => this.show(page.page_no) });
  }

  /** Fetch the picture, and decode it before somebody waits for it. */
  #load(page) {
    page.image.src = `${this.base}${page.page_no}/picture?turn=${page.lies}`;
    page.ready = page.image.decode().then(() => true, () => false);
    return page.ready;
  }

  #fitScale() {
    const { width, height, turn } = this.current;
    return (this.scroll.clientWidth - 2) / (turn % 180 === 0 ? width : height);
  }

  #place(element, box, grow) {
    const [x0, top, x1, bottom] = box;
    element.style.left = `${(x0 - grow) * this.scale}px`;
    element.style.top = `${(top - grow) * this.scale}px`;
    element.style.width = `${(x1 - x0 + 2 * grow) * this.scale}px`;
    element.style.height = `${(bottom - top + 2 * grow) * this.scale}px`;
    element.hidden = false;
    if (element === this.mark) this.marked = box;
  }

  async #loadWords(page) {
    page.words ??= ask("GET", `${this.base}${page.page_no}/words?turn=${page.lies}`).catch(() => []);
    const { words } = page;
    const read = await words;
    if (page.words === words) page.read = read;
  }

  /** A box as it lies on the turned page. */
  #turned([x0, top, x1, bottom]) {
    const { width: w, height: h, turn } = this.current;
    return { 0: [x0, top, x1, bottom], 90: [h - bottom, x0, h - top, x1], 180: [w - x1, h - bottom, w - x0, h - top], 270: [top, w - x1, bottom, w - x0] }[turn];
  }

  /** Where on the upright page, in points. */
  #pointAt(event) {
    const edges = this.stage.getBoundingClientRect();
    const x = (event.clientX - edges.left) / this.scale;
    const y = (event.clientY - edges.top) / this.scale;
    const { width: w, height: h, turn } = this.current;
    return { 0: [x, y], 90: [y, h - x], 180: [w - x, h - y], 270: [w - y, x] }[turn];
  }

  #wordAt(event) {
    const [x, y] = this.#pointAt(event);
    return (this.current?.read ?? []).find(({ box: [x0, top, x1, bottom] }) => x >= x0 && x <= x1 && y >= top && y <= bottom);
  }

  #begin(event) {
    if (event.button !== 0 || !this.current) return;
    this.drag = { from: [event.clientX, event.clientY], at: this.#pointAt(event), box: null };
  }

  #point(event) {
    // A finger that moves scrolls the page.
    if (this.drag && event.pointerType !== "touch" && Math.hypot(event.clientX - this.drag.from[0], event.clientY - this.drag.from[1]) >= SMALLEST_DRAG) {
      const [x, y] = this.#pointAt(event);
      const [x0, y0] = this.drag.at;
      const { width, height } = this.current;
      this.drag.box = [Math.max(0, Math.min(x, x0)), Math.max(0, Math.min(y, y0)), Math.min(width, Math.max(x, x0)), Math.min(height, Math.max(y, y0))];
      this.stage.setPointerCapture(event.pointerId);
      this.#place(this.drawn, this.drag.box, 0);
      this.hover.hidden = true;
      return;
    }
    const word = this.current && this.#wordAt(event);
    if (word) this.#place(this.hover, word.box, 0.5);
    else this.hover.hidden = true;
  }

  #end(event) {
    const { drag } = this;
    this.#drop();
    if (drag?.box) this.onBox(this.current.page_no, drag.box);
    else if (drag) this.#click(event);
  }

  #drop() {
    this.drag = null;
    this.drawn.hidden = true;
  }

  #click(event) {
    const word = this.#wordAt(event);
    if (word) this.onWord(word.text, this.current.page_no, word.box);
  }
}
