// Drawing a site with the mouse, the finger or the keyboard. A click sets a corner; double click, Enter or a click on
// the first corner closes; Backspace takes the last corner back; Esc gives up. Corners of a finished site can be dragged.
import type { Map, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Feature, Geometry } from "geojson";
import { EMPTY, setData } from "../map/view.ts";
import type { LonLat } from "./outline.ts";

export type DrawMode = "polygon" | "point";

export interface DrawEvents {
  /** The corners so far, while drawing or dragging. */
  changed(corners: readonly LonLat[]): void;
  /** A point or an outline is complete, or a corner has been let go. */
  finished(site: LonLat[]): void;
  cancelled(): void;
}

const SOURCE = "site";
/** The colour of what is proposed: no grade and no verdict uses it. */
const COLOUR = "#6A2C91";
/** Clicks nearer than this to the corner before are the second half of a double click. */
const SAME_PX = 5;
const CLOSE_PX = 12;

export class SiteDrawing {
  /** Set while corners are being placed. */
  mode: DrawMode | null = null;
  private corners: LonLat[] = [];
  /** Several parts or holes, shown as they are: they have no corners to drag. */
  private shape: Geometry | null = null;
  private pointer: LonLat | null = null;
  private dragged: number | null = null;

  constructor(
    private readonly map: Map,
    private readonly events: DrawEvents,
  ) {
    addLayers(map);
    map.on("click", (event) => this.click(event));
    map.on("dblclick", (event) => this.doubleClick(event));
    map.on("mousemove", (event) => this.move(event));
    map.on("mousedown", "site-corners", (event) => this.grab(event));
    map.on("touchstart", "site-corners", (event) => this.grab(event));
    map.on("mouseenter", "site-corners", () => (map.getCanvas().style.cursor = "move"));
    window.addEventListener("keydown", (event) => this.key(event));
  }

  /** Begins anew with an empty site. */
  start(mode: DrawMode): void {
    this.mode = mode;
    this.shape = null;
    this.corners = [];
    this.pointer = null;
    this.map.doubleClickZoom.disable();
    this.map.getCanvas().style.cursor = "crosshair";
    // So that Enter closes the outline rather than pressing the button again.
    this.map.getCanvas().focus({ preventScroll: true });
    this.changed();
  }

  /** Shows a finished site, or none; a shape of several parts or with holes instead of corners. */
  show(site: readonly LonLat[], shape: Geometry | null = null): void {
    this.leave();
    this.shape = shape;
    this.corners = [...site];
    this.paint();
  }

  /** Closes the outline; too few corners change nothing. */
  finish(): void {
    if (this.mode !== "polygon" || this.corners.length < 3) return;
    this.leave();
    this.paint();
    this.events.finished([...this.corners]);
  }

  /** Takes the last corner back. */
  undo(): void {
    this.corners.pop();
    this.changed();
  }

  /** Gives up: nothing is left of the site. */
  cancel(): void {
    this.corners = [];
    this.leave();
    this.paint();
    this.events.cancelled();
  }

  private leave(): void {
    this.mode = null;
    this.pointer = null;
    this.map.getCanvas().style.cursor = "";
    // A tick later, so that the double click that closes the outline does not also zoom.
    setTimeout(() => this.mode ?? this.map.doubleClickZoom.enable());
  }

  /** Sets a corner. The click is marked as used, so that it does not also select what lies there. */
  private click(event: MapMouseEvent): void {
    if (!this.mode) return;
    event.preventDefault();
    const at: LonLat = [event.lngLat.lng, event.lngLat.lat];
    if (this.mode === "point") {
      this.corners = [at];
      this.leave();
      this.paint();
      this.events.finished([at]);
    } else {
      if (this.corners.length >= 3 && this.near(event, this.corners[0], CLOSE_PX)) return this.finish();
      if (this.near(event, this.corners[this.corners.length - 1], SAME_PX)) return;
      this.corners.push(at);
      this.changed();
    }
  }

  private doubleClick(event: MapMouseEvent): void {
    if (this.mode !== "polygon") return;
    event.preventDefault();
    this.finish();
  }

  private move(event: MapMouseEvent): void {
    if (this.mode !== "polygon") return;
    this.pointer = [event.lngLat.lng, event.lngLat.lat];
    this.paint();
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (!this.mode || typing) return;
    if (event.key === "Escape") this.cancel();
    else if (event.key === "Enter" && this.corners.length >= 3) this.finish();
    else if (event.key === "Backspace") this.undo();
    else return;
    event.preventDefault();
  }

  /** Takes hold of a corner of the finished site until the pointer is let go. */
  private grab(event: (MapMouseEvent | MapTouchEvent) & { features?: { properties: Record<string, unknown> }[] }): void {
    const corner = event.features?.[0]?.properties["corner"];
    if (this.mode || typeof corner !== "number") return;
    event.preventDefault();
    this.dragged = corner;
    const drag = (moved: MapMouseEvent | MapTouchEvent) => {
      if (this.dragged === null) return;
      this.corners[this.dragged] = [moved.lngLat.lng, moved.lngLat.lat];
      this.changed();
    };
    const moves = [this.map.on("mousemove", drag), this.map.on("touchmove", drag)];
    const release = () => {
      moves.forEach((move) => move.unsubscribe());
      this.dragged = null;
      this.events.finished([...this.corners]);
    };
    void this.map.once(event.type === "touchstart" ? "touchend" : "mouseup", release);
  }

  private near(event: MapMouseEvent, corner: LonLat | undefined, pixels: number): boolean {
    if (!corner) return false;
    const at = this.map.project(corner);
    return Math.hypot(at.x - event.point.x, at.y - event.point.y) <= pixels;
  }

  private changed(): void {
    this.paint();
    this.events.changed(this.corners);
  }

  private paint(): void {
    const shape: Feature[] = this.shape ? [{ type: "Feature", properties: {}, geometry: this.shape }, ...outlines(this.shape)] : [];
    setData(this.map, SOURCE, { type: "FeatureCollection", features: shape.length ? shape : sketch(this.corners, this.mode ? this.pointer : null, this.mode !== null) });
  }
}

/** What is drawn: the area, its edge with the pointer as a last loose corner, and the corners. */
function sketch(corners: readonly LonLat[], pointer: LonLat | null, open: boolean): Feature[] {
  const outline = pointer && corners.length ? [...corners, pointer] : [...corners];
  const features: Feature[] = corners.map((coordinates, corner) => ({
    type: "Feature",
    properties: { corner },
    geometry: { type: "Point", coordinates },
  }));
  if (outline.length >= 2) {
    const line = open ? outline : [...outline, outline[0] as LonLat];
    features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } });
  }
  if (outline.length >= 3) {
    features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...outline, outline[0] as LonLat]] } });
  }
  return features;
}

/** The rings of a shape as lines. */
function outlines(shape: Geometry): Feature[] {
  const rings = shape.type === "Polygon" ? shape.coordinates : shape.type === "MultiPolygon" ? shape.coordinates.flat() : [];
  return rings.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } }));
}

function addLayers(map: Map): void {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  const kind = (name: string) => ["==", ["geometry-type"], name] as ["==", ["geometry-type"], string];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const labels = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
  map.addLayer({ id: "site-area", type: "fill", source: SOURCE, filter: kind("Polygon"), paint: { "fill-color": COLOUR, "fill-opacity": 0.22 } }, labels);
  map.addLayer({ id: "site-casing", type: "line", source: SOURCE, filter: kind("LineString"), layout: round, paint: { "line-color": "#FFFFFF", "line-width": 6 } });
  map.addLayer({ id: "site-edge", type: "line", source: SOURCE, filter: kind("LineString"), layout: round, paint: { "line-color": COLOUR, "line-width": 3 } });
  map.addLayer({
    id: "site-corners", type: "circle", source: SOURCE, filter: kind("Point"),
    paint: { "circle-color": "#FFFFFF", "circle-radius": 6, "circle-stroke-color": COLOUR, "circle-stroke-width": 2.5 },
  });
}
