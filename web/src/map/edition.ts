// The map as a published edition had it: the areas of the served style, coloured by the edition's levels.
import type { ExpressionSpecification, FilterSpecification, Map } from "maplibre-gl";
import { h } from "../dom.ts";
import { levelExpression, withLevel } from "../registers/told.ts";
import type { EditionAreas } from "../registers/wire.ts";

const SOURCE_LAYER = "risk_areas";

interface Drawn {
  id: string;
  paint: Record<string, unknown>;
  filter: FilterSpecification | undefined;
}

/** The layers of the areas as they are drawn for the present; taken before the first edition is shown. */
const present = new WeakMap<Map, Drawn[]>();

function drawnNow(map: Map): Drawn[] {
  const known = present.get(map);
  if (known) return known;
  const layers = map.getStyle().layers.filter((layer) => "source-layer" in layer && layer["source-layer"] === SOURCE_LAYER);
  const drawn = layers.map((layer) => ({ id: layer.id, paint: { ...(layer.paint as Record<string, unknown> | undefined) }, filter: "filter" in layer ? layer.filter : undefined }));
  present.set(map, drawn);
  return drawn;
}

/** Colours the areas by an edition, or as they are now, and says over the map which it is. */
export function showEdition(map: Map, edition: EditionAreas | null, back: () => void): void {
  const level = edition && (levelExpression(edition.areas) as ExpressionSpecification | number);
  const put = (expression: unknown) => (level === null ? expression : withLevel(expression, level));
  for (const { id, paint, filter } of drawnNow(map)) {
    for (const [name, value] of Object.entries(paint)) map.setPaintProperty(id, name as never, put(value) as never);
    map.setFilter(id, put(filter) as FilterSpecification | undefined);
  }
  document.querySelector(".edition-banner")?.remove();
  if (!edition) return;
  const { number, name, date } = edition.published;
  const close = h("button", { type: "button", "data-testid": "edition-back", onclick: back }, "恢复现状");
  map.getContainer().append(h("div", { class: "edition-banner", role: "status", "data-testid": "edition-banner" }, `区域为第 ${number} 版「${name}」（${date}），企业、管线为现状`, close));
}
