// Opens the map: one style from the service, letters and patterns made here, nothing from anywhere else.
import { LngLatBounds, Map, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, LngLatBoundsLike, RequestParameters, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection, Geometry, Position } from "geojson";
import { keyHeaders } from "../access.ts";
import { fontFaces } from "./fonts.ts";
import { boundsOf } from "./label_point.ts";
import { PIXEL_RATIO, patternImage } from "./patterns.ts";

/** Name of the worker's file beside the page; the build puts it in. */
declare const WORKER_FILE: string;

export const LABELS = "township-labels";

const LOCALE = {
  "NavigationControl.ZoomIn": "放大",
  "NavigationControl.ZoomOut": "缩小",
  "AttributionControl.ToggleAttribution": "显示说明",
  "Map.Title": "四色风险地图",
};

export const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Makes the map and resolves once its style is in place, so that layers may be added. */
export async function openMap(container: HTMLElement, style: Record<string, unknown>, bounds: LngLatBoundsLike | null): Promise<Map> {
  setWorkerUrl(new URL(WORKER_FILE, document.baseURI).href);
  const map = new Map({
    container,
    style: prepare(style as unknown as StyleSpecification),
    ...(bounds ? { bounds, fitBoundsOptions: { padding: openPadding() } } : { center: [115.85, 29.6] as [number, number], zoom: 9.5 }),
    minZoom: 5,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    attributionControl: { compact: true, customAttribution: "边界与示意要素不作为法定依据 · CGCS2000" },
    locale: LOCALE,
    transformRequest: keepHome,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.setMissingStyleImageResolver((name) => {
    const image = patternImage(name);
    if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: PIXEL_RATIO });
  });
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-right");
  await map.once("style.load");
  return map;
}

/** Replaces the data of a source of our own. */
export function setData(map: Map, source: string, data: FeatureCollection): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
}

/** Room taken by the panels, so that what we fly to lands in the open part of the map. */
export function openPadding(): { top: number; bottom: number; left: number; right: number } {
  const map = document.getElementById("map")?.getBoundingClientRect();
  const padding = { top: 50, bottom: 50, left: 50, right: 50 };
  if (!map) return padding;
  if (map.width <= 760) return { top: 30, left: 30, right: 30, bottom: sheetOpen() ? Math.round(map.height * 0.6) : 90 };
  for (const side of ["left", "right"] as const) {
    const panel = document.getElementById(`panel-${side}`);
    if (panel && !panel.hidden) padding[side] += panel.getBoundingClientRect().width;
  }
  return padding;
}

/** On a phone: whether a sheet covers the lower half of the map. */
function sheetOpen(): boolean {
  return document.body.dataset["sheet"] !== undefined || document.getElementById("panel-right")?.hidden === false;
}

/** Flies so that a geometry fills the open part of the map, no nearer than `maxZoom`. */
export function flyTo(map: Map, geometry: Geometry | Position[], maxZoom = 15): void {
  const [west, south, east, north] = boundsOf(Array.isArray(geometry) ? geometry : coordinatesOf(geometry));
  if (!Number.isFinite(west)) return;
  map.fitBounds(new LngLatBounds([west, south], [east, north]), { padding: openPadding(), maxZoom, duration: 700 });
}

function coordinatesOf(geometry: Geometry): unknown[] {
  return geometry.type === "GeometryCollection" ? geometry.geometries.map(coordinatesOf) : geometry.coordinates;
}

/** The served style, with the page's own type and with township names placed once rather than once a tile. */
function prepare(style: StyleSpecification): StyleSpecification {
  const layers = style.layers.map((layer) => {
    if (layer.id !== "township-names" || layer.type !== "symbol") return layer;
    const { "source-layer": _, ...rest } = layer;
    return { ...rest, source: LABELS };
  });
  const sources = { ...style.sources, [LABELS]: { type: "geojson" as const, data: EMPTY } };
  return { ...style, layers, sources, "font-faces": fontFaces() };
}

/**
 * A service behind a proxy may name itself by another address; its tiles are always fetched from where the page came,
 * with the access key where one was given.
 */
function keepHome(address: string): RequestParameters {
  const url = new URL(address, document.baseURI);
  const own = /\/(tiles|styles|api)\/.*$/.exec(url.pathname);
  if (url.origin === location.origin) return { url: address, headers: keyHeaders() };
  return own ? { url: new URL(own[0].slice(1) + url.search, document.baseURI).href, headers: keyHeaders() } : { url: address };
}
