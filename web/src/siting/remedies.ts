// 怎样才能通过: the least shift, cut or reduction after which a failing site passes, each in words and to be taken up.
import type { Geometry, MultiPolygon, Polygon } from "geojson";
import type { Bilingual } from "../rules/book.ts";
import { h } from "../dom.ts";
import type { SavedProposal } from "../link.ts";
import { OUTCOMES, VERDICTS } from "../words.ts";
import type { Outcome, Verdict } from "../words.ts";
import type { LonLat } from "./outline.ts";

export interface Open {
  rule: string;
  outcome: Outcome;
  target: string | null;
  explanation: Bilingual;
}

interface Change {
  /** What the check says after it. */
  verdict: Verdict;
  /** Every finding that is not met after it. */
  open: Open[];
  says: Bilingual;
}

export interface Shift extends Change {
  /** Degrees east of north. */
  bearing_deg: number;
  distance_m: number;
  site: Geometry;
  /** The lines inside the site, moved along, by fact. */
  lines?: Record<string, Geometry>;
}

export interface Cut extends Change {
  area_m2: number;
  /** Of the site, 0 to 1. */
  share: number;
  site: Geometry;
  removed: Geometry;
}

export interface Reduction extends Change {
  fact: string;
  label: Bilingual;
  from: number;
  to: number;
  unit: string | null;
}

export interface Remedies {
  verdict: Verdict;
  shift: Shift | null;
  cut: Cut | null;
  reduce: Reduction[];
  none: { remedy: "shift" | "cut" | "reduce"; why: Bilingual }[];
  checks: number;
}

export type Remedy = { sort: "shift"; is: Shift } | { sort: "cut"; is: Cut } | { sort: "reduce"; is: Reduction };

export interface RemedyEvents {
  /** Show on the map what a remedy would change, or nothing. */
  preview(remedy: Remedy | null, fly: boolean): void;
  /** Take a remedy up and check again. */
  apply(remedy: Remedy): void;
  rule(id: string): HTMLElement;
}

const SORTS: Record<Remedy["sort"], string> = { shift: "整体平移", cut: "让出部分用地", reduce: "减少数量" };

/** All remedies in the order in which they cost least thought. */
export function listed({ shift, cut, reduce }: Remedies): Remedy[] {
  return [
    ...(shift ? [{ sort: "shift" as const, is: shift }] : []),
    ...(cut ? [{ sort: "cut" as const, is: cut }] : []),
    ...reduce.map((is) => ({ sort: "reduce" as const, is })),
  ];
}

/** The proposal with a remedy taken up. */
export function applied(proposal: SavedProposal, remedy: Remedy): SavedProposal {
  switch (remedy.sort) {
    case "shift":
      return { ...placed(proposal, remedy.is.site), facts: { ...proposal.facts, ...remedy.is.lines } };
    case "cut":
      return placed(proposal, remedy.is.site);
    case "reduce":
      return { ...proposal, facts: { ...proposal.facts, [remedy.is.fact]: remedy.is.to } };
  }
}

/** A proposal at another place: one outline keeps corners that can be dragged, several parts or holes are kept as a shape. */
function placed(proposal: SavedProposal, site: Geometry): SavedProposal {
  const { shape: _, ...rest } = proposal;
  if (site.type === "Point") return { ...rest, site: [site.coordinates.slice(0, 2) as LonLat] };
  const parts = site.type === "Polygon" ? [site.coordinates] : (site as MultiPolygon).coordinates;
  const [rings] = parts;
  if (parts.length === 1 && rings?.length === 1) return { ...rest, site: (rings[0] ?? []).slice(0, -1).map((corner) => corner.slice(0, 2) as LonLat) };
  return { ...rest, site: [], shape: site as Polygon | MultiPolygon };
}

export function remediesView(remedies: Remedies, on: RemedyEvents): HTMLElement {
  const ways = listed(remedies);
  const none = remedies.none.map(({ remedy, why }) => h("li", { "data-testid": "no-remedy", "data-sort": remedy }, h("strong", {}, `${SORTS[remedy]}：`), why.zh));
  return h(
    "section",
    { class: "group remedies", "data-testid": "remedies" },
    h("h3", {}, "怎样才能通过"),
    !ways.length && h("p", { class: "empty" }, "没有找到单独平移、让出用地或减少数量就能通过的办法，建议另选地块或调整项目。"),
    h("ul", {}, ...ways.map((remedy) => card(remedy, on))),
    none.length > 0 && h("ul", { class: "no-remedies" }, ...none),
    h("p", { class: "hint" }, `已试算 ${remedies.checks} 种情形；每种办法单独考虑，采用后会重新核查。`),
  );
}

function card(remedy: Remedy, on: RemedyEvents): HTMLElement {
  const { word, sign } = VERDICTS[remedy.is.verdict];
  const item = h(
    "li",
    { class: "remedy", "data-testid": "remedy", "data-sort": remedy.sort },
    h("p", { class: "remedy-head" }, h("strong", {}, SORTS[remedy.sort]), h("span", { class: `after ${remedy.is.verdict}` }, `${sign} 采用后：${word}`)),
    h("p", {}, remedy.is.says.zh),
    remaining(remedy.is.open, on),
    h(
      "p",
      { class: "remedy-do" },
      remedy.sort !== "reduce" && h("button", { type: "button", "data-testid": `preview-${remedy.sort}`, onclick: () => on.preview(remedy, true) }, "在图上看"),
      h("button", { type: "button", class: "primary", "data-testid": `apply-${remedy.sort}`, onclick: () => on.apply(remedy) }, "采用并重新核查"),
    ),
  );
  item.addEventListener("mouseenter", () => on.preview(remedy, false));
  return item;
}

function remaining(open: readonly Open[], on: RemedyEvents): HTMLElement | null {
  if (!open.length) return null;
  const rows = open.map(({ rule, outcome, explanation }) => h("li", {}, on.rule(rule), ` ${OUTCOMES[outcome].word}：${explanation.zh}`));
  return h("details", { class: "more" }, h("summary", {}, `采用后仍需处理 ${open.length} 项`), h("ul", { class: "remaining" }, ...rows));
}
