// The other referrals that this one belongs with: another transmission, late pages, a cancellation, an answer to a letter.

import { make, plain } from "./dom.js";

const SAYS = {
  refax: ["This looks like a second transmission of", "This was sent a second time as"],
  supplement: ["These pages seem to belong to", "Late pages came for this:"],
  reply: ["This answers our letter about", "Our letter was answered:"],
  unsure_reply: [
    "This came back behind our letter, and the patient's name and date of birth do not agree, or were not read. Decide whether it belongs to",
    "Our letter came back, with pages that may be another patient's:",
  ],
  cancellation: ["This seems to cancel", "A cancellation came for this:"],
};

export function showLinks(root, links) {
  root.replaceChildren(...links.map((link) => make(
    "p", {},
    `${SAYS[link.relation][link.is_later ? 1 : 0]} `,
    make("a", { href: `/referrals/${encodeURIComponent(link.referral_id)}` }, `the referral of ${new Date(link.received_at).toLocaleString()}`),
    ` (${plain(link.state)}).`,
    ...told(link.changes),
  )));
  root.hidden = links.length === 0;
}

// What the later transmission says otherwise: an amended dose must stand out.
function told(changes) {
  if (changes.length === 0) return [];
  const line = ({ path, before, after }) => `${plain(path.replaceAll(/\[\d+\]|^patient\./g, "").replaceAll(".", " "))}: ${before ?? "nothing"} → ${after ?? "nothing"}`;
  return [" Changed: ", make("strong", {}, changes.map(line).join("; ")), "."];
}
