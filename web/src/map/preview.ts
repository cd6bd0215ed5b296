// What a remedy would change, before it is taken up: the site where it would stand, dashed; an arrow for a move; the part
// to give up, hatched.
import type { Map } from "maplibre-gl";
import type { Feature, Geometry, Position } from "geojson";
import { boundsOf } from "./label_point.ts";
import { EMPTY, setData } from "./view.ts";

const SOURCE = "remedy";
/** The colour of what is proposed, as the site's own. */
const COLOUR = "#6A2C91";

export interface Preview {
  /** The site after the change. */
  site: Geometry;
  /** Where it stood, for an arrow from there. */
  from: Geometry | null;
  removed: Geometry | null;
  /** What the arrow or the removed part is labelled with. */
  label: string;
}

export function addPreview(map: Map): void {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  const part = (name: string) => ["==", ["get", "part"], name] as ["==", ["get", string], string];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  map.addLayer({ id: "remedy-removed", type: "fill", source: SOURCE, filter: part("removed"), paint: { "fill-pattern": "removed" } });
  map.addLayer({ id: "remedy-removed-edge", type: "line", source: SOURCE, filter: part("removed"), paint: { "line-color": "#111111", "line-width": 1.5 } });
  map.addLayer({ id: "remedy-ghost", type: "fill", source: SOURCE, filter: part("site"), paint: { "fill-color": "#FFFFFF", "fill-opacity": 0.45 } });
  map.addLayer({ id: "remedy-ghost-edge", type: "line", source: SOURCE, filter: part("site"), layout: { "line-join": "round" }, paint: { "line-color": COLOUR, "line-width": 3, "line-dasharray": [2, 1.4] } });
  map.addLayer({ id: "remedy-point", type: "circle", source: SOURCE, filter: part("point"), paint: { "circle-radius": 8, "circle-color": "#FFFFFF", "circle-opacity": 0.6, "circle-stroke-color": COLOUR, "circle-stroke-width": 3 } });
  map.addLayer({ id: "remedy-arrow-casing", type: "line", source: SOURCE, filter: part("arrow"), layout: round, paint: { "line-color": "#FFFFFF", "line-width": 6 } });
  map.addLayer({ id: "remedy-arrow", type: "line", source: SOURCE, filter: part("arrow"), layout: round, paint: { "line-color": COLOUR, "line-width": 2.5 } });
  map.addLayer({
    id: "remedy-label", type: "symbol", source: SOURCE, filter: part("label"),
    layout: { "text-field": ["get", "label"], "text-font": ["Noto Sans SC SemiBold"], "text-size": 14, "text-allow-overlap": true, "text-offset": [0, -0.9] },
    paint: { "text-color": "#4D1F6B", "text-halo-color": "#FFFFFF", "text-halo-width": 2.5 },
  });
}

/** Shows one preview, or nothing. */
export function showPreview(map: Map, preview: Preview | null): void {
  setData(map, SOURCE, { type: "FeatureCollection", features: preview ? drawn(preview) : [] });
}

/** The parts of a preview as features. */
export function drawn({ site, from, removed, label }: Preview): Feature[] {
  const features = [feature(site, { part: site.type === "Point" ? "point" : "site" })];
  if (removed) features.push(feature(removed, { part: "removed" }), feature({ type: "Point", coordinates: middle(removed) }, { part: "label", label }));
  if (from) {
    const [start, end] = [middle(from), middle(site)];
    features.push(feature({ type: "MultiLineString", coordinates: arrow(start, end) }, { part: "arrow" }));
    features.push(feature({ type: "Point", coordinates: [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2] }, { part: "label", label }));
  }
  return features;
}

/** A shaft and two barbs, a tenth of its length; degrees of longitude are shorter than those of latitude. */
export function arrow(start: [number, number], end: [number, number]): Position[][] {
  const narrow = Math.cos((end[1] * Math.PI) / 180);
  const [dx, dy] = [(end[0] - start[0]) * narrow, end[1] - start[1]];
  const barb = (turn: number): Position => {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return [end[0] + ((dx * c - dy * s) * 0.1) / narrow, end[1] + (dx * s + dy * c) * 0.1];
  };
  const back = (5 * Math.PI) / 6;
  return [[start, end], [barb(back), end, barb(-back)]];
}

function middle(geometry: Geometry): [number, number] {
  const [west, south, east, north] = boundsOf("coordinates" in geometry ? geometry.coordinates : []);
  return [(west + east) / 2, (south + north) / 2];
}

const feature = (geometry: Geometry, properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry });
