// The planner's desk: choose a kind, mark the place, add what is known, read the verdict.
import type { Feature } from "geojson";
import type { Map } from "maplibre-gl";
import { api, Problem } from "../api.ts";
import type { Fact, Finding, Kind, Report } from "../api.ts";
import { fill, h } from "../dom.ts";
import { area, length, metres } from "../format.ts";
import type { SavedProposal } from "../link.ts";
import { showDimensions } from "../map/dimension.ts";
import { flyTo } from "../map/view.ts";
import { ACTIONS } from "../words.ts";
import { SiteDrawing } from "./draw.ts";
import { factInput } from "./facts.ts";
import { decisive } from "./findings.ts";
import { areaOf, closedRing, perimeterOf, selfCrossing } from "./outline.ts";
import type { LonLat } from "./outline.ts";
import { PasteError, readSite } from "./paste.ts";
import { reportView } from "./report.ts";

export interface Desk {
  /** The panel's content; the page shows it on the right. */
  readonly element: HTMLElement;
  /** True while corners are being placed, when clicks on the map belong to the drawing. */
  drawing(): boolean;
  /** The proposal as it stands, for the page's address; null before a site is marked. */
  saved(): SavedProposal | null;
  /** Takes a proposal from a link and checks it. */
  restore(proposal: SavedProposal): void;
}

export interface DeskEvents {
  open(target: { layer: string; id: string }): void;
  /** The site or its kind has changed. */
  changed(): void;
  /** Drawing has begun or ended: on a phone the panel makes room. */
  drawing(active: boolean): void;
}

export function openDesk(map: Map, strip: HTMLElement, on: DeskEvents): Desk {
  const state = { kinds: [] as Kind[], kind: "", action: "new", site: [] as LonLat[], facts: {} as Record<string, unknown>, report: null as Report | null };
  const parts = { form: h("div", { class: "form" }), place: h("div", { class: "place" }), facts: h("div", { class: "facts" }), result: h("div", { class: "result", "aria-live": "polite" }) };
  const element = h("div", { class: "desk", "data-testid": "desk" }, parts.form, parts.result);
  const checkButton = h("button", { type: "button", class: "primary wide", "data-testid": "check", onclick: () => void check() }, "开始核查");

  const drawing = new SiteDrawing(map, {
    changed: (corners) => showStrip(corners),
    finished: (site) => placed(site),
    cancelled: () => placed([]),
  });

  function kindOf(): Kind | undefined {
    return state.kinds.find((kind) => kind.kind === state.kind);
  }

  async function loadKinds(): Promise<void> {
    try {
      state.kinds = (await api.kinds()).kinds;
      showForm();
    } catch (error) {
      fill(parts.form, problemView(error), h("button", { type: "button", onclick: () => void loadKinds() }, "重试"));
    }
  }

  function showForm(): void {
    const options = state.kinds.map((kind) => h("option", { value: kind.kind }, kind.name.zh));
    const select = h("select", { id: "kind", "data-testid": "kind" }, h("option", { value: "" }, "请选择…"), ...options);
    select.value = state.kind;
    select.addEventListener("change", () => {
      state.kind = select.value;
      state.facts = {};
      forget();
      showFacts();
      showPlace();
    });
    const actions = ACTIONS.map(([code, word]) => {
      const input = h("input", { type: "radio", name: "action", value: code, checked: code === state.action });
      input.addEventListener("change", () => {
        state.action = code;
        forget();
      });
      return h("label", {}, input, h("span", {}, word));
    });
    fill(
      parts.form,
      step(1, "项目类型", h("label", { class: "hidden", for: "kind" }, "项目类型"), select, h("div", { class: "segments", role: "radiogroup", "aria-label": "建设性质" }, ...actions)),
      step(2, "位置", parts.place),
      parts.facts,
      checkButton,
    );
    showPlace();
    showFacts();
  }

  function showPlace(): void {
    const start = (mode: "polygon" | "point") => () => {
      forget();
      state.site = [];
      drawing.start(mode);
      on.drawing(true);
    };
    fill(
      parts.place,
      h(
        "div",
        { class: "choices" },
        h("button", { type: "button", "data-testid": "draw-polygon", onclick: start("polygon") }, state.site.length ? "重画范围" : "画范围"),
        h("button", { type: "button", "data-testid": "draw-point", onclick: start("point") }, "标一个点"),
      ),
      siteSummary(state.site),
      pasteBox(state.site, (site) => {
        placed(site);
        drawing.show(site);
        flyTo(map, site, 15);
      }),
    );
    checkButton.disabled = !state.kind || !state.site.length || selfCrossing(state.site) !== null;
  }

  function showFacts(): void {
    const facts = kindOf()?.facts.filter((fact) => fact.fact !== "action") ?? [];
    const inputs = facts.map((fact) => factInput(fact, state.facts[fact.fact], (value) => answer(fact.fact, value)));
    const open = Object.keys(state.facts).length > 0;
    fill(
      parts.facts,
      inputs.length > 0 &&
        h("details", { class: "step", open }, h("summary", {}, "3. 补充情况（可不填）"), h("p", { class: "hint" }, "未填写的按最严情形核查，不会因此判为符合。"), ...inputs),
    );
  }

  function answer(fact: string, value: unknown): void {
    if (value === undefined) delete state.facts[fact];
    else state.facts[fact] = value;
    on.changed();
  }

  function placed(site: LonLat[]): void {
    strip.hidden = true;
    state.site = site;
    on.drawing(false);
    const again = state.report !== null;
    forget();
    showPlace();
    if (again && !checkButton.disabled) void check();
  }

  /** Drops an answer that no longer belongs to what is on the desk. */
  function forget(): void {
    state.report = null;
    fill(parts.result);
    showDimensions(map, []);
    on.changed();
  }

  function showStrip(corners: readonly LonLat[]): void {
    if (!drawing.mode) return showDragged(corners);
    const point = drawing.mode === "point";
    const button = (word: string, testid: string, act: () => void, disabled = false) => h("button", { type: "button", "data-testid": testid, disabled, onclick: act }, word);
    strip.hidden = false;
    fill(
      strip,
      h("span", { class: "strip-help" }, point ? "单击地图标出位置，Esc 取消" : corners.length ? "单击加点，双击或回车闭合，退格撤销，Esc 取消" : "单击地图标出第一个角点"),
      corners.length > 1 && h("span", { class: "strip-size", "data-testid": "live-size" }, sizeWords(corners)),
      !point && button("完成", "finish", () => drawing.finish(), corners.length < 3),
      !point && button("撤销", "undo", () => drawing.undo(), !corners.length),
      button("取消", "cancel", () => drawing.cancel()),
    );
  }

  /** While a corner of a finished site is dragged the size follows it. */
  function showDragged(corners: readonly LonLat[]): void {
    state.site = [...corners];
    const shown = parts.place.querySelector(".size");
    if (shown) shown.textContent = sizeWords(corners);
  }

  async function check(): Promise<void> {
    checkButton.disabled = true;
    fill(parts.result, h("p", { class: "busy" }, "正在核查…"));
    try {
      const site = toFeature(state);
      const report = await api.check(site);
      state.report = report;
      showReport(report);
    } catch (error) {
      fill(parts.result, problemView(error));
    }
    checkButton.disabled = false;
    on.changed();
  }

  function showReport(report: Report): void {
    const kind = kindOf();
    const facts: Fact[] = kind?.facts ?? [];
    fill(
      parts.result,
      reportView(report, kind?.name.zh ?? report.kind, facts, state.facts, {
        look: (finding, fly) => look(report, finding, fly),
        open: on.open,
        answer,
        recheck: () => {
          showFacts();
          void check();
        },
      }),
    );
    look(report, decisive(report) ?? null, false);
    parts.result.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  /** Draws the lines of everything that is not met, and the one looked at on top. */
  function look(report: Report, finding: Finding | null, fly: boolean): void {
    const shown = report.findings.filter((each) => each.nearest && (each === finding || each.outcome !== "met"));
    const dimensions = shown.map((each) => ({ line: each.nearest as NonNullable<Finding["nearest"]>, label: metres(each.measured_m), active: each === finding }));
    showDimensions(map, dimensions);
    if (fly && finding?.nearest) flyTo(map, [...finding.nearest.coordinates, ...state.site], 17);
  }

  void loadKinds();
  return {
    element,
    drawing: () => drawing.mode !== null,
    saved: () => (state.kind && state.site.length ? { kind: state.kind, action: state.action, site: state.site, facts: state.facts } : null),
    restore: (proposal) => {
      Object.assign(state, proposal);
      drawing.show(proposal.site);
      if (state.kinds.length) showForm();
      void check();
    },
  };
}

/** The request body: a GeoJSON feature whose properties are the kind, the action and the facts. */
function toFeature(state: { kind: string; action: string; site: LonLat[]; facts: Record<string, unknown> }): Feature {
  const geometry: Feature["geometry"] =
    state.site.length === 1 ? { type: "Point", coordinates: state.site[0] as LonLat } : { type: "Polygon", coordinates: [closedRing(state.site)] };
  return { type: "Feature", properties: { kind: state.kind, action: state.action, ...state.facts }, geometry };
}

function step(number: number, title: string, ...children: Node[]): HTMLElement {
  return h("section", { class: "step" }, h("h3", {}, `${number}. ${title}`), ...children);
}

function sizeWords(corners: readonly LonLat[]): string {
  const size = corners.length > 2 ? `面积 ${area(areaOf(corners))} · ` : "";
  return `${size}${corners.length > 2 ? "周长" : "长"} ${length(perimeterOf(corners))}`;
}

function siteSummary(site: readonly LonLat[]): HTMLElement {
  if (!site.length) return h("p", { class: "hint" }, "在地图上画出用地范围，或粘贴坐标。");
  if (site.length === 1) return h("p", { class: "size", "data-testid": "site-size" }, `点位 ${site[0]?.map((n) => n.toFixed(6)).join(", ")}`);
  const crossing = selfCrossing(site);
  return h(
    "div",
    {},
    h("p", { class: "size", "data-testid": "site-size" }, sizeWords(site)),
    crossing
      ? h("p", { class: "problem", role: "alert" }, `边界在 ${crossing.map((n) => n.toFixed(5)).join(", ")} 处自相交，请拖动角点或重画。`)
      : h("p", { class: "hint" }, "可拖动角点调整范围。"),
  );
}

function pasteBox(site: readonly LonLat[], take: (site: LonLat[]) => void): HTMLElement {
  const text = h("textarea", { id: "paste", rows: 5, spellcheck: "false", "data-testid": "paste", placeholder: "每行一个点：115.8017, 29.6108\n或 115°48′06″E 29°36′39″N\n或 CGCS2000 米制坐标，或 GeoJSON" });
  text.value = site.map((c) => c.map((n) => n.toFixed(7)).join(", ")).join("\n");
  const said = h("p", { class: "hint", role: "status" });
  const apply = () => {
    try {
      const pasted = readSite(text.value);
      take(pasted.site);
      document.querySelector(".paste")?.setAttribute("open", "");
      const shown = document.querySelector(".paste [role=status]");
      if (shown) shown.textContent = `已按“${pasted.understood}”读入 ${pasted.site.length} 个点。`;
    } catch (error) {
      if (!(error instanceof PasteError)) throw error;
      said.textContent = error.message;
      said.className = "problem";
    }
  };
  return h(
    "details",
    { class: "paste" },
    h("summary", {}, site.length ? "坐标（可修改）" : "粘贴坐标或 GeoJSON"),
    h("label", { class: "hidden", for: "paste" }, "坐标或 GeoJSON"),
    text,
    h("button", { type: "button", "data-testid": "paste-apply", onclick: apply }, "采用这些坐标"),
    said,
  );
}

/** What went wrong, in words, with every fault the service named. */
export function problemView(error: unknown): HTMLElement {
  const problem = error instanceof Problem ? error : new Problem("页面出错，请刷新后重试", 0, [String(error)]);
  return h("div", { class: "problem", role: "alert", "data-testid": "problem" }, h("strong", {}, problem.message), ...problem.lines.map((line) => h("p", {}, line)));
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
