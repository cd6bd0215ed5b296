// Marks what is selected: a white-cased black line round it, so that its own colour stays readable.
import type { Map } from "maplibre-gl";
import type { Geometry } from "geojson";
import { EMPTY, setData } from "./view.ts";

const SOURCE = "highlight";

export function addHighlight(map: Map): void {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  const line = { "line-cap": "round", "line-join": "round" } as const;
  map.addLayer({ id: "highlight-casing", type: "line", source: SOURCE, layout: line, paint: { "line-color": "#FFFFFF", "line-width": 7 } });
  map.addLayer({ id: "highlight-line", type: "line", source: SOURCE, layout: line, paint: { "line-color": "#111111", "line-width": 3 } });
  map.addLayer({
    id: "highlight-point",
    type: "circle",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 13,
      "circle-color": "rgba(0,0,0,0)",
      "circle-stroke-color": "#111111",
      "circle-stroke-width": 3,
    },
  });
}

/** Shows one geometry as selected, or nothing. */
export function highlight(map: Map, geometry: Geometry | null): void {
  const features = geometry ? [{ type: "Feature" as const, properties: {}, geometry }] : [];
  setData(map, SOURCE, { type: "FeatureCollection", features });
}
