// The planner's desk: choose a kind, mark the place, add what is known, read the verdict.
import type { Feature } from "geojson";
import type { Map } from "maplibre-gl";
import { api } from "../api.ts";
import type { Finding, Kind, Report } from "../api.ts";
import { fill, h } from "../dom.ts";
import { metres } from "../format.ts";
import type { SavedProposal } from "../link.ts";
import { showDimensions } from "../map/dimension.ts";
import { flyTo } from "../map/view.ts";
import { problemView } from "../problem.ts";
import { ACTIONS } from "../words.ts";
import { SiteDrawing } from "./draw.ts";
import type { DrawMode } from "./draw.ts";
import { factInput } from "./facts.ts";
import { decisive } from "./findings.ts";
import { closedRing, selfCrossing } from "./outline.ts";
import type { LonLat } from "./outline.ts";
import type { Pasted } from "./paste.ts";
import { placeView, sizeWords } from "./place.ts";
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
    void this.loadKinds();
  }

  /** True while corners are being placed, when clicks on the map belong to the drawing. */
  drawing(): boolean {
    return this.sketch.mode !== null;
  }

  /** The proposal as it stands, for the page's address; null before a site is marked. */
  saved(): SavedProposal | null {
    return this.proposal.kind && this.proposal.site.length ? this.proposal : null;
  }

  /** Takes a proposal from a link and checks it. */
  restore(proposal: SavedProposal): void {
    this.proposal = proposal;
    this.sketch.show(proposal.site);
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
      step("2. 位置", this.place),
      this.facts,
      h("div", {}, this.checkButton, this.wanted),
    );
    this.showPlace();
    this.showFacts();
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
    fill(this.place, placeView(this.proposal.site, { said, open }, { draw: (mode) => this.draw(mode), pasted: (pasted) => this.paste(pasted) }));
    this.wanted.textContent = this.missing();
    this.checkButton.disabled = this.wanted.textContent !== "";
  }

  /** What still keeps the check from running, in words; empty when nothing does. */
  private missing(): string {
    const { kind, site } = this.proposal;
    const needs = [!kind && "选择项目类型", !site.length && "标出位置", selfCrossing(site) && "消除边界自相交"].filter(Boolean);
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
    this.proposal = { ...this.proposal, site: [] };
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
    this.proposal = { ...this.proposal, site };
    this.on.drawing(false);
    this.forget();
    this.showPlace(said);
    if (again && !this.checkButton.disabled) void this.check();
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
    fill(this.result);
    showDimensions(this.map, []);
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

  /** Draws the lines of everything that is not met, and the one looked at on top. */
  private look(report: Report, finding: Finding | null, fly: boolean): void {
    const dimensions = report.findings.flatMap((each) =>
      each.nearest && (each === finding || each.outcome !== "met") ? [{ line: each.nearest, label: metres(each.measured_m), active: each === finding }] : [],
    );
    showDimensions(this.map, dimensions);
    if (fly) this.on.mark(finding?.target ?? null);
    if (fly && finding?.nearest) flyTo(this.map, [...finding.nearest.coordinates, ...this.proposal.site], 17);
  }
}

/** The request body: a GeoJSON feature whose properties are the kind, the action and the facts. */
function toFeature({ kind, action, site, facts }: SavedProposal): Feature {
  const geometry: Feature["geometry"] =
    site.length === 1 ? { type: "Point", coordinates: site[0] as LonLat } : { type: "Polygon", coordinates: [closedRing(site)] };
  return { type: "Feature", properties: { kind, action, ...facts }, geometry };
}

function step(title: string, ...children: Node[]): HTMLElement {
  return h("section", { class: "step" }, h("h3", {}, title), ...children);
}

function scrollTo(element: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
