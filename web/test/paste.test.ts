import assert from "node:assert/strict";
import { test } from "node:test";
import { PasteError, readSite } from "../src/siting/paste.ts";
import { toLonLat } from "../src/siting/gauss_kruger.ts";

const near = (measured: readonly number[] | undefined, expected: readonly number[], slack = 1e-8) =>
  expected.forEach((value, i) => assert.ok(Math.abs((measured?.[i] ?? NaN) - value) < slack, `${measured} is not ${expected}`));

// Pairs computed with PROJ for EPSG:4548 (central meridian 117°E).
const SURVEYED = [
  { easting: 383927.6382, northing: 3277570.6939, lonLat: [115.8017, 29.6108] },
  { easting: 500000, northing: 3264689.276, lonLat: [117, 29.5] },
  { easting: 633432.2987, northing: 3453993.1439, lonLat: [118.4, 31.2] },
];

test("Gauss-Krüger metres come back as PROJ's degrees to a millimetre", () => {
  for (const { easting, northing, lonLat } of SURVEYED) near(toLonLat(easting, northing, 117), lonLat, 2e-9);
});

test("metres are read with and without a zone, in either order", () => {
  for (const text of ["39383927.6382, 3277570.6939", "3277570.6939 39383927.6382", "383927.6382,3277570.6939", "20383927.6382 3277570.6939"]) {
    near(readSite(text).site[0], [115.8017, 29.6108]);
  }
  assert.match(readSite("39383927.6382, 3277570.6939").understood, /3° 带第 39 带/);
  assert.match(readSite("20383927.6382, 3277570.6939").understood, /6° 带第 20 带/);
  assert.match(readSite("383927.6382, 3277570.6939").understood, /未带带号/);
  assert.throws(() => readSite("99383927.6, 3277570.6"), PasteError);
});

test("degrees are read in either order, and the order is said", () => {
  assert.deepEqual(readSite("115.8017, 29.6108").site, [[115.8017, 29.6108]]);
  const swapped = readSite("29.6108 115.8017\n29.62 115.81\n29.60 115.82");
  assert.deepEqual(swapped.site[1], [115.81, 29.62]);
  assert.match(swapped.understood, /纬度在前/);
});

test("degrees, minutes and seconds are read in the usual writings", () => {
  for (const text of [`115°48′06.12″E, 29°36′38.88″N`, `E115°48'06.12" N29°36'38.88"`, "东经115°48′6.12″ 北纬29°36′38.88″"]) {
    near(readSite(text).site[0], [115.8017, 29.6108]);
  }
});

test("GeoJSON points and polygons are read, the closing corner left out", () => {
  const ring = [[115.8, 29.6], [115.81, 29.6], [115.81, 29.61], [115.8, 29.6]];
  const polygon = { type: "Polygon", coordinates: [ring] };
  const wrapped = { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: polygon }] };
  for (const value of [polygon, wrapped]) assert.deepEqual(readSite(JSON.stringify(value)).site, ring.slice(0, 3));
  assert.deepEqual(readSite('{"type":"Point","coordinates":[115.8,29.6]}').site, [[115.8, 29.6]]);
});

test("what cannot be a site is refused with its reason", () => {
  const refused: [string, RegExp][] = [
    ["", /请先粘贴/],
    ["hello", /第 1 行/],
    ["115.8, 29.6\n115.9, 29.7", /两个点/],
    ["2.35, 48.85", /不在中国范围/],
    ["{", /无法解析/],
    ['{"type":"LineString","coordinates":[[115,29],[116,29]]}', /只支持/],
    ['{"type":"Polygon","coordinates":[[[115,29],[116,29],[116,30],[115,29]],[[115.5,29.2],[115.6,29.2],[115.6,29.3],[115.5,29.2]]]}', /洞/],
    ['{"type":"FeatureCollection","features":[]}', /一个要素/],
  ];
  for (const [text, reason] of refused) assert.throws(() => readSite(text), (error) => error instanceof PasteError && reason.test(error.message), text);
});
