// The pages of a fax: what each is and whose, all in one table that is applied at once.

import { byId, make, plain } from "./dom.js";

const KINDS = [
  "cover_sheet", "order", "enrollment_form", "demographics", "insurance_card", "clinical_note", "lab_report",
  "imaging_report", "medication_list", "prior_authorization", "blank", "other",
];
const NEW = "new";
const NOBODY = "";

/** `acts`: apply(said), takeBack("undo" | "redo"); each resolves to what is wrong, or null. */
export class PagesDialog {
  constructor(acts) {
    this.acts = acts;
    this.dialog = byId("pages-dialog");
    byId("pages-apply").addEventListener("click", () => this.#run(() => this.acts.apply(this.#said())));
    byId("pages-undo").addEventListener("click", () => this.#run(() => this.acts.takeBack("undo")));
    byId("pages-redo").addEventListener("click", () => this.#run(() => this.acts.takeBack("redo")));
  }

  open(review, isOpen) {
    const owners = [
      [review.referral_id, `${review.patient} (this referral)`],
      ...review.siblings.map((one) => [one.referral_id, `${one.patient} (${plain(one.state)})`]),
      [NEW, "another patient: a new referral"],
      [NOBODY, "nobody"],
    ];
    this.rows = review.pages.map((page) => {
      const name = `Page ${page.page_no}`;
      const kind = choose(`${name} is`, KINDS.map((one) => [one, plain(one)]), page.kind, !isOpen);
      const owner = choose(`${name} belongs to`, owners, page.owner ?? NOBODY, !isOpen);
      return { page, kind, owner, element: make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, kind), make("td", {}, owner)) };
    });
    byId("pages-rows").replaceChildren(...this.rows.map((row) => row.element));
    byId("pages-problem").textContent = isOpen ? "" : "You can look; to change pages, take the referral over.";
    byId("pages-apply").disabled = !isOpen;
    byId("pages-undo").disabled = !isOpen || !review.can_undo_pages;
    byId("pages-redo").disabled = !isOpen || !review.can_redo_pages;
    this.dialog.showModal();
  }

  /** Only what was changed; null where nothing was. */
  #said() {
    const types = {};
    const owners = {};
    for (const { page, kind, owner } of this.rows) {
      if (kind.value !== page.kind) types[page.page_no] = kind.value;
      if (owner.value !== (page.owner ?? NOBODY)) owners[page.page_no] = owner.value || null;
    }
    return Object.keys(types).length || Object.keys(owners).length ? { types, owners } : null;
  }

  async #run(act) {
    for (const button of this.dialog.querySelectorAll("button")) button.disabled = true;
    byId("pages-problem").textContent = "";
    const problem = await act();
    if (problem === null) return this.dialog.close();
    for (const button of this.dialog.querySelectorAll("button")) button.disabled = false;
    byId("pages-problem").textContent = problem;
  }
}

function choose(label, options, value, disabled) {
  const known = options.some(([one]) => one === value) ? options : [[value, "another referral"], ...options];
  return make("select", { "aria-label": label, disabled }, ...known.map(([one, text]) => make("option", { value: one, selected: one === value }, text)));
}
