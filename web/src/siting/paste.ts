// Reads a site from pasted text: GeoJSON, or one position a line in degrees, in degrees-minutes-seconds, or in
// CGCS2000 metres. Says what it understood, so that a wrong guess is seen at once.
import { toLonLat } from "./gauss_kruger.ts";
import type { LonLat } from "./outline.ts";

export interface Pasted {
  /** One position is a point, three or more an outline (not closed). */
  site: LonLat[];
  /** In words, what the text was taken for. */
  understood: string;
}

/** The text is not a site; the message says how to mend it. */
export class PasteError extends Error {}

/** Longitudes and latitudes a site in China can have. */
const CHINA = { west: 73, east: 136, south: 3, north: 54 };
/** Central meridian taken where metres carry no zone number: the 3° zone that the district lies in. */
const DEFAULT_MERIDIAN = 117;

export function readSite(text: string): Pasted {
  const trimmed = text.trim();
  if (!trimmed) throw new PasteError("请先粘贴坐标或 GeoJSON。");
  const pasted = trimmed.startsWith("{") ? readGeoJson(trimmed) : readLines(trimmed);
  const site = withoutClosing(pasted.site);
  if (site.length === 2) throw new PasteError("两个点围不成范围：请给出一个点，或至少三个点。");
  site.forEach(([lon, lat], i) => {
    const inside = lon >= CHINA.west && lon <= CHINA.east && lat >= CHINA.south && lat <= CHINA.north;
    if (!inside) throw new PasteError(`第 ${i + 1} 个点（${lon.toFixed(4)}, ${lat.toFixed(4)}）不在中国范围内，请检查坐标顺序与坐标系。`);
  });
  return { site, understood: pasted.understood };
}

function readGeoJson(text: string): Pasted {
  let found: { type?: string; coordinates?: unknown } | undefined;
  try {
    found = firstGeometry(JSON.parse(text));
  } catch (error) {
    throw error instanceof PasteError ? error : new PasteError("GeoJSON 无法解析，请检查括号与引号。");
  }
  if (found?.type === "Point") return { site: [position(found.coordinates)], understood: "GeoJSON 点" };
  const rings = found?.type === "MultiPolygon" ? onlyPart(found.coordinates) : found?.coordinates;
  if ((found?.type !== "Polygon" && found?.type !== "MultiPolygon") || !Array.isArray(rings)) {
    throw new PasteError("只支持 GeoJSON 的点（Point）或面（Polygon）。");
  }
  if (rings.length > 1) throw new PasteError("暂不支持带洞的面，请只保留外边界。");
  return { site: (rings[0] as unknown[]).map(position), understood: "GeoJSON 面" };
}

function firstGeometry(value: unknown): { type?: string; coordinates?: unknown } | undefined {
  const object = value as { type?: string; features?: unknown[]; geometry?: unknown };
  if (object.type === "FeatureCollection") {
    if (object.features?.length !== 1) throw new PasteError("请只粘贴一个要素。");
    return firstGeometry(object.features[0]);
  }
  return object.type === "Feature" ? firstGeometry(object.geometry) : object;
}

function onlyPart(coordinates: unknown): unknown {
  if (!Array.isArray(coordinates) || coordinates.length !== 1) throw new PasteError("暂不支持多部分的面，请分开核查。");
  return coordinates[0];
}

function position(value: unknown): LonLat {
  const [lon, lat] = Array.isArray(value) ? value : [];
  if (typeof lon !== "number" || typeof lat !== "number") throw new PasteError("GeoJSON 中有坐标不是数字。");
  return [lon, lat];
}

function readLines(text: string): Pasted {
  const lines = text.split(/[\n;；]+/).map((line) => line.trim()).filter(Boolean);
  const pairs = lines.map((line, i) => {
    const numbers = line.includes("°") ? sexagesimal(line) : plainNumbers(line);
    if (numbers.length !== 2) throw new PasteError(`第 ${i + 1} 行应有经度、纬度两个数：“${line}”。`);
    return numbers as LonLat;
  });
  if (pairs.some(([a, b]) => Math.abs(a) > 360 || Math.abs(b) > 360)) return fromMetres(pairs);
  const swapped = pairs.every(([a, b]) => a < CHINA.north && b > CHINA.west);
  const site = swapped ? pairs.map(([lat, lon]): LonLat => [lon, lat]) : pairs;
  const written = text.includes("°") ? "度分秒" : "十进制度";
  return { site, understood: swapped ? `${written}，按“纬度在前”理解` : `${written}，经度在前` };
}

/** Decimal numbers of one line; letters and brackets around them do not matter. */
function plainNumbers(line: string): number[] {
  return (line.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
}

/** `115°52′30.5″E 29°36′00″N` to degrees; which is which is left to the size of the numbers. */
function sexagesimal(line: string): number[] {
  const parts = [...line.matchAll(/(\d+(?:\.\d+)?)°\s*(?:(\d+(?:\.\d+)?)\s*[′'’分])?\s*(?:(\d+(?:\.\d+)?)\s*(?:[″"”秒]|''))?/g)];
  return parts.map(([, degrees, minutes = "0", seconds = "0"]) => Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3600);
}

/** Gauss-Krüger metres in either order: a northing in China lies between 400 and 6000 km, an easting with a zone begins with it. */
function fromMetres(pairs: LonLat[]): Pasted {
  const ordered = pairs.map(([a, b]): [number, number] => (isEasting(a) && !isEasting(b) ? [a, b] : [b, a]));
  const zone = Math.floor((ordered[0]?.[0] ?? 0) / 1e6);
  const threeDegree = zone >= 25 && zone <= 45;
  const sixDegree = zone >= 13 && zone <= 23;
  if (zone && !threeDegree && !sixDegree) throw new PasteError("看起来是米制坐标，但带号不在中国范围（3° 带 25–45，6° 带 13–23）。");
  const meridian = threeDegree ? zone * 3 : sixDegree ? zone * 6 - 3 : DEFAULT_MERIDIAN;
  const site = ordered.map(([easting, northing]) => toLonLat(easting - zone * 1e6, northing, meridian));
  const named = zone ? `${threeDegree ? "3" : "6"}° 带第 ${zone} 带` : "未带带号，按 3° 带";
  return { site, understood: `CGCS2000 高斯-克吕格（${named}，中央经线 ${meridian}°E）` };
}

function isEasting(value: number): boolean {
  return (value > 1e5 && value < 1e6) || value > 13e6;
}

function withoutClosing(site: LonLat[]): LonLat[] {
  const [first, last] = [site[0], site[site.length - 1]];
  const closed = site.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return closed ? site.slice(0, -1) : site;
}
