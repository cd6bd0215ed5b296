// The planner's desk: choose a kind, mark the place, add what is known, read the verdict.
import type { Feature, Geometry } from "geojson";
import type { Map, Point } from "maplibre-gl";
import { api } from "../api.ts";
import type { Finding, Kind, Report } from "../api.ts";
import { fill, h } from "../dom.ts";
import { area, metres } from "../format.ts";
import { hasPlace, placeOf } from "../link.ts";
import type { SavedProposal } from "../link.ts";
import { showDimensions } from "../map/dimension.ts";
import { addPreview, showPreview } from "../map/preview.ts";
import { flyTo } from "../map/view.ts";
import { problemView } from "../problem.ts";
import { ACTIONS } from "../words.ts";
import { SiteDrawing } from "./draw.ts";
import type { DrawMode } from "./draw.ts";
import { ExclusionSwitch } from "./exclusion.ts";
import { factInput } from "./facts.ts";
import { decisive } from "./findings.ts";
import { closedRing, selfCrossing } from "./outline.ts";
import type { LonLat } from "./outline.ts";
import type { Pasted } from "./paste.ts";
import { placeView, sizeWords } from "./place.ts";
import { applied, remediesView } from "./remedies.ts";
import type { Remedy } from "./remedies.ts";
import { reportView } from "./report.ts";
import { showStrip } from "./strip.ts";

export interface DeskEvents {
  /** Show what stands in the way. */
  open(target: { layer: string; id: string }): void;
  /** Mark on the map what a finding is about, or nothing. */
  mark(target: Finding["target"]): void;
  /** The proposal has changed. */
  changed(): void;
  /** Drawing has begun or ended: on a phone the panel makes room. */
  drawing(active: boolean): void;
  /** A link to a rule. */
  rule(id: string): HTMLElement;
}

export class Desk {
  /** What the page shows on the right. */
  readonly element: HTMLElement;
  private kinds: Kind[] = [];
  private proposal: SavedProposal = { kind: "", action: "new", site: [], facts: {} };
  private report: Report | null = null;
  /** The question an answer is awaited for; an answer to any other comes too late. */
  private asked: Feature | null = null;
  private readonly form = h("div", { class: "form" });
  private readonly place = h("div");
  private readonly facts = h("div", { class: "facts" });
  private readonly result = h("div", { class: "result" });
  private readonly wanted = h("p", { class: "hint" });
  private readonly checkButton = h("button", { type: "button", class: "primary wide", "data-testid": "check", onclick: () => void this.check() }, "开始核查");
  private readonly sketch: SiteDrawing;
  private readonly exclusion: ExclusionSwitch;
  /** The finding whose line is drawn strong. */
  private looked: Finding | null = null;
  private inFront = false;

  constructor(
    private readonly map: Map,
    private readonly strip: HTMLElement,
    private readonly on: DeskEvents,
  ) {
    this.element = h("div", { class: "desk", "data-testid": "desk" }, this.form, this.result);
    this.sketch = new SiteDrawing(map, {
      changed: (corners) => this.follow(corners),
      finished: (site) => this.placed(site),
      cancelled: () => this.placed([]),
    });
    addPreview(map);
    this.exclusion = new ExclusionSwitch(map, { rule: on.rule, wanted: () => !this.drawing() });
    void this.loadKinds();
  }

  /** Brings what the desk draws on the map to the front, or takes away what makes no sense without it. */
  show(inFront: boolean): void {
    this.inFront = inFront;
    this.exclusion.show(inFront);
    showPreview(this.map, null);
    if (inFront && this.report) this.look(this.report, this.looked, false);
    else if (!inFront) showDimensions(this.map, []);
  }

  /** The findings of a rule in the report on the desk. */
  findingsOf(rule: string): Finding[] {
    return this.report?.findings.filter((finding) => finding.rule === rule) ?? [];
  }

  /** Scrolls to the first finding of a rule. */
  reveal(rule: string): void {
    const row = this.result.querySelector(`[data-testid=finding][data-rule="${CSS.escape(rule)}"]`);
    row?.closest("details")?.setAttribute("open", "");
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** What is under the pointer of the desk's own overlay. */
  tip(point: Point): string | null {
    return this.exclusion.tip(point);
  }

  /** True while corners are being placed, when clicks on the map belong to the drawing. */
  drawing(): boolean {
    return this.sketch.mode !== null;
  }

  /** The proposal as it stands, for the page's address; null before a site is marked. */
  saved(): SavedProposal | null {
    return this.proposal.kind && hasPlace(this.proposal) ? this.proposal : null;
  }

  /** Takes a proposal from a link and checks it. */
  restore(proposal: SavedProposal): void {
    this.proposal = proposal;
    this.sketch.show(proposal.site, proposal.shape);
    if (this.kinds.length) this.showForm();
    void this.check();
  }

  private async loadKinds(): Promise<void> {
    try {
      this.kinds = (await api.kinds()).kinds;
      this.showForm();
    } catch (error) {
      fill(this.form, problemView(error), h("button", { type: "button", onclick: () => void this.loadKinds() }, "重试"));
    }
  }

  private kind(): Kind | undefined {
    return this.kinds.find((kind) => kind.kind === this.proposal.kind);
  }

  private showForm(): void {
    fill(
      this.form,
      step("1. 项目类型", h("label", { class: "hidden", for: "kind" }, "项目类型"), this.kindSelect(), this.actionChoice()),
      step("2. 位置", this.exclusion.element, this.place),
      this.facts,
      h("div", {}, this.checkButton, this.wanted),
    );
    this.showPlace();
    this.showFacts();
    this.exclude();
  }

  /** The overlay follows the kind. */
  private exclude(): void {
    this.exclusion.choose(this.proposal.kind, this.kind()?.name.zh ?? "");
  }

  private kindSelect(): HTMLElement {
    const group = (label: string, people: boolean) => {
      const kinds = this.kinds.filter((kind) => (kind.protection_target ?? false) === people);
      return kinds.length > 0 && h("optgroup", { label }, ...kinds.map((kind) => h("option", { value: kind.kind }, kind.name.zh)));
    };
    const none = h("option", { value: "" }, "请选择…");
    const select = h("select", { id: "kind", "data-testid": "kind" }, none, group("项目与设施", false), group("人员场所（防护目标）", true));
    select.value = this.proposal.kind;
    select.addEventListener("change", () => {
      this.proposal = { ...this.proposal, kind: select.value, facts: {} };
      this.forget();
      this.showFacts();
      this.showPlace();
      this.exclude();
    });
    return select;
  }

  private actionChoice(): HTMLElement {
    const choices = ACTIONS.map(([code, word]) => {
      const input = h("input", { type: "radio", name: "action", value: code, checked: code === this.proposal.action });
      input.addEventListener("change", () => {
        this.proposal = { ...this.proposal, action: code };
        this.forget();
      });
      return h("label", {}, input, h("span", {}, word));
    });
    return h("div", { class: "segments", role: "radiogroup", "aria-label": "建设性质" }, ...choices);
  }

  private showPlace(said = ""): void {
    const open = said !== "" || this.place.querySelector("details")?.open === true;
    fill(this.place, placeView(this.proposal, { said, open }, { draw: (mode) => this.draw(mode), pasted: (pasted) => this.paste(pasted) }));
    this.wanted.textContent = this.missing();
    this.checkButton.disabled = this.wanted.textContent !== "";
  }

  /** What still keeps the check from running, in words; empty when nothing does. */
  private missing(): string {
    const { kind, site } = this.proposal;
    const needs = [!kind && "选择项目类型", !hasPlace(this.proposal) && "标出位置", selfCrossing(site) && "消除边界自相交"].filter(Boolean);
    return needs.length ? `请先${needs.join("，并")}。` : "";
  }

  private showFacts(): void {
    const facts = this.kind()?.facts.filter((fact) => fact.fact !== "action") ?? [];
    const inputs = facts.map((fact) => factInput(fact, this.proposal.facts[fact.fact], (value) => this.answer(fact.fact, value)));
    const open = Object.keys(this.proposal.facts).length > 0;
    const hint = h("p", { class: "hint" }, "未填写的按最严情形核查，不会因此判为符合。");
    fill(this.facts, inputs.length > 0 && h("details", { class: "step", open, "data-testid": "facts" }, h("summary", {}, "3. 补充情况（可不填）"), hint, ...inputs));
  }

  private draw(mode: DrawMode): void {
    this.moveTo([]);
    this.forget();
    this.showPlace();
    this.sketch.start(mode);
    this.on.drawing(true);
  }

  private paste(pasted: Pasted): void {
    this.sketch.show(pasted.site);
    this.placed(pasted.site, `已按“${pasted.understood}”读入 ${pasted.site.length} 个点。`);
    flyTo(this.map, pasted.site, 15);
  }

  /** Takes a finished site; where an answer was on the desk, the new site is checked at once. */
  private placed(site: LonLat[], said = ""): void {
    const again = this.report !== null;
    this.strip.hidden = true;
    this.moveTo(site);
    this.on.drawing(false);
    this.forget();
    this.showPlace(said);
    if (again && !this.checkButton.disabled) void this.check();
  }

  /** A place drawn or pasted; it is one outline, or a point. */
  private moveTo(site: LonLat[]): void {
    const { shape: _, ...rest } = this.proposal;
    this.proposal = { ...rest, site };
  }

  /** Keeps the strip, or the size of a site whose corner is dragged, in step with the pointer. */
  private follow(corners: readonly LonLat[]): void {
    if (this.drawing()) return showStrip(this.strip, this.sketch, corners);
    const shown = this.place.querySelector(".size");
    if (shown && corners.length > 1) shown.textContent = sizeWords(corners);
  }

  private answer(fact: string, value: unknown): void {
    const { [fact]: _, ...rest } = this.proposal.facts;
    this.proposal = { ...this.proposal, facts: value === undefined ? rest : { ...rest, [fact]: value } };
    this.on.changed();
  }

  /** Drops an answer that no longer belongs to what is on the desk. */
  private forget(): void {
    this.report = null;
    this.asked = null;
    this.looked = null;
    fill(this.result);
    showDimensions(this.map, []);
    showPreview(this.map, null);
    this.on.mark(null);
    this.on.changed();
  }

  private async check(): Promise<void> {
    const asked = toFeature(this.proposal);
    this.asked = asked;
    this.checkButton.disabled = true;
    fill(this.result, h("p", { class: "busy", role: "status" }, "正在核查…"));
    try {
      const report = await api.check(asked);
      if (this.asked === asked) this.showReport(report);
    } catch (error) {
      if (this.asked === asked) fill(this.result, problemView(error));
    }
    this.checkButton.disabled = this.missing() !== "";
  }

  private showReport(report: Report): void {
    this.report = report;
    const kind = this.kind();
    const view = reportView(report, kind?.name.zh ?? report.kind, kind?.facts ?? [], this.proposal.facts, {
      look: (finding, fly) => this.look(report, finding, fly),
      open: this.on.open,
      answer: (fact, value) => this.answer(fact, value),
      edit: () => scrollTo(this.form),
      remedies: (place) => void this.remedy(report, place),
      rule: this.on.rule,
      recheck: () => {
        this.showFacts();
        void this.check();
      },
    });
    fill(this.result, view);
    this.look(report, decisive(report) ?? null, false);
    scrollTo(this.result);
    view.querySelector<HTMLElement>(".verdict")?.focus({ preventScroll: true });
  }

  /** Asks what would help, and shows it under the verdict. */
  private async remedy(report: Report, place: HTMLElement): Promise<void> {
    fill(place, h("p", { class: "busy", role: "status" }, "正在试算平移、让地和减量…"));
    try {
      const remedies = await api.remedies(toFeature(this.proposal));
      if (this.report !== report) return;
      const view = remediesView(remedies, { preview: (remedy, fly) => this.preview(remedy, fly), apply: (remedy) => this.apply(remedy), rule: this.on.rule });
      fill(place, view);
    } catch (error) {
      fill(place, problemView(error), h("button", { type: "button", onclick: () => void this.remedy(report, place) }, "重试"));
    }
  }

  private preview(remedy: Remedy | null, fly: boolean): void {
    if (!remedy || remedy.sort === "reduce") return showPreview(this.map, null);
    const before = toFeature(this.proposal).geometry;
    const [site, removed] = [remedy.is.site, remedy.sort === "cut" ? remedy.is.removed : null];
    const label = remedy.sort === "shift" ? metres(remedy.is.distance_m) : `让出 ${area(remedy.is.area_m2)}`;
    showPreview(this.map, { site, from: remedy.sort === "shift" ? before : null, removed, label });
    if (fly) flyTo(this.map, { type: "GeometryCollection", geometries: [before, site] }, 17);
  }

  /** Takes a remedy up: the drawn site or the fact is replaced, and checked again. */
  private apply(remedy: Remedy): void {
    const proposal = applied(this.proposal, remedy);
    this.forget();
    this.proposal = proposal;
    this.sketch.show(proposal.site, proposal.shape);
    this.showPlace();
    this.showFacts();
    this.on.changed();
    flyTo(this.map, placeOf(proposal), 16);
    void this.check();
  }

  /** Draws the lines of everything that is not met, and the one looked at on top. */
  private look(report: Report, finding: Finding | null, fly: boolean): void {
    this.looked = finding;
    if (!this.inFront) return;
    const dimensions = report.findings.flatMap((each) =>
      each.nearest && (each === finding || each.outcome !== "met") ? [{ line: each.nearest, label: metres(each.measured_m), active: each === finding }] : [],
    );
    showDimensions(this.map, dimensions);
    if (fly) this.on.mark(finding?.target ?? null);
    if (fly && finding?.nearest) flyTo(this.map, [...finding.nearest.coordinates, ...placeOf(this.proposal)], 17);
  }
}

/** The request body: a GeoJSON feature whose properties are the kind, the action and the facts. */
function toFeature({ kind, action, site, facts, shape }: SavedProposal): Feature<Geometry> {
  const geometry: Geometry =
    shape ?? (site.length === 1 ? { type: "Point", coordinates: site[0] as LonLat } : { type: "Polygon", coordinates: [closedRing(site)] });
  return { type: "Feature", properties: { kind, action, ...facts }, geometry };
}

function step(title: string, ...children: Node[]): HTMLElement {
  return h("section", { class: "step" }, h("h3", {}, title), ...children);
}

function scrollTo(element: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
