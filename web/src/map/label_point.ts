// Where to write an area's name: the inside point furthest from its edges.
import type { Geometry, Position } from "geojson";

type Ring = Position[];

/** A good label position inside a (multi)polygon's largest part, or null for any other geometry. */
export function labelPoint(geometry: Geometry | null): [number, number] | null {
  const rings = largestPart(geometry);
  if (!rings?.[0]?.length) return null;
  const box = boundsOf(rings[0]);
  const squeeze = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  let best: Spot = { at: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], room: -Infinity };
  best = search(rings, box, squeeze, best);
  const step = [(box[2] - box[0]) / GRID, (box[3] - box[1]) / GRID] as const;
  const [x, y] = best.at;
  return search(rings, [x - step[0], y - step[1], x + step[0], y + step[1]], squeeze, best).at;
}

/** West, south, east, north of any geometry. */
export function boundsOf(coordinates: unknown): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else part.forEach(visit);
  };
  visit(coordinates);
  return box;
}

interface Spot {
  at: [number, number];
  /** Distance to the nearest edge in degrees of latitude, negative outside. */
  room: number;
}

const GRID = 20;

function search(rings: Ring[], box: readonly number[], squeeze: number, best: Spot): Spot {
  const [west, south, east, north] = box as [number, number, number, number];
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const at: [number, number] = [west + ((column + 0.5) / GRID) * (east - west), south + ((row + 0.5) / GRID) * (north - south)];
      const room = roomAt(at, rings, squeeze);
      if (room > best.room) best = { at, room };
    }
  }
  return best;
}

function roomAt([x, y]: [number, number], rings: Ring[], squeeze: number): number {
  let inside = false;
  let nearest = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[j] as [number, number];
      const [bx, by] = ring[i] as [number, number];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      nearest = Math.min(nearest, toEdge((x - ax) * squeeze, y - ay, (bx - ax) * squeeze, by - ay));
    }
  }
  return inside ? nearest : -nearest;
}

/** Distance from a point to the edge that runs from the origin to (ex, ey). */
function toEdge(px: number, py: number, ex: number, ey: number): number {
  const long = ex * ex + ey * ey;
  const t = long === 0 ? 0 : Math.max(0, Math.min(1, (px * ex + py * ey) / long));
  return Math.hypot(px - t * ex, py - t * ey);
}

function largestPart(geometry: Geometry | null): Ring[] | null {
  if (geometry?.type === "Polygon") return geometry.coordinates;
  if (geometry?.type !== "MultiPolygon") return null;
  const size = (rings: Ring[]) => {
    const [west, south, east, north] = boundsOf(rings[0]);
    return (east - west) * (north - south);
  };
  return [...geometry.coordinates].sort((a, b) => size(b) - size(a))[0] ?? null;
}
