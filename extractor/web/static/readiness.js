// The verdict: every rule with what it found, and each place that it looked at one click away.

import { byId, make, plain } from "./dom.js";

export function showReadiness(readiness, onEvidence) {
  const tab = byId("show-readiness");
  tab.textContent = readiness ? `Readiness: ${plain(readiness.verdict)}` : "Readiness";
  tab.dataset.kind = readiness?.verdict ?? "none";
  byId("readiness").replaceChildren(make("ul", {}, ...(readiness?.rules ?? []).map((rule) => draw(rule, onEvidence))));
}

function draw(rule, onEvidence) {
  const evidence = rule.evidence.map((one) => make(
    "button", { type: "button", onclick: () => onEvidence(one) }, `${one.label}${one.page_no ? `, p. ${one.page_no}` : ""}`,
  ));
  return make(
    "li", { className: `rule ${rule.result}` },
    make("div", { className: "line" },
      make("span", { className: "chip", "data-kind": rule.result }, plain(rule.result)),
      make("strong", {}, [rule.order, rule.title].filter(Boolean).join(" · ")),
      rule.is_required ? null : make("span", { className: "quiet" }, "advice")),
    make("p", {}, withoutTitle(rule)),
    evidence.length ? make("div", { className: "buttons" }, ...evidence) : null,
    make("p", { className: "quiet source" }, rule.source),
  );
}

/** Messages begin with their rule's title, which stands above them here. */
function withoutTitle({ title, message }) {
  const text = message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
