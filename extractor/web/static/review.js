// One review: loads it, claims it, saves every answer at once, and approves.

import "./codes.js";
import { byId, make, plain } from "./dom.js";
import { Fields } from "./fields.js";
import { ask, download } from "./http.js";
import { showLinks } from "./links.js";
import { PagesDialog } from "./pages.js";
import { showReadiness } from "./readiness.js";
import { Viewer } from "./viewer.js";

const RENEW_EVERY = 20000;
const TURNING = 900;
/** What a lead may do with a whole referral, and in which of its states. */
const FROM = { hold: ["review"], reopen: ["held", "closed"], close: ["review", "held"] };
const TO = { hold: "held", reopen: "review", close: "closed" };
const referral = document.body.dataset.referral;
const base = `/api/referrals/${referral}`;
let review = null;
let fields = null;
let viewer = null;
let isMine = false;
let isUsed = true;
let isLeaving = false;
let turning;

const isOpen = () => isMine && !isLeaving && review.state === "review";

async function load(isFirst) {
  review = await ask("GET", base);
  byId("patient").textContent = review.patient;
  document.title = `${review.patient} · Referral review`;
  const facts = [review.priority === "stat" ? "STAT" : review.priority, review.born && `born ${review.born}`, review.drug, review.state === "review" ? null : plain(review.state)];
  byId("facts").textContent = facts.filter(Boolean).join(" · ");
  byId("facts").dataset.kind = review.priority;
  viewer ??= new Viewer(
    referral, review.pages, review.fields.find((one) => one.needs)?.page_no,
    (text, page, box) => fields.insert(text, page, box),
    (page, box) => fields.insertBox(page, box, (path) => readBox(path, page, box)),
  );
  viewer.update(review.pages);
  fields ??= new Fields(viewer, {
    answer, check, keep, history, leave, isOpen, putBack, turn: turnPage,
    critical: () => byId("critical-only").click(), order: () => byId("page-order").click(), readiness: () => showPanel("readiness"),
    nextPage: () => viewer.step(1), previousPage: () => viewer.step(-1),
  });
  const typed = fields.typed();
  fields.render(review.sections, review.fields);
  const kept = review.drafts.map(({ path, text, page_no: page, bbox: box }) => ({ path, text, place: box && { page, box } }));
  fields.restore([...typed, ...kept]);
  showLinks(byId("links"), review.links);
  settle();
  if (isFirst) fields.first();
}

/** Everything on the screen that follows from the review as it stands. */
function settle() {
  showReadiness(review.readiness, goTo);
  const left = fields.left();
  byId("left").textContent = left.all === 0 ? "nothing left to answer" : `${left.all} to answer, ${left.critical} critical`;
  byId("put-back").disabled = !isOpen();
  byId("letter").hidden = review.kind !== "referral";
  byId("undo").disabled = !isOpen() || !review.can_undo;
  byId("redo").disabled = !isOpen() || !review.can_redo;
  byId("approve").disabled = !isOpen() || review.blocking.length > 0;
  byId("override").hidden = !isOpen() || !review.is_lead || review.blocking.length === 0;
  for (const [id, states] of Object.entries(FROM)) byId(id).hidden = !review.is_lead || !states.includes(review.state);
}

/** The letter about what is missing: a file, for a person to print or fax. */
async function writeLetter() {
  if (!(await isAllSaved())) return;
  try {
    await download(`${base}/letter`);
    notice("The letter is saved on this computer; that it was written is noted. Print or fax it: nothing is sent from here.");
  } catch (refused) {
    await refuse(refused);
  }
}

function take(change) {
  Object.assign(review, change);
  fields.update(change.sections, change.fields, change.gone);
  settle();
}

/** Save one answer; returns what is wrong with it, or null. */
async function answer(path, said) {
  if (!isOpen()) return "You cannot answer here now.";
  isUsed = true;
  try {
    take(await ask("POST", `${base}/answers`, { revision: review.revision, seen: review.version, ...said }));
    return null;
  } catch (refused) {
    return refuse(refused, path);
  }
}

/** Tell what was refused; what others did meanwhile is fetched, and the place on the screen kept. */
async function refuse(refused, path) {
  if (refused.status === 401) {
    notice("Your session ended. What you answered is saved.");
    byId("notice").append(" ", make("a", { href: "/login" }, "Log in"));
  } else if (refused.status === 409) {
    await load(false);
    await claim(false);
    fields.focus(path ?? fields.selected?.path);
    if (isMine) notice(refused.message);
    return refused.message;
  } else if (refused.code !== "invalid_entry") {
    notice(refused.message);
  }
  return refused.message;
}

async function change(what) {
  if (!isOpen()) return;
  isUsed = true;
  try {
    const changed = await ask("POST", `${base}/${what}`, { revision: review.revision, seen: review.version });
    take(changed);
    if (changed.fields.length) fields.focus(changed.fields[0].path);
  } catch (refused) {
    if (refused.status === 409 && refused.code === "store_conflict") notice(refused.message);
    else refuse(refused);
  }
}

/** Waits for what is being saved; whether all that was said is saved, else it shows what is not. */
async function isAllSaved() {
  if (await fields.isSaved()) return true;
  const row = fields.unsaved();
  if (row) {
    notice(`${row.view.label} is not saved: answer it again, or press Escape to leave it as it was.`);
    fields.focus(row.path);
  }
  return false;
}

/** Approve what is on the screen: never before everything that was typed is saved. */
async function approve(what, more = {}) {
  if (!isOpen() || !(await isAllSaved()) || !isOpen()) return;
  if (what === "approve" && review.blocking.length) return;
  const isSentAgain = review.sent_before !== null;
  if (isSentAgain && !(await isAgreed("again"))) return;
  isLeaving = true;
  settle();
  try {
    const said = { revision: review.revision, seen: review.version, is_refax_confirmed: isSentAgain, ...more };
    const { next_id: next } = await ask("POST", `${base}/${what}`, said);
    goOn(next);
  } catch (refused) {
    isLeaving = false;
    await refuse(refused);
    settle();
    // What was refused may be tried again; nobody has to look for where they were.
    if (document.activeElement === document.body) byId("approve").focus();
  }
}

const goOn = (next) => location.assign(next ? `/referrals/${encodeURIComponent(next)}` : "/");

/** Let others have it, with what is answered, and go on with the next one. */
async function putBack() {
  if (!isOpen() || !(await isAllSaved())) return;
  isLeaving = true;
  try {
    goOn((await ask("DELETE", `${base}/claim`)).next_id);
  } catch (refused) {
    isLeaving = false;
    await refuse(refused);
  }
}

/** Hold, close or put back to work. */
async function decide(what) {
  if (!(await isAllSaved())) return;
  try {
    await ask("POST", `${base}/state`, { revision: review.revision, state: TO[what] });
    await load(false);
    await claim(false);
  } catch (refused) {
    await refuse(refused);
  }
}

/** Ask in a dialog of the page; whether the answer was yes. */
function isAgreed(name) {
  const dialog = byId(`${name}-dialog`);
  if (dialog.open) return Promise.resolve(false);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Pages that were turned, called something else or given away: what was put together from them is loaded anew. */
async function changePages(what, said) {
  isUsed = true;
  try {
    const { referral_id: follow, remade } = await ask("POST", `${base}/pages${what}`, { revision: review.revision, ...said });
    if (follow !== review.referral_id) location.assign(`/referrals/${encodeURIComponent(follow)}`);
    await load(false);
    await claim(false);
    if (remade.length) fields.first();
    return null;
  } catch (refused) {
    if (refused.status === 401) await refuse(refused);
    return refused.message;
  }
}

/** A page is turned at once; when it lies as it should, it is read again so, and what that gives is asked about. */
function turnPage() {
  const page = viewer.current;
  if (!page) return;
  viewer.turn(page.page_no, (page.turn + 90) % 360);
  if (!isOpen()) return;
  clearTimeout(turning);
  turning = setTimeout(() => readTurned(page), TURNING);
}

async function readTurned(page) {
  if (page.turn === 0 || !isOpen()) return;
  const text = `Page ${page.page_no} is being read again as it lies now…`;
  notice(text);
  const problem = await changePages("", { turns: { [page.page_no]: (page.lies + page.turn) % 360 } });
  notice(problem ?? "");
}

const pagesDialog = new PagesDialog({
  apply: async (said) => {
    if (said === null) return null;
    return (await isAllSaved()) ? changePages("", said) : "Something that was typed is not saved: save or drop it first.";
  },
  takeBack: async (what) => ((await isAllSaved()) ? changePages(`/${what}`, {}) : "Something that was typed is not saved: save or drop it first."),
});

const readBox = (path, page, box) =>
  ask("POST", `${base}/pages/${page}/reading`, { path, bbox: box }).catch((refused) => ({ text: "", value: null, problem: refused.message }));
/** Keep what is typed; that it could not be kept is no reason to disturb who types. */
const keep = (path, text, place) => {
  if (!isOpen()) return;
  const where = place ? { page_no: place.page, bbox: place.box } : {};
  ask("PUT", `${base}/draft`, { revision: review.revision, path, text, ...where }).catch(() => null);
};
const check = (path, text) => ask("POST", "/api/entries/check", { path, text }, true).catch(() => ({ text, problem: null }));
const history = async (path) => (await ask("GET", `${base}/history?path=${encodeURIComponent(path)}`).catch(() => ({ lines: [] }))).lines;

/** Nothing is left to answer: to the approval, or to what keeps it back. */
function leave() {
  if (!byId("approve").disabled) byId("approve").focus();
  else if (review.blocking.length) fields.focus(review.blocking[0]);
}

function goTo(evidence) {
  showPanel("fields");
  if (!fields.focus(evidence.path) && evidence.page_no) {
    if (evidence.box) viewer.reveal(evidence.page_no, evidence.box);
    else viewer.show(evidence.page_no);
  }
}

async function claim(isTaking) {
  const { holder } = await ask("POST", `${base}/claim`, { take_over: isTaking }, !isTaking);
  const was = isMine;
  isMine = holder === review.me;
  document.body.classList.toggle("locked", !isOpen());
  byId("take-over").hidden = isMine;
  if (!isMine) notice(`${holder} works on this referral. You can look; to answer, take it over.`);
  else if (review.state !== "review") notice(`This referral is ${plain(review.state)}: it cannot be changed here.`, "state");
  else if (!was || byId("notice").dataset.of === "state") notice("");
  settle();
}

function notice(text, of = "") {
  byId("notice").dataset.of = of;
  byId("notice-text").textContent = text;
  byId("notice").querySelector("a")?.remove();
  byId("notice").hidden = !text;
}

function showPanel(name) {
  for (const one of ["fields", "readiness"]) {
    byId(one).hidden = one !== name;
    byId(`show-${one}`).setAttribute("aria-pressed", String(one === name));
  }
  if (name === "readiness") (byId("readiness").querySelector("button") ?? byId("show-readiness")).focus();
  else fields.focus(fields.selected?.path) || fields.first();
}

byId("letter").addEventListener("click", writeLetter);
byId("put-back").addEventListener("click", putBack);
// Who goes back to the list lets go of the referral; what could not be saved is kept as a draft.
byId("back").addEventListener("click", async (event) => {
  if (!isOpen() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await fields.isSaved();
  await ask("DELETE", `${base}/claim`).catch(() => null);
  goOn(null);
});
for (const id of ["readiness", "show-readiness"]) {
  byId(id).addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("readiness").hidden) return;
    if (["escape", "r"].includes(event.key.toLowerCase())) showPanel("fields");
  });
}
byId("turn").addEventListener("click", turnPage);
byId("arrange").addEventListener("click", () => pagesDialog.open(review, isOpen()));
byId("undo").addEventListener("click", () => change("undo"));
byId("redo").addEventListener("click", () => change("redo"));
byId("approve").addEventListener("click", () => approve("approve"));
byId("override").addEventListener("click", async () => {
  if (!(await isAllSaved())) return;
  byId("override-open").textContent = `${review.blocking.length} critical fields still need a person.`;
  if (await isAgreed("override")) approve("override", { reason: byId("reason").value });
});
for (const what of Object.keys(TO)) byId(what).addEventListener("click", () => decide(what));
byId("take-over").addEventListener("click", async () => {
  await claim(true);
  await load(true);
});
byId("show-fields").addEventListener("click", () => showPanel("fields"));
byId("show-readiness").addEventListener("click", () => showPanel("readiness"));
byId("page-order").addEventListener("change", showAsAsked);
byId("critical-only").addEventListener("change", showAsAsked);
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { isUsed = true; });
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || fields?.selected?.isTyping) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  change(key === "y" || event.shiftKey ? "redo" : "undo");
});
// A claim is renewed while somebody works; who only left the page open loses it.
setInterval(() => {
  if (!review || (isMine && !isUsed)) return;
  isUsed = false;
  claim(false).catch((refused) => { if (refused.status === 401) refuse(refused); });
}, RENEW_EVERY);

/** In which order, and whether only critical ones; so it stays for the next referral, until the tab is closed. */
function showAsAsked() {
  for (const id of ["page-order", "critical-only"]) sessionStorage.setItem(id, byId(id).checked ? "yes" : "");
  byId("fields").classList.toggle("critical-only", byId("critical-only").checked);
  fields.arrange(byId("page-order").checked);
  if (fields.selected && !fields.selected.element.checkVisibility()) fields.first();
}

/** While somebody works here, the pages of the next referral in line are drawn. */
async function drawAhead() {
  await viewer.allCame();
  await ask("POST", "/api/ahead", { after: referral }, true).catch(() => null);
}

try {
  await load(false);
  await claim(false);
  for (const id of ["page-order", "critical-only"]) byId(id).checked = sessionStorage.getItem(id) === "yes";
  showAsAsked();
  fields.first();
  drawAhead();
} catch (refused) {
  byId("patient").textContent = "This referral cannot be shown";
  notice(refused.message);
}
