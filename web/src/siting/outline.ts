// Measures of a site being drawn. They guide the hand; the verdict is measured by the service.

export type LonLat = [number, number];

/** CGCS2000 ellipsoid. */
const SEMI_MAJOR = 6378137;
const ECCENTRICITY_SQUARED = 0.0066943800229;

/** Positions in metres east and north of the first one, on a plane that touches the ellipsoid there. */
export function toPlane(ring: readonly LonLat[]): LonLat[] {
  const [lon0, lat0] = ring[0] ?? [0, 0];
  const middle = (Math.min(...ring.map((c) => c[1]), lat0) + Math.max(...ring.map((c) => c[1]), lat0)) / 2;
  const phi = (middle * Math.PI) / 180;
  const w = 1 - ECCENTRICITY_SQUARED * Math.sin(phi) ** 2;
  const east = ((SEMI_MAJOR / Math.sqrt(w)) * Math.cos(phi) * Math.PI) / 180;
  const north = ((SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED)) / w ** 1.5) * (Math.PI / 180);
  return ring.map(([lon, lat]) => [(lon - lon0) * east, (lat - lat0) * north]);
}

/** Area in square metres of the outline that the positions close. */
export function areaOf(ring: readonly LonLat[]): number {
  const plane = toPlane(ring);
  let twice = 0;
  plane.forEach(([x, y], i) => {
    const [nx, ny] = plane[(i + 1) % plane.length] as LonLat;
    twice += x * ny - nx * y;
  });
  return Math.abs(twice) / 2;
}

/** Length in metres of the closed outline, or of the open line while fewer than three positions are set. */
export function perimeterOf(ring: readonly LonLat[]): number {
  const plane = toPlane(ring);
  const edges = plane.length < 3 ? plane.length - 1 : plane.length;
  let sum = 0;
  for (let i = 0; i < edges; i++) {
    const [[x, y], [nx, ny]] = [plane[i] as LonLat, plane[(i + 1) % plane.length] as LonLat];
    sum += Math.hypot(nx - x, ny - y);
  }
  return sum;
}

/** Where the closed outline crosses or touches itself, or null where it is simple. */
export function selfCrossing(ring: readonly LonLat[]): LonLat | null {
  const count = ring.length;
  const corner = (i: number) => ring[i % count] as LonLat;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue;
      const at = meeting(corner(i), corner(i + 1), corner(j), corner(j + 1));
      if (at) return at;
    }
  }
  return null;
}

/** The outline as GeoJSON wants it: closed, and counter-clockwise. */
export function closedRing(ring: readonly LonLat[]): LonLat[] {
  const twice = ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length] as LonLat;
    return sum + (nx - x) * (ny + y);
  }, 0);
  const turned = twice > 0 ? [...ring].reverse() : [...ring];
  return [...turned, turned[0] as LonLat];
}

function meeting(a: LonLat, b: LonLat, c: LonLat, d: LonLat): LonLat | null {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const cross = rx * sy - ry * sx;
  if (cross === 0) return null;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [a[0] + t * rx, a[1] + t * ry] : null;
}
