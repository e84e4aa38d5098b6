// The other referrals that this one belongs with: another transmission, late pages, a cancellation.

import { make, plain } from "./dom.js";

const SAYS = {
  refax: ["This looks like a second transmission of", "This was sent a second time as"],
  supplement: ["These pages seem to belong to", "Late pages came for this:"],
  cancellation: ["This seems to cancel", "A cancellation came for this:"],
};

export function showLinks(root, links) {
  root.replaceChildren(...links.map((link) => make(
    "p", {},
    `${SAYS[link.relation][link.is_later ? 1 : 0]} `,
    make("a", { href: `/referrals/${encodeURIComponent(link.referral_id)}` }, `the referral of ${new Date(link.received_at).toLocaleString()}`),
    ` (${plain(link.state)}).`,
  )));
  root.hidden = links.length === 0;
}
