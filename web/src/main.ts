// The viewer's front door: asks the service for the map and the grades, and wires the panels to the map.
import type { Map } from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";
import { api } from "./api.ts";
import type { AreaGrade, AreaGrades } from "./api.ts";
import { byId, fill, h } from "./dom.ts";
import { readLink, writeLink } from "./link.ts";
import { addDimensions } from "./map/dimension.ts";
import { addHighlight, highlight } from "./map/highlight.ts";
import { boundsOf, labelPoint } from "./map/label_point.ts";
import { onPick } from "./map/pick.ts";
import { overlayList } from "./map/overlays.ts";
import { flyTo, LABELS, openMap, setData } from "./map/view.ts";
import { showLegend } from "./risk/legend.ts";
import { markRow, showRanking } from "./risk/ranking.ts";
import { areaView, objectView } from "./risk/selection.ts";
import type { Selected, SelectionView } from "./risk/selection.ts";
import { problemView } from "./problem.ts";
import { Desk } from "./siting/desk.ts";
import { originBadge } from "./words.ts";

declare global {
  interface Window {
    /** For tests and for the curious: the live map. */
    sisetu?: { map: Map };
  }
}

const NO_UNITS: FeatureCollection = { type: "FeatureCollection", features: [] };
const ranking = byId("ranking");
const right = byId("panel-right");
const link = readLink(location.hash);

async function start(): Promise<void> {
  const [style, grades, units] = await Promise.all([
    api.style(),
    api.areas().catch((error: unknown) => (fill(ranking, problemView(error)), null)),
    api.adminUnits().catch(() => NO_UNITS),
  ]);
  const areas = grades?.areas ?? [];
  const district = units.features.find((unit) => unit.properties?.["level"] === "district");
  nameDistrict(district, grades);
  const map = await openMap(byId("map"), style, district ? bounds(district) : null);
  window.sisetu = { map };
  if (link.view) map.jumpTo({ center: [link.view.lon, link.view.lat], zoom: link.view.zoom });
  wire(map, areas, units);
}

function wire(map: Map, areas: AreaGrade[], units: FeatureCollection): void {
  addHighlight(map);
  addDimensions(map);
  setData(map, LABELS, labels(areas, units));
  let selected: Selected | null = null;
  let back: (() => void) | null = null;

  const remember = () => {
    const centre = map.getCenter();
    const proposal = desk.saved();
    const view = { zoom: map.getZoom(), lon: centre.lng, lat: centre.lat };
    history.replaceState(null, "", writeLink({ view, ...(selected ? { selected } : {}), ...(proposal ? { proposal } : {}) }));
  };

  const select = async (target: Selected | null, fly = false): Promise<void> => {
    selected = target;
    markRow(ranking, target?.id ?? null);
    remember();
    if (!target) return back ? undefined : closePanel();
    try {
      const view = await viewOf(target);
      if (selected !== target) return;
      showPanel(view.title, view.body, closePanel, back);
      highlight(map, view.geometry);
      if (fly && view.geometry) flyTo(map, view.geometry, 15);
    } catch (error) {
      showPanel("无法显示", problemView(error), closePanel, back);
    }
  };

  const viewOf = async (target: Selected): Promise<SelectionView> => {
    const area = AREA_LAYERS.has(target.layer) ? areas.find((each) => each.id === target.id || each.code === target.id) : undefined;
    if (!area) return objectView(target.layer === "risk_areas" ? { ...target, layer: "admin_units" } : target);
    return areaView(area, unitOf(area, units), (other) => void select(other, true));
  };

  let marked: Selected | null = null;
  /** Outlines what a finding is about; what cannot be fetched is left unmarked, its line is there all the same. */
  const mark = async (target: Selected | null): Promise<void> => {
    marked = target;
    const item = target && (await api.item(target.layer, target.id).catch(() => null));
    if (marked === target) highlight(map, item?.geometry ?? null);
  };

  const closePanel = (): void => {
    selected = null;
    back = null;
    right.hidden = true;
    highlight(map, null);
    markRow(ranking, null);
    remember();
  };

  const desk = new Desk(map, byId("strip"), {
    open: (target) => void select(target, true),
    mark: (target) => void mark(target),
    changed: remember,
    drawing: (active) => document.body.classList.toggle("drawing", active),
  });

  const showDesk = () => {
    selected = null;
    highlight(map, null);
    back = showDesk;
    showPanel("选址安全核查", desk.element, closePanel, null);
  };

  byId("open-siting").addEventListener("click", showDesk);
  showRanking(ranking, areas, (area) => void select({ layer: "risk_areas", id: area.id }, true));
  showLegend(byId("legend"), areas, overlayList(map));
  wireSheets(showDesk, closePanel);
  onPick(map, () => !desk.drawing(), (target) => void select(target));
  map.on("moveend", remember);
  // Only a person types a new address; our own changes to it make no event.
  window.addEventListener("hashchange", () => location.reload());
  if (link.proposal) {
    showDesk();
    desk.restore(link.proposal);
    flyTo(map, link.proposal.site, 14);
  } else if (link.selected) void select(link.selected);
}

/** Tile layer and feature layer of the same areas. */
const AREA_LAYERS = new Set(["risk_areas", "admin_units"]);

/** Fills the right panel; `back` leads to the siting desk where one is open. */
function showPanel(title: string, body: HTMLElement, close: () => void, back: (() => void) | null): void {
  right.hidden = false;
  openSheet(null);
  fill(
    right,
    h(
      "div",
      { class: "card" },
      h(
        "header",
        { class: "panel-head" },
        back && h("button", { type: "button", class: "link", "data-testid": "back-to-siting", onclick: back }, "← 返回核查"),
        h("h2", { "data-testid": "panel-title" }, title),
        h("button", { type: "button", class: "close", "aria-label": "关闭面板", onclick: close }, "×"),
      ),
      h("div", { class: "scroll" }, body),
    ),
  );
  right.focus({ preventScroll: true });
}

function nameDistrict(district: Feature | undefined, grades: AreaGrades | null): void {
  const name = district?.properties?.["name"];
  if (name) {
    byId("district").textContent = String(name);
    document.title = `四色图 · ${name}`;
  }
  const invented = originBadge(district?.properties?.["data_origin"]) !== null;
  const badge = byId("origin");
  badge.hidden = !invented;
  badge.textContent = "模拟数据";
  badge.title = "企业、管线等为模拟数据，边界与水系为示意，不代表实地情况";
  const edition = grades?.edition;
  if (typeof edition === "number" || typeof edition === "string") byId("edition").textContent = `数据版本 ${edition}`;
}

/** One label a township, where it has most room, with its grade in words. */
function labels(areas: readonly AreaGrade[], units: FeatureCollection): FeatureCollection {
  const features = areas.flatMap((area): Feature[] => {
    const at = labelPoint(unitOf(area, units)?.geometry ?? null);
    if (!at) return [];
    const properties = { id: area.id, name: area.name, ...(area.risk_level ? { risk_level: area.risk_level } : {}) };
    return [{ type: "Feature", properties, geometry: { type: "Point", coordinates: at } }];
  });
  return { type: "FeatureCollection", features };
}

function unitOf(area: AreaGrade, units: FeatureCollection): Feature | undefined {
  return units.features.find((unit) => String(unit.id) === area.id || (area.code !== undefined && unit.properties?.["code"] === area.code));
}

function bounds(feature: Feature): [number, number, number, number] {
  return boundsOf("coordinates" in feature.geometry ? feature.geometry.coordinates : []);
}

/** Narrower than this the panels are sheets; the stylesheet says the same. */
const PHONE = "(max-width: 760px)";

/** On a phone the panels are sheets that rise from the bottom, one at a time. */
function openSheet(name: string | null): void {
  const now = document.body.dataset["sheet"] === name ? null : name;
  if (now) document.body.dataset["sheet"] = now;
  else delete document.body.dataset["sheet"];
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs [data-sheet]")) {
    if (tab.hasAttribute("aria-expanded")) tab.setAttribute("aria-expanded", String(tab.dataset["sheet"] === now));
  }
}

function wireSheets(showDesk: () => void, closePanel: () => void): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs [data-sheet]")) {
    const name = tab.dataset["sheet"] ?? null;
    tab.addEventListener("click", () => {
      if (name === "siting") return showDesk();
      if (matchMedia(PHONE).matches) closePanel();
      openSheet(name);
    });
  }
}

start().catch((error: unknown) => fill(byId("ranking"), h("h2", {}, "无法打开地图"), problemView(error)));
