// Layers that may be laid over the map when wanted: one tile set each, drawn in quiet tones that no grade uses.
import type { Map } from "maplibre-gl";
import { h } from "../dom.ts";
import { layerWord } from "../words.ts";

const OVERLAYS: readonly { layer: string; colour: string }[] = [
  { layer: "residential_zones", colour: "#7A5C46" },
  { layer: "protection_targets", colour: "#5B3A6B" },
  { layer: "chemical_parks", colour: "#4D4D4D" },
  { layer: "buffer_zones", colour: "#6B4A5C" },
  { layer: "protected_areas", colour: "#3F6B4A" },
  { layer: "power_lines", colour: "#55606B" },
  { layer: "structures", colour: "#333333" },
  { layer: "hidden_dangers", colour: "#8A2B57" },
  { layer: "hazardous_goods", colour: "#6B5A1E" },
  { layer: "lifelines", colour: "#1F5C66" },
  { layer: "hca_segments", colour: "#2E4A7D" },
];

/** Check boxes that switch the layers on and off; nothing is fetched before the first use. */
export function overlayList(map: Map): HTMLElement {
  const row = ({ layer, colour }: (typeof OVERLAYS)[number]) => {
    const box = h("input", { type: "checkbox", "data-testid": `overlay-${layer}` });
    box.addEventListener("change", () => toggle(map, layer, colour, box.checked));
    return h("label", { class: "overlay" }, box, h("span", { class: "dot", style: `background:${colour}` }), layerWord(layer));
  };
  return h("div", { class: "overlays" }, ...OVERLAYS.map(row));
}

function toggle(map: Map, layer: string, colour: string, visible: boolean): void {
  if (visible && !map.getSource(`overlay-${layer}`)) addOverlay(map, layer, colour);
  for (const part of ["fill", "line", "point", "name"]) {
    const id = `overlay-${layer}-${part}`;
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
  }
}

function addOverlay(map: Map, layer: string, colour: string): void {
  const source = `overlay-${layer}`;
  const from = { source, "source-layer": layer };
  const kind = (name: string) => ["==", ["geometry-type"], name] as ["==", ["geometry-type"], string];
  const below = map.getLayer("enterprises") ? "enterprises" : undefined;
  map.addSource(source, { type: "vector", url: new URL(`tiles/${layer}`, document.baseURI).href });
  map.addLayer({ id: `${source}-fill`, type: "fill", ...from, filter: kind("Polygon"), paint: { "fill-color": colour, "fill-opacity": 0.28 } }, below);
  map.addLayer({ id: `${source}-line`, type: "line", ...from, paint: { "line-color": colour, "line-width": 1.4 } }, below);
  map.addLayer({
    id: `${source}-point`, type: "circle", ...from, filter: kind("Point"),
    paint: { "circle-color": colour, "circle-radius": 4, "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1.5 },
  });
  map.addLayer({
    id: `${source}-name`, type: "symbol", ...from, minzoom: 13,
    layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-font": ["Noto Sans SC"], "text-size": 11, "text-offset": [0, 0.9], "text-anchor": "top" },
    paint: { "text-color": colour, "text-halo-color": "#FFFFFF", "text-halo-width": 1.5 },
  });
}
