// What lies under the pointer: the most specific thing first, an enterprise before the area it stands in.
import type { Map, MapGeoJSONFeature, MapMouseEvent, Point, PointLike } from "maplibre-gl";
import { levelWords } from "../words.ts";
import { h } from "../dom.ts";

export interface Picked {
  layer: string;
  id: string;
}

const PICKABLE = ["enterprise-points", "enterprise-clusters", "enterprises", "pipelines", "risk-areas"];
/** A finger or an unsteady hand may miss a thin line by this many pixels. */
const REACH = 5;

/**
 * Calls back with what was clicked, null for bare ground; asks first whether clicks are wanted just now. `overlaid` says
 * what lies under the pointer in an overlay that speaks before the map does.
 */
export function onPick(map: Map, wanted: () => boolean, picked: (target: Picked | null) => void, overlaid: (at: Point) => string | null): void {
  map.on("click", (event) => {
    if (!wanted() || event.defaultPrevented) return;
    const feature = under(map, event);
    if (feature?.properties["point_count"]) {
      map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
    } else {
      picked(feature ? target(feature) : null);
    }
  });
  addTip(map, wanted, overlaid);
}

/** A chip beside the pointer with name and grade in words. */
function addTip(map: Map, wanted: () => boolean, overlaid: (at: Point) => string | null): void {
  const tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  map.getContainer().append(tip);
  map.on("mousemove", (event) => {
    const feature = wanted() ? under(map, event) : undefined;
    const text = (wanted() ? overlaid(event.point) : null) ?? (feature ? tipText(feature) : null);
    tip.hidden = text === null;
    map.getCanvas().style.cursor = !wanted() ? "crosshair" : text === null ? "" : "pointer";
    tip.textContent = text;
    tip.style.transform = `translate(${event.point.x + 14}px, ${event.point.y + 14}px)`;
  });
  map.on("mouseout", () => (tip.hidden = true));
}

function tipText(feature: MapGeoJSONFeature): string {
  const count = feature.properties["point_count"];
  if (count) return `${count} 家企业，点击放大`;
  const words = levelWords(feature.properties["risk_level"]);
  return `${feature.properties["name"] ?? "未命名"} · ${words.level ? `${words.name}（${words.colour}）` : words.name}`;
}

function under(map: Map, event: MapMouseEvent): MapGeoJSONFeature | undefined {
  const { x, y } = event.point;
  const box: [PointLike, PointLike] = [[x - REACH, y - REACH], [x + REACH, y + REACH]];
  const layers = PICKABLE.filter((id) => map.getLayer(id));
  const near = map.queryRenderedFeatures(box, { layers: layers.filter((id) => id !== "risk-areas") });
  const sorted = near.sort((a, b) => PICKABLE.indexOf(a.layer.id) - PICKABLE.indexOf(b.layer.id));
  return sorted[0] ?? map.queryRenderedFeatures(event.point, { layers: layers.filter((id) => id === "risk-areas") })[0];
}

function target(feature: MapGeoJSONFeature): Picked | null {
  const id = feature.properties["id"] ?? feature.id;
  return id === undefined || !feature.sourceLayer ? null : { layer: feature.sourceLayer, id: String(id) };
}
