// The four hues are fixed by custom; that they can be told apart without hue is what this file holds them to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paintOf } from "../src/map/patterns.ts";
import type { RiskLevel } from "../src/words.ts";

type Rgb = [number, number, number];

const LAND = rgb("#F2F2F0");
const TINT = 0.6;
const LEVELS: RiskLevel[] = [1, 2, 3, 4];

/** Full dichromacy after Machado, Oliveira and Fernandes (2009), applied in linear light; and luminance alone. */
const VISION: Record<string, [Rgb, Rgb, Rgb]> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
  grey: [[0.2126, 0.7152, 0.0722], [0.2126, 0.7152, 0.0722], [0.2126, 0.7152, 0.0722]],
};

test("CIEDE2000 gives the published values", () => {
  // Sharma, Wu and Dalal (2005), pairs 1, 7 and 25 of their table.
  const pairs: [Rgb, Rgb, number][] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ];
  for (const [a, b, expected] of pairs) assert.ok(Math.abs(difference(a, b) - expected) < 1e-4);
});

for (const [name, matrix] of Object.entries(VISION)) {
  test(`every pair of grades differs, as a fill and as a tint, in ${name} vision`, () => {
    for (const share of [1, TINT]) {
      const seen = LEVELS.map((level) => lab(matrix, over(rgb(paintOf(level).fill), share)));
      for (let i = 0; i < seen.length; i++) {
        for (let j = i + 1; j < seen.length; j++) {
          const gap = difference(seen[i] as Rgb, seen[j] as Rgb);
          assert.ok(gap >= 7, `grades ${i + 1} and ${j + 1} at ${share}: ${gap.toFixed(1)}`);
        }
      }
    }
  });
}

test("text reads on its fill, and outlines stand out from the land and from the tint", () => {
  for (const level of LEVELS) {
    const paint = paintOf(level);
    assert.ok(contrast(rgb(paint.text), rgb(paint.fill)) >= 4.5, `text of ${level}`);
    assert.ok(contrast(rgb(paint.outline), LAND) >= 3, `outline of ${level} on land`);
    assert.ok(contrast(rgb(paint.outline), over(rgb(paint.fill), TINT)) >= 3, `outline of ${level} on its tint`);
  }
});

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as Rgb;
}

function over(colour: Rgb, share: number): Rgb {
  return colour.map((value, i) => share * value + (1 - share) * (LAND[i] ?? 0)) as Rgb;
}

function linear(colour: Rgb): Rgb {
  return colour.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as Rgb;
}

function contrast(a: Rgb, b: Rgb): number {
  const light = (colour: Rgb) => dot(VISION["grey"]?.[0] as Rgb, linear(colour)) + 0.05;
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

function dot(a: Rgb, b: Rgb): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** CIELAB under D65 of what an eye with this matrix sees. */
function lab(matrix: [Rgb, Rgb, Rgb], colour: Rgb): Rgb {
  const seen = matrix.map((row) => Math.min(1, Math.max(0, dot(row, linear(colour))))) as Rgb;
  const x = dot([0.4124564, 0.3575761, 0.1804375], seen) / 0.95047;
  const y = dot([0.2126729, 0.7151522, 0.072175], seen);
  const z = dot([0.0193339, 0.119192, 0.9503041], seen) / 1.08883;
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116);
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

/** CIEDE2000 with all weights 1. */
function difference([l1, a1, b1]: Rgb, [l2, a2, b2]: Rgb): number {
  const rad = Math.PI / 180;
  const c7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const stretch = 1.5 - 0.5 * Math.sqrt(c7 / (c7 + 25 ** 7));
  const polar = (a: number, b: number) => [Math.hypot(a * stretch, b), (Math.atan2(b, a * stretch) / rad + 360) % 360] as const;
  const [[c1, h1], [c2, h2]] = [polar(a1, b1), polar(a2, b2)];
  const grey = c1 * c2 === 0;
  const turn = grey ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const dh = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * rad);
  const [lm, cm, hm] = [(l1 + l2) / 2, (c1 + c2) / 2, grey ? h1 + h2 : (h1 + turn / 2 + 360) % 360];
  const cosine = (k: number, shift: number) => Math.cos((k * hm + shift) * rad);
  const t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.2 * cosine(4, -63);
  const sl = 1 + (0.015 * (lm - 50) ** 2) / Math.sqrt(20 + (lm - 50) ** 2);
  const [sc, sh] = [1 + 0.045 * cm, 1 + 0.015 * cm * t];
  const twist = -Math.sin(60 * Math.exp(-(((hm - 275) / 25) ** 2)) * rad) * 2 * Math.sqrt(cm ** 7 / (cm ** 7 + 25 ** 7));
  const [x, y, z] = [(l2 - l1) / sl, (c2 - c1) / sc, dh / sh];
  return Math.sqrt(x * x + y * y + z * z + twist * y * z);
}
