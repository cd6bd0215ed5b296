// The page's state in its address: where the map looks, what is selected, which site is being checked, which panel is read.
import type { MultiPolygon, Polygon, Position } from "geojson";

export interface Link {
  /** zoom, lat, lon: the order map links commonly use. */
  view?: { zoom: number; lon: number; lat: number };
  selected?: { layer: string; id: string };
  proposal?: SavedProposal;
  /** `#rules` and `#rules/ID`: the rule book, at its list or at one rule. */
  rules?: { rule: string | null };
  /** `#survey`: the existing conflicts. */
  survey?: true;
  /** `#alerts`: the warnings. */
  alerts?: true;
}

/** A proposal as it is written into a link; facts are the answers given so far. */
export interface SavedProposal {
  kind: string;
  action: string;
  /** One position for a point, three or more for an outline that closes itself. */
  site: [number, number][];
  facts: Record<string, unknown>;
  /** Several parts, or an outline with holes, where a remedy has left that; `site` is empty then. */
  shape?: Polygon | MultiPolygon;
}

/** Whether a proposal has a place. */
export function hasPlace({ site, shape }: SavedProposal): boolean {
  return site.length > 0 || shape !== undefined;
}

/** Positions by which to find a proposal on the map. */
export function placeOf({ site, shape }: SavedProposal): Position[] {
  if (!shape) return site;
  return shape.type === "Polygon" ? shape.coordinates.flat() : shape.coordinates.flat(2);
}

/** Reads a link; whatever cannot be read is left out. */
export function readLink(hash: string): Link {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const link: Link = {};
  const [zoom, lat, lon] = (parts.get("map") ?? "").split("/").map(Number);
  if (isNumber(zoom) && isNumber(lat) && isNumber(lon) && parts.has("map")) link.view = { zoom, lon, lat };
  const selected = /^([a-z_]+)\/(.+)$/.exec(parts.get("sel") ?? "");
  if (selected) link.selected = { layer: selected[1] as string, id: selected[2] as string };
  const rules = [...parts.keys()].map((key) => /^rules(?:\/(.+))?$/.exec(key)).find(Boolean);
  if (rules) link.rules = { rule: rules[1] ?? null };
  if (parts.has("survey")) link.survey = true;
  if (parts.has("alerts")) link.alerts = true;
  const proposal = readProposal(parts);
  if (proposal) link.proposal = proposal;
  return link;
}

/** Writes a link that `readLink` gives back. */
export function writeLink(link: Link): string {
  const parts = new URLSearchParams();
  if (link.view) parts.set("map", [link.view.zoom.toFixed(2), link.view.lat.toFixed(5), link.view.lon.toFixed(5)].join("/"));
  if (link.selected) parts.set("sel", `${link.selected.layer}/${link.selected.id}`);
  if (link.proposal) {
    parts.set("kind", link.proposal.kind);
    parts.set("action", link.proposal.action);
    if (link.proposal.shape) parts.set("shape", JSON.stringify(link.proposal.shape));
    // To a tenth of a millimetre: a remedy may keep a distance to the centimetre.
    else parts.set("site", link.proposal.site.map((c) => c.map((n) => Number(n.toFixed(9))).join(",")).join(";"));
    if (Object.keys(link.proposal.facts).length) parts.set("facts", JSON.stringify(link.proposal.facts));
  }
  const panel = link.rules ? `rules${link.rules.rule ? `/${encodeURIComponent(link.rules.rule)}` : ""}&` : link.survey ? "survey&" : link.alerts ? "alerts&" : "";
  return `#${panel}${parts.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3B", ";")}`;
}

function readProposal(parts: URLSearchParams): SavedProposal | null {
  const kind = parts.get("kind");
  const given = { action: parts.get("action") ?? "new", facts: readFacts(parts.get("facts")) };
  const shape = readShape(parts.get("shape"));
  if (kind && shape) return { kind, ...given, site: [], shape };
  const site = (parts.get("site") ?? "").split(";").map((pair) => pair.split(",").map(Number));
  const sound = site.every((c) => c.length === 2 && c.every(isNumber));
  if (!kind || !sound || !(site.length === 1 || site.length >= 3)) return null;
  return { kind, ...given, site: site as [number, number][] };
}

function readShape(text: string | null): Polygon | MultiPolygon | null {
  try {
    const shape = JSON.parse(text ?? "null") as Polygon | MultiPolygon | null;
    const sound = (shape?.type === "Polygon" || shape?.type === "MultiPolygon") && Array.isArray(shape.coordinates);
    return sound && shape.coordinates.flat(4).every(Number.isFinite) ? shape : null;
  } catch {
    return null;
  }
}

function readFacts(text: string | null): Record<string, unknown> {
  try {
    const facts: unknown = JSON.parse(text ?? "{}");
    return facts !== null && typeof facts === "object" && !Array.isArray(facts) ? (facts as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);
