import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { boundsOf, labelPoint } from "../src/map/label_point.ts";
import { paintOf } from "../src/map/patterns.ts";
import type { RiskLevel } from "../src/words.ts";

// The tests run in web/, wherever their bundle lies.
const text = readFileSync("../styles/four-colour.json", "utf8");
const style = JSON.parse(text.replaceAll("{base}", "http://localhost"));

test("the served style is valid and takes everything from the service itself", () => {
  assert.deepEqual(validateStyleMin(style).map((error) => error.message), []);
  for (const source of Object.values<{ url: string }>(style.sources)) assert.match(source.url, /^http:\/\/localhost\/tiles\//);
  assert.equal(style.glyphs ?? style.sprite, undefined);
  assert.equal(text.match(/https?:/g), null);
});

test("map, legend and style use one palette", () => {
  for (const level of [1, 2, 3, 4] as RiskLevel[]) {
    assert.ok(text.includes(paintOf(level).fill), `fill of ${level}`);
    assert.ok(text.includes(paintOf(level).outline), `outline of ${level}`);
  }
  const areas = style.layers.find((layer: { id: string }) => layer.id === "risk-areas");
  assert.equal(areas.paint["fill-color"].at(-1), paintOf(null).fill);
});

test("a label lies inside its area, even where the centre does not", () => {
  const horseshoe = [[0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6], [0, 0]].map(([x, y]) => [115 + (x ?? 0) / 100, 29 + (y ?? 0) / 100]);
  const [lon, lat] = labelPoint({ type: "Polygon", coordinates: [horseshoe] }) ?? [0, 0];
  const inNotch = lon > 115.02 && lon < 115.04 && lat > 29.02;
  assert.ok(lon > 115 && lon < 115.06 && lat > 29 && lat < 29.06 && !inNotch, `${lon}, ${lat}`);
});

test("a label takes the largest part, and the middle of a plain square", () => {
  const square = (west: number, side: number) => [[[west, 29], [west + side, 29], [west + side, 29 + side], [west, 29 + side], [west, 29]]];
  const at = labelPoint({ type: "MultiPolygon", coordinates: [square(110, 0.1), square(115, 1)] });
  assert.ok(at && Math.abs(at[0] - 115.5) < 0.05 && Math.abs(at[1] - 29.5) < 0.08, String(at));
  assert.equal(labelPoint({ type: "Point", coordinates: [0, 0] }), null);
  assert.deepEqual(boundsOf([[[1, 2], [3, -4]]]), [1, -4, 3, 2]);
});
