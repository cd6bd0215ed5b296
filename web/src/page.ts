// The page: what is selected, which panel shows it, and the address that remembers both.
import type { Map } from "maplibre-gl";
import { api } from "./api.ts";
import { byId } from "./dom.ts";
import { writeLink } from "./link.ts";
import type { Link } from "./link.ts";
import { addDimensions } from "./map/dimension.ts";
import { addHighlight, highlight } from "./map/highlight.ts";
import { overlayList } from "./map/overlays.ts";
import { onPick } from "./map/pick.ts";
import { flyTo, LABELS, setData } from "./map/view.ts";
import { hidePanel, showPanel, wireTabs } from "./panel.ts";
import { problemView } from "./problem.ts";
import { showLegend } from "./risk/legend.ts";
import { markRow, showRanking } from "./risk/ranking.ts";
import { areaView, objectView } from "./risk/selection.ts";
import type { Selected, SelectionView } from "./risk/selection.ts";
import { Desk } from "./siting/desk.ts";
import type { Townships } from "./townships.ts";

/** Tile layer and feature layer of the same areas. */
const AREA_LAYERS = new Set(["risk_areas", "admin_units"]);

export class Page {
  private selected: Selected | null = null;
  /** What the highlight waits for; an outline that comes later than another wish is dropped. */
  private marked: Selected | null = null;
  /** Set while the siting desk is open, be it behind another panel. */
  private deskOpen = false;
  private readonly desk: Desk;

  constructor(
    private readonly map: Map,
    private readonly townships: Townships,
  ) {
    addHighlight(map);
    addDimensions(map);
    setData(map, LABELS, townships.labels());
    // The desk listens before the picking does: a click that sets a corner selects nothing.
    this.desk = new Desk(map, byId("strip"), {
      open: (target) => void this.select(target, true),
      mark: (target) => void this.mark(target),
      changed: () => this.remember(),
      drawing: (active) => document.body.classList.toggle("drawing", active),
    });
    onPick(map, () => !this.desk.drawing(), (target) => void this.select(target, false));
    map.on("moveend", () => this.remember());
    this.fillPanels();
  }

  /** Takes up what the address says. */
  follow(link: Link): void {
    if (link.view) this.map.jumpTo({ center: [link.view.lon, link.view.lat], zoom: link.view.zoom });
    if (link.proposal) {
      this.showDesk();
      this.desk.restore(link.proposal);
      if (!link.view) flyTo(this.map, link.proposal.site, 14);
    } else if (link.selected) void this.select(link.selected, false);
    // Only a person types a new address; our own changes to it make no event.
    window.addEventListener("hashchange", () => location.reload());
  }

  private fillPanels(): void {
    const { areas } = this.townships;
    if (areas.length) showRanking(byId("ranking"), areas, (area) => void this.select({ layer: "risk_areas", id: area.id }, true));
    showLegend(byId("legend"), areas, overlayList(this.map));
    byId("open-siting").addEventListener("click", () => this.showDesk());
    wireTabs(
      () => this.showDesk(),
      () => this.close(),
    );
  }

  /** Shows one thing, or leaves things as they are while the desk is open and bare ground was clicked. */
  private async select(target: Selected | null, fly: boolean): Promise<void> {
    if (!target) return this.deskOpen ? undefined : this.close();
    this.choose(target);
    const back = this.deskOpen ? () => this.showDesk() : null;
    const close = () => this.close();
    try {
      const view = await this.viewOf(target);
      if (this.selected !== target) return;
      showPanel({ title: view.title, close, back }, view.body);
      highlight(this.map, view.geometry);
      if (fly && view.geometry) flyTo(this.map, view.geometry, 15);
    } catch (error) {
      showPanel({ title: "无法显示", close, back }, problemView(error));
    }
  }

  private async viewOf({ layer, id }: Selected): Promise<SelectionView> {
    const area = AREA_LAYERS.has(layer) ? this.townships.area(id) : undefined;
    if (area) return areaView(area, this.townships.unit(area), (other) => void this.select(other, true));
    return objectView({ layer: layer === "risk_areas" ? "admin_units" : layer, id });
  }

  /** Outlines what a finding is about; what cannot be fetched stays unmarked, its line is there all the same. */
  private async mark(target: Selected | null): Promise<void> {
    this.marked = target;
    const item = target && (await api.item(target.layer, target.id).catch(() => null));
    if (this.marked === target) highlight(this.map, item?.geometry ?? null);
  }

  private showDesk(): void {
    this.deskOpen = true;
    this.choose(null);
    highlight(this.map, null);
    showPanel({ title: "选址安全核查", close: () => this.close(), back: null }, this.desk.element);
  }

  private close(): void {
    this.deskOpen = false;
    this.choose(null);
    highlight(this.map, null);
    hidePanel();
  }

  private choose(target: Selected | null): void {
    this.selected = target;
    this.marked = null;
    markRow(byId("ranking"), target?.id ?? null);
    this.remember();
  }

  /** Writes view, selection and proposal into the address, so that it can be sent to somebody. */
  private remember(): void {
    // Called by the desk while it is being made, when there is nothing to remember yet.
    if (!this.desk) return;
    const { lng: lon, lat } = this.map.getCenter();
    const proposal = this.desk.saved();
    const link: Link = { view: { zoom: this.map.getZoom(), lon, lat } };
    if (this.selected) link.selected = this.selected;
    if (proposal) link.proposal = proposal;
    history.replaceState(null, "", writeLink(link));
  }
}
