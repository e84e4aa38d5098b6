// The work list keeps itself up to date: it asks every few seconds while somebody can see it.

import { age, byId, plain } from "./dom.js";
import { ask } from "./http.js";

const EVERY = 4000;
const TYPING = 250;
const ANSWERS = { reply: "letter answered", unsure_reply: "letter answered: whose pages?" };
const me = document.body.dataset.me;
const lines = byId("lines");
let offset = 0;
let latest = 0;
let isReached = true;
let drawn = null;

function asked() {
  const wanted = { search: byId("search").value.trim(), offset };
  if (byId("state").value) wanted.states = [byId("state").value];
  for (const name of ["priority", "drug", "verdict"]) if (byId(name).value) wanted[name] = byId(name).value;
  return wanted;
}

async function refresh(isBackground) {
  const turn = ++latest;
  try {
    const answer = await ask("POST", "/api/work", asked(), isBackground);
    if (turn === latest) show(answer);
    if (!isReached) notice("");
    isReached = true;
  } catch (refused) {
    isReached = false;
    if (refused.status === 401) location.assign("/login");
    else notice(refused.message);
  }
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

function show(answer) {
  const known = new Map([...lines.children].map((row) => [row.dataset.id, row]));
  const now = new Date(answer.now);
  const rows = answer.lines.map((line) => fill(known.get(line.referral_id) ?? newRow(line), line, now));
  // Only what moved is moved, so that the focus stays where it is.
  rows.forEach((row, place) => {
    if (lines.children[place] !== row) lines.insertBefore(row, lines.children[place] ?? null);
  });
  while (lines.children.length > rows.length) lines.lastElementChild.remove();
  byId("none").hidden = rows.length > 0;
  byId("counts").textContent = `${answer.total} ${answer.total === 1 ? "referral" : "referrals"}`;
  for (const option of byId("state").options) {
    if (!option.value) continue;
    const text = `${plain(option.value)} (${answer.by_state[option.value] ?? 0})`;
    if (option.textContent !== text) option.textContent = text;
  }
  const { quarantined } = answer;
  byId("quarantined").hidden = quarantined === 0;
  byId("quarantined").textContent = `${quarantined} ${quarantined === 1 ? "file" : "files"} could not be read`;
  const isMore = answer.total > offset + rows.length;
  byId("paging").hidden = offset === 0 && !isMore;
  byId("earlier").disabled = offset === 0;
  byId("later").disabled = !isMore;
  byId("range").textContent = `${offset + 1} to ${offset + rows.length} of ${answer.total}`;
  const free = answer.lines.find((line) => line.state === "review" && (!line.holder || line.holder === me));
  const isFirst = byId("next").hidden && document.activeElement === document.body;
  byId("next").hidden = !free;
  if (free) byId("next").href = `/referrals/${encodeURIComponent(free.referral_id)}`;
  // Enter is enough to begin.
  if (free && isFirst) byId("next").focus();
  if (free && free.referral_id !== drawn) ask("POST", "/api/ahead", {}, true).catch(() => null);
  drawn = free?.referral_id ?? null;
}

function newRow(line) {
  const row = byId("line").content.firstElementChild.cloneNode(true);
  row.dataset.id = line.referral_id;
  row.querySelector("a").href = `/referrals/${encodeURIComponent(line.referral_id)}`;
  return row;
}

function fill(row, line, now) {
  const names = [line.patient_last_name, line.patient_first_name].filter(Boolean).join(", ");
  const holder = line.holder === me ? "you" : (line.holder ?? "");
  set(row, "priority", line.priority === "stat" ? "STAT" : line.priority, line.priority);
  set(row, "patient", names || "Name not read");
  set(row, "date_of_birth", line.date_of_birth ?? "");
  set(row, "drug", line.drug ?? (line.kind === "referral" ? "not read" : line.kind));
  set(row, "verdict", plain(line.verdict ?? "not judged"), line.verdict ?? "none");
  set(row, "needs_human", String(line.needs_human));
  set(row, "received_at", age(new Date(line.received_at), now));
  set(row, "state", [plain(line.state), ANSWERS[line.answer]].filter(Boolean).join(", "));
  set(row, "holder", holder);
  row.classList.toggle("held", Boolean(line.holder) && line.holder !== me);
  return row;
}

function set(row, name, text, kind) {
  const cell = row.querySelector(`[data-of="${name}"]`);
  const target = cell.querySelector(".chip") ?? cell;
  if (target.textContent !== text) target.textContent = text;
  if (kind !== undefined) target.dataset.kind = kind;
}

let typing;
byId("filters").addEventListener("input", () => {
  offset = 0;
  clearTimeout(typing);
  typing = setTimeout(() => refresh(false), TYPING);
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("earlier").addEventListener("click", () => { offset = Math.max(0, offset - 200); refresh(false); });
byId("later").addEventListener("click", () => { offset += 200; refresh(false); });
byId("logout").addEventListener("click", async () => {
  await ask("POST", "/logout").catch(() => null);
  location.assign("/login");
});
setInterval(() => { if (!document.hidden) refresh(true); }, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(true); });
refresh(true);
