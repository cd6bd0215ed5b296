// CGCS2000 Gauss-Krüger metres to longitude and latitude: the coordinates that stand on Chinese survey sheets.
// Inverse transverse Mercator by Krüger's series to the fourth power of the third flattening; exact to a millimetre.
import type { LonLat } from "./outline.ts";

const SEMI_MAJOR = 6378137;
const FLATTENING = 1 / 298.257222101;
const FALSE_EASTING = 500000;

const n = FLATTENING / (2 - FLATTENING);
const RECTIFYING = (SEMI_MAJOR / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
const BETA = [
  n / 2 - (2 / 3) * n ** 2 + (37 / 96) * n ** 3 - n ** 4 / 360,
  n ** 2 / 48 + n ** 3 / 15 - (437 / 1440) * n ** 4,
  (17 / 480) * n ** 3 - (37 / 840) * n ** 4,
  (4397 / 161280) * n ** 4,
];
const DELTA = [
  2 * n - (2 / 3) * n ** 2 - 2 * n ** 3 + (116 / 45) * n ** 4,
  (7 / 3) * n ** 2 - (8 / 5) * n ** 3 - (227 / 45) * n ** 4,
  (56 / 15) * n ** 3 - (136 / 35) * n ** 4,
  (4279 / 630) * n ** 4,
];

/** Easting and northing in metres (no zone prefix) to degrees, for a central meridian in degrees. */
export function toLonLat(easting: number, northing: number, meridian: number): LonLat {
  const xi = northing / RECTIFYING;
  const eta = (easting - FALSE_EASTING) / RECTIFYING;
  let [x, e] = [xi, eta];
  BETA.forEach((beta, i) => {
    const k = 2 * (i + 1);
    x -= beta * Math.sin(k * xi) * Math.cosh(k * eta);
    e -= beta * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  const conformal = Math.asin(Math.sin(x) / Math.cosh(e));
  const latitude = DELTA.reduce((sum, delta, i) => sum + delta * Math.sin(2 * (i + 1) * conformal), conformal);
  const longitude = Math.atan2(Math.sinh(e), Math.cos(x));
  return [meridian + (longitude * 180) / Math.PI, (latitude * 180) / Math.PI];
}
