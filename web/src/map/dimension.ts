// Dimension lines: the measured shortest line of a finding, with its number, as on a drawing.
import type { Map } from "maplibre-gl";
import type { Feature, LineString, Position } from "geojson";
import { EMPTY, setData } from "./view.ts";

const SOURCE = "dimensions";

export interface Dimension {
  line: LineString;
  /** The number beside the line, with its unit. */
  label: string;
  /** The one being looked at is drawn strong, the others thin. */
  active: boolean;
}

export function addDimensions(map: Map): void {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  const active = ["get", "active"] as ["get", string];
  const lines = ["==", ["geometry-type"], "LineString"] as ["==", ["geometry-type"], string];
  const points = ["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "label"]]];
  map.addLayer({
    id: "dimension-casing", type: "line", source: SOURCE, filter: lines,
    layout: { "line-cap": "round" },
    paint: { "line-color": "#FFFFFF", "line-width": ["case", active, 7, 4] },
  });
  map.addLayer({
    id: "dimension-lines", type: "line", source: SOURCE, filter: lines,
    paint: { "line-color": "#111111", "line-width": ["case", active, 3, 1.4], "line-opacity": ["case", active, 1, 0.75] },
  });
  map.addLayer({
    id: "dimension-ends", type: "circle", source: SOURCE, filter: points as never,
    paint: { "circle-radius": ["case", active, 5, 3], "circle-color": "#FFFFFF", "circle-stroke-color": "#111111", "circle-stroke-width": 2 },
  });
  map.addLayer({
    id: "dimension-labels", type: "symbol", source: SOURCE, filter: ["has", "label"],
    layout: {
      "text-field": ["get", "label"],
      "text-font": ["Noto Sans SC SemiBold"],
      "text-size": ["case", active, 16, 12],
      "text-anchor": ["get", "anchor"],
      "text-offset": [0.5, 0],
      "text-allow-overlap": true,
      "symbol-sort-key": ["case", active, 0, 1],
    },
    paint: { "text-color": "#111111", "text-halo-color": "#FFFFFF", "text-halo-width": 2.5 },
  });
}

export function showDimensions(map: Map, dimensions: Dimension[]): void {
  setData(map, SOURCE, { type: "FeatureCollection", features: dimensions.flatMap(drawn) });
}

/** The side on which the number clears its line: below a rising line, above a falling one. */
function besides(from: Position, to: Position): string {
  const rising = ((to[0] ?? 0) - (from[0] ?? 0)) * ((to[1] ?? 0) - (from[1] ?? 0)) > 0;
  return rising ? "top-left" : "bottom-left";
}

function drawn({ line, label, active }: Dimension): Feature[] {
  const [from, to] = [line.coordinates[0], line.coordinates[line.coordinates.length - 1]];
  if (!from || !to) return [];
  const middle: Position = [((from[0] ?? 0) + (to[0] ?? 0)) / 2, ((from[1] ?? 0) + (to[1] ?? 0)) / 2];
  const point = (coordinates: Position, properties: object): Feature => ({
    type: "Feature",
    properties: { active, ...properties },
    geometry: { type: "Point", coordinates },
  });
  return [{ type: "Feature", properties: { active }, geometry: line }, point(from, {}), point(to, {}), point(middle, { label, anchor: besides(from, to) })];
}
