// Marks of open warnings on the map: triangles above the things, which keep their own colours.
import type { Map } from "maplibre-gl";
import { EMPTY, setData } from "../map/view.ts";
import { PIXEL_RATIO } from "../map/patterns.ts";
import { NUMERALS } from "./told.ts";
import type { Alert } from "./wire.ts";

export const MARKS = "alert-marks";
const SIZE = 26;

export function addMarks(map: Map): void {
  for (const level of [1, 2, 3, 4] as const) {
    const image = triangle(NUMERALS[level]);
    if (image) map.addImage(`alert-${level}`, image, { pixelRatio: PIXEL_RATIO });
  }
  map.addSource(MARKS, { type: "geojson", data: EMPTY });
  map.addLayer({
    id: MARKS,
    type: "symbol",
    source: MARKS,
    layout: {
      "icon-image": ["concat", "alert-", ["get", "warning_level"]],
      "icon-anchor": "bottom",
      "icon-offset": [0, -8],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      // The most urgent on top.
      "symbol-sort-key": ["-", 0, ["get", "warning_level"]],
    },
  });
}

export function showMarks(map: Map, alerts: readonly Alert[]): void {
  const features = alerts.map(({ id, warning_level, point }) => ({
    type: "Feature" as const,
    properties: { id, warning_level },
    geometry: { type: "Point" as const, coordinates: point },
  }));
  setData(map, MARKS, { type: "FeatureCollection", features });
}

/** Ink on white, so that it is taken for none of the four colours. */
function triangle(numeral: string): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * PIXEL_RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  pen.beginPath();
  pen.moveTo(SIZE / 2, 2.5);
  pen.lineTo(SIZE - 2, SIZE - 3);
  pen.lineTo(2, SIZE - 3);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 5;
  pen.strokeStyle = "#FFFFFF";
  pen.stroke();
  pen.lineWidth = 2.2;
  pen.strokeStyle = "#1C262D";
  pen.fillStyle = "#FFFFFF";
  pen.fill();
  pen.stroke();
  pen.fillStyle = "#1C262D";
  pen.font = "700 11px 'Noto Sans SC', sans-serif";
  pen.textAlign = "center";
  pen.fillText(numeral, SIZE / 2, SIZE - 6);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
