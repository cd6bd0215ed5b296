// The viewer's front door: asks the service for the map, the grades and the outlines, and opens the page.
import type { Map } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { api } from "./api.ts";
import { byId, fill, h } from "./dom.ts";
import { readLink } from "./link.ts";
import { openMap } from "./map/view.ts";
import { Page } from "./page.ts";
import { problemView } from "./problem.ts";
import { Townships } from "./townships.ts";
import { originBadge } from "./words.ts";

declare global {
  interface Window {
    /** For tests and for the curious: the live map. */
    sisetu?: { map: Map };
  }
}

const NO_UNITS: FeatureCollection = { type: "FeatureCollection", features: [] };

async function start(): Promise<void> {
  const [style, grades, units] = await Promise.all([
    api.style(),
    api.areas().catch((error: unknown) => (fill(byId("ranking"), problemView(error)), null)),
    api.adminUnits().catch(() => NO_UNITS),
  ]);
  const townships = new Townships(grades?.areas ?? [], units);
  showHeading(townships, grades?.edition);
  const map = await openMap(byId("map"), style, townships.bounds());
  window.sisetu = { map };
  new Page(map, townships).follow(readLink(location.hash));
}

/** The district's name, the badge of invented data, and which edition is shown. */
function showHeading(townships: Townships, edition: unknown): void {
  const district = townships.district()?.properties;
  if (district?.["name"]) {
    byId("district").textContent = String(district["name"]);
    document.title = `四色图 · ${district["name"]}`;
  }
  const badge = byId("origin");
  badge.hidden = originBadge(district?.["data_origin"]) === null;
  badge.textContent = "模拟数据";
  badge.title = "企业、管线等为模拟数据，边界与水系为示意，不代表实地情况";
  if (typeof edition === "number" || typeof edition === "string") byId("edition").textContent = `数据版本 ${edition}`;
}

start().catch((error: unknown) => fill(byId("ranking"), h("h2", {}, "无法打开地图"), problemView(error)));
