// Numbers as people read them here: metres with one decimal, areas with their unit, no thousands separators.

/** A ground distance, `86.4 m`; null where it is not known. */
export function metres(value: number | null | undefined): string {
  return value === null || value === undefined ? "—" : `${signed(value)} m`;
}

/** A required distance: whole numbers stay whole. */
export function required(value: number | null | undefined): string {
  if (value === null || value === undefined) return "—";
  return Number.isInteger(value) ? `${value} m` : metres(value);
}

/** A margin with its sign: negative means too near by so much. */
export function margin(value: number | null | undefined): string {
  if (value === null || value === undefined) return "—";
  return value > 0 ? `+${signed(value)} m` : `${signed(value)} m`;
}

/** An area in square metres, hectares or square kilometres, whichever reads best. */
export function area(squareMetres: number): string {
  if (squareMetres >= 1e6) return `${(squareMetres / 1e6).toFixed(2)} km²`;
  if (squareMetres >= 1e4) return `${(squareMetres / 1e4).toFixed(2)} 公顷`;
  return `${squareMetres.toFixed(0)} m²`;
}

/** A length drawn on the map. */
export function length(value: number): string {
  return value >= 10000 ? `${(value / 1000).toFixed(2)} km` : `${value.toFixed(1)} m`;
}

/** One decimal, except that a distance which would read `0.0` while it is none keeps its centimetres. */
function signed(value: number): string {
  const near = value !== 0 && Math.abs(value) < 0.1;
  return value.toFixed(near ? 2 : 1).replace("-", "−");
}
