// Where a kind of project may not go, laid over the map: three styles that differ in print, and what lies under the pointer.
import { Popup } from "maplibre-gl";
import type { Map, MapGeoJSONFeature, Point } from "maplibre-gl";
import { h } from "../dom.ts";
import { swatchOf } from "./patterns.ts";

export type Status = "veto" | "fail" | "undetermined";

/** Worst first. */
export const STATUSES: readonly { status: Status; word: string; meaning: string; line: string }[] = [
  { status: "veto", word: "一票否决", meaning: "禁止性规定不许新建", line: "#8E0B2B" },
  { status: "fail", word: "不符合", meaning: "强制性距离达不到", line: "#A94F00" },
  { status: "undetermined", word: "无法判定", meaning: "缺数据或情况未说明", line: "#4F585E" },
];

const SOURCE = "exclusion";
const VEIL = "exclusion-veil";
/** What a click is about before it is about the ground. */
const ABOVE = ["enterprise-points", "enterprise-clusters", "enterprises", "site-corners"];

export interface ExclusionEvents {
  /** Loading has begun, is over, or has failed. */
  state(state: "loading" | "ready" | "failed"): void;
  /** A link to a rule, for what is shown of a place. */
  rule(id: string): HTMLElement;
  /** Whether clicks are for this just now. */
  wanted(): boolean;
}

export interface Excluded {
  status: Status;
  rule: string;
  name: string;
}

export class Exclusion {
  private kind: string | null = null;
  /** Whether a part could not be had: it stays so until the areas are laid over the map anew. */
  private failed = false;
  private readonly popup = new Popup({ maxWidth: "320px", className: "excluded-popup", closeButton: true, locale: { "Popup.Close": "关闭" } } as never);

  constructor(
    private readonly map: Map,
    private readonly on: ExclusionEvents,
  ) {
    map.on("click", (event) => {
      if (!this.kind || event.defaultPrevented || !this.on.wanted()) return;
      const under = this.under(event.point);
      if (!under.length || this.above(event.point)) return;
      event.preventDefault();
      this.popup.setLngLat(event.lngLat).setDOMContent(this.card(under)).addTo(map);
    });
    map.on("sourcedata", (event) => {
      if (event.sourceId === SOURCE && this.kind && !this.failed && map.isSourceLoaded(SOURCE)) this.on.state("ready");
    });
    map.on("error", (event) => {
      // Once somebody listens the map keeps quiet about its errors; those of others are still told.
      if ((event as { sourceId?: string }).sourceId !== SOURCE) return console.error(event.error);
      this.failed = true;
      this.on.state("failed");
    });
  }

  /** Lays the areas of a kind over the map, or takes them away. */
  show(kind: string | null): void {
    if (kind === this.kind) return;
    this.clear();
    this.kind = kind;
    this.failed = false;
    if (!kind) return;
    this.on.state("loading");
    const { map } = this;
    // Roads, railways and what stands stay above it.
    const below = ["banks", "enterprises"].find((id) => map.getLayer(id));
    map.addSource(SOURCE, { type: "vector", url: new URL(`tiles/exclusion-${encodeURIComponent(kind)}`, document.baseURI).href });
    // The grades under it step back, so that no colour is taken for the other's.
    map.addLayer({ id: VEIL, type: "background", paint: { "background-color": "#F7F7F5", "background-opacity": 0.72 } }, below);
    const from = { source: SOURCE, "source-layer": "exclusion" };
    for (const { status, line } of [...STATUSES].reverse()) {
      const only = { filter: ["==", ["get", "status"], status] as ["==", ["get", string], string] };
      map.addLayer({ id: `exclusion-${status}`, type: "fill", ...from, ...only, paint: { "fill-pattern": `exclusion-${status}` } }, below);
      map.addLayer({ id: `exclusion-${status}-edge`, type: "line", ...from, ...only, paint: { "line-color": line, "line-width": status === "undetermined" ? 0.6 : 1.4, "line-opacity": status === "undetermined" ? 0.35 : 0.85 } }, below);
    }
  }

  /** What is excluded under the pointer in one line, or null. */
  tip(point: Point): string | null {
    const [first, ...rest] = this.kind && !this.above(point) ? this.under(point) : [];
    if (!first) return null;
    return `${words(first)}${rest.length ? `，另有 ${rest.length} 项` : ""}`;
  }

  private clear(): void {
    this.popup.remove();
    if (!this.kind) return;
    // Taking a source away tells the listeners once more, when it cannot be asked any longer.
    this.kind = null;
    for (const id of [VEIL, ...STATUSES.flatMap(({ status }) => [`exclusion-${status}`, `exclusion-${status}-edge`])]) {
      if (this.map.getLayer(id)) this.map.removeLayer(id);
    }
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
  }

  private under(point: Point): Excluded[] {
    const layers = STATUSES.map(({ status }) => `exclusion-${status}`).filter((id) => this.map.getLayer(id));
    return sorted(layers.length ? this.map.queryRenderedFeatures(point, { layers }) : []);
  }

  private above(point: Point): boolean {
    return this.map.queryRenderedFeatures(point, { layers: ABOVE.filter((id) => this.map.getLayer(id)) }).length > 0;
  }

  private card(under: readonly Excluded[]): HTMLElement {
    const row = (each: Excluded) => h("li", {}, swatchOf(`exclusion-${each.status}`), h("span", {}, h("strong", {}, statusWord(each.status)), ` ${each.name} `, each.rule && this.on.rule(each.rule)));
    return h("div", { "data-testid": "excluded" }, h("ul", { class: "excluded" }, ...under.map(row)));
  }
}

/** Every area once, the worst first. */
export function sorted(features: readonly Pick<MapGeoJSONFeature, "properties">[]): Excluded[] {
  const each = new globalThis.Map<string, Excluded>();
  for (const { properties } of features) {
    const { status, rule = "", name = "" } = properties as Partial<Excluded>;
    if (STATUSES.some((known) => known.status === status)) each.set(`${status}/${rule}/${name}`, { status: status as Status, rule, name });
  }
  const rank = ({ status }: Excluded) => STATUSES.findIndex((known) => known.status === status);
  return [...each.values()].sort((a, b) => rank(a) - rank(b) || a.rule.localeCompare(b.rule));
}

function statusWord(status: Status): string {
  return STATUSES.find((known) => known.status === status)?.word ?? status;
}

function words({ status, rule, name }: Excluded): string {
  return [statusWord(status), rule, name].filter(Boolean).join(" · ");
}

/** The legend: each style with its word and what it means. */
export function exclusionLegend(): HTMLElement {
  const row = ({ status, word, meaning }: (typeof STATUSES)[number]) =>
    h("li", { "data-status": status }, swatchOf(`exclusion-${status}`), h("strong", {}, word), h("span", { class: "meaning" }, meaning));
  return h("ul", { class: "exclusion-legend", "data-testid": "exclusion-legend" }, ...STATUSES.map(row));
}
