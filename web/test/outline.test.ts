import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, closedRing, perimeterOf, selfCrossing } from "../src/siting/outline.ts";
import type { LonLat } from "../src/siting/outline.ts";

const within = (measured: number, expected: number, share: number) =>
  assert.ok(Math.abs(measured / expected - 1) <= share, `${measured} is not within ${share} of ${expected}`);

// Geodesic areas and perimeters on the CGCS2000 ellipsoid, computed with GeographicLib.
const KNOWN: { ring: LonLat[]; area: number; perimeter: number; share: number }[] = [
  { ring: [[115.8, 29.6], [115.81, 29.6], [115.81, 29.61], [115.8, 29.61]], area: 1073720.1076, perimeter: 4154.2382, share: 1e-6 },
  { ring: [[115.8, 29.6], [115.8004, 29.6001], [115.8005, 29.6006], [115.8001, 29.6004]], area: 1771.7195, perimeter: 186.5917, share: 1e-6 },
  { ring: [[115.7, 29.5], [115.9, 29.52], [115.85, 29.7]], area: 198803100.41, perimeter: 66556.0803, share: 1e-3 },
];

test("area and perimeter agree with the geodesic", () => {
  for (const { ring, area, perimeter, share } of KNOWN) {
    within(areaOf(ring), area, share);
    within(perimeterOf(ring), perimeter, share);
  }
});

test("fewer than three corners have a length and no area", () => {
  assert.equal(areaOf([[115.8, 29.6], [115.81, 29.6]]), 0);
  within(perimeterOf([[115.8, 29.6], [115.81, 29.6]]), 968.7087, 1e-6);
  assert.equal(perimeterOf([[115.8, 29.6]]), 0);
});

test("a bow tie crosses itself, a notched outline does not", () => {
  assert.deepEqual(selfCrossing([[0, 0], [2, 2], [2, 0], [0, 2]]), [1, 1]);
  assert.equal(selfCrossing([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]), null);
  assert.equal(selfCrossing([[0, 0], [1, 0], [0, 1]]), null);
});

test("the outline is closed counter-clockwise whichever way it was drawn", () => {
  const anticlockwise: LonLat[] = [[0, 0], [1, 0], [1, 1]];
  assert.deepEqual(closedRing(anticlockwise), [[0, 0], [1, 0], [1, 1], [0, 0]]);
  assert.deepEqual(closedRing([...anticlockwise].reverse()), [[0, 0], [1, 0], [1, 1], [0, 0]]);
});
