// Colour, pattern and outline of each grade: chosen so that lightness and pattern tell the grades apart without hue.
import type { RiskLevel } from "../words.ts";

export interface Paint {
  fill: string;
  /** Text that reads on the fill. */
  text: string;
  outline: string;
  outlineWidth: number;
}

const PAINTS: Record<string, Paint> = {
  1: { fill: "#97010E", text: "#FFFFFF", outline: "#5E0009", outlineWidth: 2.5 },
  2: { fill: "#EA800D", text: "#1A1A1A", outline: "#8F4B00", outlineWidth: 2 },
  3: { fill: "#FFF46E", text: "#1A1A1A", outline: "#8A7A00", outlineWidth: 1.5 },
  4: { fill: "#1271D9", text: "#FFFFFF", outline: "#0B4A8F", outlineWidth: 1.5 },
  none: { fill: "#FFFFFF", text: "#1A1A1A", outline: "#6E6E6E", outlineWidth: 1.5 },
};

/** Pattern strokes repeat over a square of `size` pixels; low risk has none. */
const PATTERNS: Record<string, { size: number; stroke: string; ground?: string; draw: (pen: CanvasRenderingContext2D, size: number) => void }> = {
  "risk-1": { size: 6, stroke: "#5E0009", draw: (pen, size) => diagonals(pen, size, 1.5, [1]) },
  "risk-2": { size: 14, stroke: "#8F4B00", draw: (pen, size) => diagonals(pen, size, 1.7, [-1]) },
  "risk-3": { size: 9, stroke: "#8A7A00", draw: (pen, size) => dot(pen, size, 1.4) },
  "risk-none": { size: 10, stroke: "#8C8C8C", draw: (pen, size) => diagonals(pen, size, 1.1, [1, -1]) },
  // Where a kind may not go: hatched, barred, dotted, so that they are told apart in black and white. Their ground hides
  // what is under it: areas of one sort that overlap then look like one.
  "exclusion-veto": { size: 8, stroke: "#A80F32", ground: "#F8DDE3", draw: (pen, size) => diagonals(pen, size, 2, [1]) },
  "exclusion-fail": { size: 10, stroke: "#D06A00", ground: "#FCE6CC", draw: (pen, size) => bar(pen, size, 2) },
  "exclusion-undetermined": { size: 8, stroke: "#6E787F", ground: "#E6E9EB", draw: (pen, size) => dot(pen, size, 1.3) },
  // What a site would give up.
  removed: { size: 10, stroke: "#111111", draw: (pen, size) => diagonals(pen, size, 1.2, [-1]) },
};

/** Pixels of the canvas for one pixel of the page, so that patterns stay sharp on dense screens. */
export const PIXEL_RATIO = 2;

export function paintOf(level: RiskLevel): Paint {
  return PAINTS[level ?? "none"] as Paint;
}

/** The image a style asks for by name, or null where the name is not one of ours. */
export function patternImage(name: string): ImageData | null {
  const pattern = PATTERNS[name];
  const pen = pattern && canvas(pattern.size, pattern.size).getContext("2d");
  if (!pattern || !pen) return null;
  drawTile(pen, name);
  return pen.getImageData(0, 0, pattern.size * PIXEL_RATIO, pattern.size * PIXEL_RATIO);
}

/** A legend swatch of a pattern with its ground. */
export function swatchOf(pattern: string, width = 30, height = 20): HTMLCanvasElement {
  const surface = canvas(width, height);
  surface.className = "swatch";
  surface.setAttribute("aria-hidden", "true");
  const pen = surface.getContext("2d");
  if (!pen) return surface;
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  repeatPattern(pen, pattern, width, height);
  pen.lineWidth = 1;
  pen.strokeRect(0.5, 0.5, width - 1, height - 1);
  return surface;
}

/** A legend swatch with the same fill, pattern and outline as the map. */
export function swatch(level: RiskLevel, width = 30, height = 20): HTMLCanvasElement {
  const surface = canvas(width, height);
  surface.className = "swatch";
  surface.setAttribute("aria-hidden", "true");
  const pen = surface.getContext("2d");
  if (!pen) return surface;
  const paint = paintOf(level);
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  pen.fillStyle = paint.fill;
  pen.fillRect(0, 0, width, height);
  repeatPattern(pen, `risk-${level ?? "none"}`, width, height);
  pen.strokeStyle = paint.outline;
  pen.lineWidth = paint.outlineWidth;
  pen.strokeRect(paint.outlineWidth / 2, paint.outlineWidth / 2, width - paint.outlineWidth, height - paint.outlineWidth);
  return surface;
}

function repeatPattern(pen: CanvasRenderingContext2D, name: string, width: number, height: number): void {
  const pattern = PATTERNS[name];
  if (!pattern) return;
  if (pattern.ground) {
    pen.fillStyle = pattern.ground;
    pen.fillRect(0, 0, width, height);
  }
  pen.strokeStyle = pen.fillStyle = pattern.stroke;
  for (let y = 0; y < height; y += pattern.size) {
    for (let x = 0; x < width; x += pattern.size) {
      pen.save();
      pen.translate(x, y);
      pattern.draw(pen, pattern.size);
      pen.restore();
    }
  }
}

function drawTile(pen: CanvasRenderingContext2D, name: string): void {
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  const size = PATTERNS[name]?.size ?? 0;
  repeatPattern(pen, name, size, size);
}

/** Strokes at 45°, clipped to the square and meeting their neighbours at its edges: 1 rises to the right, −1 falls. */
function diagonals(pen: CanvasRenderingContext2D, size: number, width: number, slopes: number[]): void {
  pen.beginPath();
  pen.rect(0, 0, size, size);
  pen.clip();
  pen.lineWidth = width;
  pen.beginPath();
  for (const slope of slopes) {
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - size, slope > 0 ? 2 * size : -size);
      pen.lineTo(shift + 2 * size, slope > 0 ? -size : 2 * size);
    }
  }
  pen.stroke();
}

/** One stroke from side to side. */
function bar(pen: CanvasRenderingContext2D, size: number, width: number): void {
  pen.fillRect(0, (size - width) / 2, size, width);
}

function dot(pen: CanvasRenderingContext2D, size: number, radius: number): void {
  pen.beginPath();
  pen.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
  pen.fill();
}

function canvas(width: number, height: number): HTMLCanvasElement {
  const surface = document.createElement("canvas");
  surface.width = width * PIXEL_RATIO;
  surface.height = height * PIXEL_RATIO;
  surface.style.width = `${width}px`;
  surface.style.height = `${height}px`;
  return surface;
}
