// The page: what is selected, which panel shows it, and the address that remembers both.
import type { Map } from "maplibre-gl";
import { addMarks, showMarks } from "./alerts/marks.ts";
import { AlertPanel } from "./alerts/panel.ts";
import type { Alert } from "./alerts/wire.ts";
import { api } from "./api.ts";
import { byId, h } from "./dom.ts";
import { metres } from "./format.ts";
import { placeOf, writeLink } from "./link.ts";
import type { Link } from "./link.ts";
import { addDimensions, showDimensions } from "./map/dimension.ts";
import { showEdition } from "./map/edition.ts";
import { addHighlight, highlight } from "./map/highlight.ts";
import { overlayList } from "./map/overlays.ts";
import { onPick } from "./map/pick.ts";
import { flyTo, LABELS, setData } from "./map/view.ts";
import { hidePanel, showPanel, wireTabs } from "./panel.ts";
import { problemView } from "./problem.ts";
import { EditionPanel } from "./registers/editions.ts";
import { ListPanel } from "./registers/lists.ts";
import type { EditionAreas } from "./registers/wire.ts";
import { showLegend } from "./risk/legend.ts";
import { markRow, showRanking } from "./risk/ranking.ts";
import { RuleBook } from "./rules/panel.ts";
import { areaView, objectView } from "./risk/selection.ts";
import type { Selected, SelectionView } from "./risk/selection.ts";
import { Desk } from "./siting/desk.ts";
import { tally } from "./siting/findings.ts";
import { SurveyPanel } from "./survey/panel.ts";
import type { Conflict } from "./survey/wire.ts";
import type { Townships } from "./townships.ts";

/** Tile layer and feature layer of the same areas. */
const AREA_LAYERS = new Set(["risk_areas", "admin_units"]);

/** What a person works at, and comes back to from whatever was opened out of it. */
type Work = "desk" | "survey" | "alerts" | "lists" | "editions";

export class Page {
  private selected: Selected | null = null;
  /** What the highlight waits for; an outline that comes later than another wish is dropped. */
  private marked: Selected | null = null;
  /** What is open, be it behind another panel. */
  private work: Work | null = null;
  /** The rule that is read, null at their list; undefined while the book is closed. */
  private reading: string | null | undefined;
  private readonly desk: Desk;
  private readonly survey: SurveyPanel;
  private readonly rules: RuleBook;
  private readonly alerts: AlertPanel;
  private readonly lists = new ListPanel((target) => void this.select(target, true));
  private readonly editions = new EditionPanel({
    open: (target) => void this.select(target, true),
    map: (areas) => this.showAsOf(areas),
  });

  constructor(
    private readonly map: Map,
    private readonly townships: Townships,
  ) {
    addHighlight(map);
    addDimensions(map);
    addMarks(map);
    setData(map, LABELS, townships.labels());
    // The desk listens before the picking does: a click that sets a corner selects nothing.
    this.desk = new Desk(map, byId("strip"), {
      open: (target) => void this.select(target, true),
      mark: (target) => void this.mark(target),
      changed: () => this.remember(),
      drawing: (active) => document.body.classList.toggle("drawing", active),
      rule: (id) => this.ruleLink(id),
    });
    this.survey = new SurveyPanel({
      look: (conflict) => void this.lookAt(conflict),
      open: (target) => void this.select(target, true),
      rule: (id) => this.ruleLink(id),
    });
    const counters = [...document.querySelectorAll<HTMLElement>(".alert-count")];
    this.alerts = new AlertPanel(
      {
        look: (alert) => void this.lookAtAlert(alert),
        open: (target) => void this.select(target, true),
        marks: (alerts) => showMarks(map, alerts),
      },
      counters,
    );
    void this.alerts.watch();
    this.rules = new RuleBook({ shown: (rule) => this.read(rule), links: (rule) => this.ruleUses(rule) });
    onPick(map, () => !this.desk.drawing(), (target) => void this.select(target, false), (point) => this.desk.tip(point));
    map.on("moveend", () => this.remember());
    this.fillPanels();
  }

  /** Takes up what the address says. */
  follow(link: Link): void {
    if (link.view) this.map.jumpTo({ center: [link.view.lon, link.view.lat], zoom: link.view.zoom });
    if (link.proposal) {
      this.showDesk();
      this.desk.restore(link.proposal);
      if (!link.view) flyTo(this.map, placeOf(link.proposal), 14);
    }
    if (link.survey) this.showSurvey();
    else if (link.alerts) this.showAlerts();
    if (link.rules) this.showRules(link.rules.rule);
    else if (link.selected && !link.proposal) void this.select(link.selected, false);
    // Only a person types a new address; our own changes to it make no event.
    window.addEventListener("hashchange", () => location.reload());
  }

  private fillPanels(): void {
    const { areas } = this.townships;
    if (areas.length) showRanking(byId("ranking"), areas, (area) => void this.select({ layer: "risk_areas", id: area.id }, true));
    const desk = (name: string, word: string, open: () => void) => h("button", { type: "button", id: `open-${name}`, "data-testid": `open-${name}`, onclick: open }, word);
    byId("ranking").append(h("nav", { class: "ranking-desks", "aria-label": "清单与版次" }, desk("lists", "风险与责任清单", () => this.showLists()), desk("editions", "发布与对比", () => this.showEditions())));
    showLegend(byId("legend"), areas, overlayList(this.map));
    const panels = { siting: () => this.showDesk(), survey: () => this.showSurvey(), rules: () => this.showRules(null), alerts: () => this.showAlerts() };
    for (const [name, open] of Object.entries(panels)) byId(`open-${name}`).addEventListener("click", open);
    wireTabs(panels, () => this.close());
  }

  /** Shows one thing, or leaves things as they are while there is work open and bare ground was clicked. */
  private async select(target: Selected | null, fly: boolean): Promise<void> {
    if (!target) return this.work || this.reading !== undefined ? undefined : this.close();
    this.reading = undefined;
    this.choose(target);
    const back = this.back();
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
    this.begin("desk");
    showPanel({ title: "选址安全核查", close: () => this.close(), back: null }, this.desk.element);
  }

  private showSurvey(rule?: string): void {
    this.begin("survey");
    showPanel({ title: "现状冲突", close: () => this.close(), back: null }, this.survey.element);
    this.survey.show(rule ? { rule, township: "", verdict: "" } : undefined);
  }

  private showAlerts(): void {
    this.begin("alerts");
    showPanel({ title: "预警", close: () => this.close(), back: null }, this.alerts.element);
    this.alerts.show();
  }

  /** Flies to what a warning is about; where it is gone by now, to where it was. */
  private async lookAtAlert({ layer, feature, point }: Alert): Promise<void> {
    const target: Selected = { layer, id: feature };
    this.marked = target;
    const item = await api.item(layer, feature).catch(() => null);
    if (this.marked !== target) return;
    highlight(this.map, item?.geometry ?? null);
    flyTo(this.map, item?.geometry ?? [point], 15);
  }

  private showLists(): void {
    this.begin("lists");
    showPanel({ title: "风险与责任清单", close: () => this.close(), back: null, broad: true }, this.lists.element);
    this.lists.show();
  }

  private showEditions(): void {
    this.begin("editions");
    showPanel({ title: "发布与对比", close: () => this.close(), back: null }, this.editions.element);
    this.editions.show();
  }

  /** Areas and their labels as an edition had them, or as they are now. */
  private showAsOf(edition: EditionAreas | null): void {
    showEdition(this.map, edition, () => void this.editions.showOnMap(null));
    setData(this.map, LABELS, this.townships.labels(edition?.areas));
  }

  /** The rule book, at its list or at one rule; what was open stays behind it. */
  private showRules(rule: string | null): void {
    this.choose(null);
    this.reading = rule;
    showPanel({ title: "规则库", close: () => this.close(), back: this.back(rule), broad: true }, this.rules.element);
    void this.rules.show(rule);
  }

  /** The way back to the work at hand, to the findings of a rule where one was read. */
  private back(rule: string | null = null): { word: string; go: () => void } | null {
    if (this.work === "survey") return { word: "返回冲突清单", go: () => this.showSurvey() };
    if (this.work === "alerts") return { word: "返回预警", go: () => this.showAlerts() };
    if (this.work === "lists") return { word: "返回清单", go: () => this.showLists() };
    if (this.work === "editions") return { word: "返回发布与对比", go: () => this.showEditions() };
    if (this.work !== "desk") return null;
    const go = () => {
      this.showDesk();
      if (rule) this.desk.reveal(rule);
    };
    return { word: "返回核查", go };
  }

  /** Another rule was opened in the book, or its list. */
  private read(rule: string | null): void {
    this.reading = rule;
    this.remember();
  }

  /** Where a rule that is read matters: in the report on the desk, and in the survey. */
  private ruleUses(rule: string): HTMLElement {
    const said = tally(this.desk.findingsOf(rule));
    const here = () => {
      this.showDesk();
      this.desk.reveal(rule);
    };
    return h(
      "p",
      { class: "rule-uses" },
      said !== "" && h("button", { type: "button", "data-testid": "rule-finding", onclick: here }, `本次核查：${said}`),
      h("button", { type: "button", "data-testid": "rule-survey", onclick: () => this.showSurvey(rule) }, "涉及的现状冲突"),
    );
  }

  /** A rule's id that opens it in the book; it can be opened in another tab as well. */
  private ruleLink(id: string): HTMLElement {
    const open = (event: Event) => {
      if ((event as MouseEvent).ctrlKey || (event as MouseEvent).metaKey) return;
      event.preventDefault();
      this.showRules(id);
    };
    return h("a", { class: "rule-link", href: `#rules/${encodeURIComponent(id)}`, title: "在规则库中查看", "data-testid": "rule-link", onclick: open }, id);
  }

  /** Zooms to a pair and draws the line between. */
  private async lookAt({ subject, object, nearest, measured_m: measured }: Conflict): Promise<void> {
    showDimensions(this.map, nearest ? [{ line: nearest, label: metres(measured), active: true }] : []);
    if (nearest) flyTo(this.map, nearest, 16);
    const mark: Selected = { layer: subject.layer, id: subject.id };
    this.marked = mark;
    const ends = await Promise.all([subject, object].map((end) => end && api.item(end.layer, end.id).catch(() => null)));
    if (this.marked !== mark) return;
    const geometries = ends.flatMap((end) => (end?.geometry ? [end.geometry] : []));
    highlight(this.map, geometries.length ? { type: "GeometryCollection", geometries } : null);
    if (!nearest && geometries[0]) flyTo(this.map, geometries[0], 15);
  }

  private begin(work: Work): void {
    this.work = work;
    this.reading = undefined;
    this.choose(null);
    highlight(this.map, null);
    showDimensions(this.map, []);
    if (work !== "survey") this.survey.rest();
    if (work !== "alerts") this.alerts.rest();
    this.desk.show(work === "desk");
  }

  private close(): void {
    this.work = null;
    this.reading = undefined;
    this.choose(null);
    highlight(this.map, null);
    this.survey.rest();
    this.alerts.rest();
    this.desk.show(false);
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
    if (this.reading !== undefined) link.rules = { rule: this.reading };
    else if (this.work === "survey") link.survey = true;
    else if (this.work === "alerts") link.alerts = true;
    if (proposal) link.proposal = proposal;
    history.replaceState(null, "", writeLink(link));
  }
}
