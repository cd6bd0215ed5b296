// Where the site lies: buttons to draw it, its size in words, and a box for its coordinates, to paste or to mend.
import type { MultiPolygon, Polygon, Position } from "geojson";
import { h } from "../dom.ts";
import { area, length } from "../format.ts";
import type { SavedProposal } from "../link.ts";
import type { DrawMode } from "./draw.ts";
import { areaOf, perimeterOf, selfCrossing } from "./outline.ts";
import type { LonLat } from "./outline.ts";
import { PasteError, readSite } from "./paste.ts";
import type { Pasted } from "./paste.ts";

export interface PlaceEvents {
  draw(mode: DrawMode): void;
  pasted(pasted: Pasted): void;
}

export interface PasteBox {
  open: boolean;
  /** What the last pasted text was taken for. */
  said: string;
}

/** The place step. */
export function placeView({ site, shape }: Pick<SavedProposal, "site" | "shape">, box: PasteBox, on: PlaceEvents): HTMLElement {
  const choice = (word: string, testid: string, mode: DrawMode) =>
    h("button", { type: "button", "data-testid": testid, onclick: () => on.draw(mode) }, word);
  return h(
    "div",
    { class: "place" },
    h("div", { class: "choices" }, choice(site.length || shape ? "重画范围" : "画范围", "draw-polygon", "polygon"), choice("标一个点", "draw-point", "point")),
    shape ? shapeSummary(shape) : summary(site),
    pasteBox(site, box, on),
  );
}

/** Area and perimeter, or the length while there are only two corners. */
export function sizeWords(corners: readonly LonLat[]): string {
  const edge = length(perimeterOf(corners));
  return corners.length > 2 ? `面积 ${area(areaOf(corners))} · 周长 ${edge}` : `长 ${edge}`;
}

/** What a remedy has left of a site that is no single outline any more. */
function shapeSummary(shape: Polygon | MultiPolygon): HTMLElement {
  const parts = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  const ring = (each: Position[]) => areaOf(each.slice(0, -1).map((corner) => corner.slice(0, 2) as LonLat));
  const sum = parts.reduce((all, [outer = [], ...holes]) => all + ring(outer) - holes.reduce((less, hole) => less + ring(hole), 0), 0);
  return h(
    "div",
    {},
    h("p", { class: "size", "data-testid": "site-size" }, `面积 ${area(sum)} · ${parts.length} 块`),
    h("p", { class: "hint" }, "已按建议让出部分用地，角点不能拖动；需要调整请重画。"),
  );
}

function summary(site: readonly LonLat[]): HTMLElement {
  if (!site.length) return h("p", { class: "hint" }, "在地图上画出用地范围，或粘贴坐标。");
  const crossing = selfCrossing(site);
  const size = site.length === 1 ? `点位 ${decimals(site[0] as LonLat, 6)}` : sizeWords(site);
  return h(
    "div",
    {},
    h("p", { class: "size", "data-testid": "site-size" }, size),
    crossing
      ? h("p", { class: "problem", role: "alert" }, `边界在 ${decimals(crossing, 5)} 处自相交，请拖动角点或重画。`)
      : h("p", { class: "hint" }, "可拖动角点调整位置。"),
  );
}

function pasteBox(site: readonly LonLat[], box: PasteBox, on: PlaceEvents): HTMLElement {
  const text = h("textarea", { id: "paste", rows: 5, spellcheck: "false", "data-testid": "paste", placeholder: PLACEHOLDER });
  text.value = site.map((corner) => decimals(corner, 7)).join("\n");
  const answer = h("p", { class: "hint", role: "status" }, box.said);
  const apply = () => {
    try {
      on.pasted(readSite(text.value));
    } catch (error) {
      if (!(error instanceof PasteError)) throw error;
      answer.textContent = error.message;
      answer.className = "problem";
    }
  };
  return h(
    "details",
    { class: "paste", open: box.open },
    h("summary", {}, site.length ? "坐标（可修改）" : "粘贴坐标或 GeoJSON"),
    h("label", { class: "hidden", for: "paste" }, "坐标或 GeoJSON"),
    text,
    h("button", { type: "button", "data-testid": "paste-apply", onclick: apply }, "采用这些坐标"),
    answer,
  );
}

const PLACEHOLDER = "每行一个点：115.8017, 29.6108\n或 115°48′06″E 29°36′39″N\n或 CGCS2000 米制坐标，或 GeoJSON";

const decimals = (at: LonLat, places: number) => at.map((number) => number.toFixed(places)).join(", ");
