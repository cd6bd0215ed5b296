// The panel of one selected thing: what it is, its grade, why, and who answers for it.
import type { Feature, Geometry } from "geojson";
import { api, Problem } from "../api.ts";
import type { AreaGrade, Explanation } from "../api.ts";
import { h } from "../dom.ts";
import { FIELDS, GRADE_STEPS, STEPS, layerWord, levelWords, originBadge, valueWord } from "../words.ts";
import type { RiskLevel } from "../words.ts";
import { levelChip, levelMark } from "./level.ts";

export interface Selected {
  layer: string;
  id: string;
}

export interface SelectionView {
  title: string;
  body: HTMLElement;
  geometry: Geometry | null;
}

/** The panel of an area, from the grades at hand and its outline. */
export function areaView(area: AreaGrade, unit: Feature | undefined, open: (target: Selected) => void): SelectionView {
  const body = h(
    "div",
    { class: "selection", "data-testid": "selection", "data-id": area.id },
    head(area.risk_level, "乡镇", unit?.properties?.["data_origin"]),
    section("为什么是这个等级", h("p", { "data-testid": "area-reason" }, area.reason ?? levelWords(area.risk_level).meaning), contributions(area, open)),
    section("责任落实", fields({ ...pickOwners(unit?.properties ?? {}), ...(area.responsible ?? {}) }, "未登记责任人")),
  );
  return { title: area.name, body, geometry: unit?.geometry ?? null };
}

/** The panel of any single feature; its grade is explained where the service can explain it. */
export async function objectView({ layer, id }: Selected): Promise<SelectionView> {
  const [item, why] = await Promise.all([api.item(layer, id), explain(layer, id)]);
  const properties = item.properties ?? {};
  const level = (why?.risk_level ?? properties["risk_level"] ?? null) as RiskLevel;
  const body = h(
    "div",
    { class: "selection", "data-testid": "selection", "data-id": id },
    head(GRADED.has(layer) ? level : undefined, layerWord(layer), properties["data_origin"]),
    why && reasons(why),
    section("责任落实", fields(pickOwners(properties), GRADED.has(layer) ? "未登记责任人" : null)),
    section("基本信息", fields(pickFacts(properties), "没有更多信息")),
  );
  return { title: String(properties["name"] ?? id), body, geometry: item.geometry };
}

/** Layers whose features carry a grade. */
const GRADED = new Set(["enterprises", "installations", "pipelines"]);
const OWNERS = ["responsible_person", "responsible_unit", "regulator", "committee"];

async function explain(layer: string, id: string): Promise<Explanation | null> {
  if (!GRADED.has(layer)) return null;
  try {
    return await api.explain(layer, id);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

function head(level: RiskLevel | undefined, what: string, origin: unknown): HTMLElement {
  const badge = originBadge(origin);
  return h("p", { class: "selection-head" }, level !== undefined && levelChip(level), h("span", { class: "what" }, what), badge && h("span", { class: "badge" }, badge));
}

function reasons(why: Explanation): HTMLElement | null {
  const shown = (what: string, value: unknown) => (GRADE_STEPS.has(what) ? levelMark(value as RiskLevel) : valueWord(value));
  const rows = why.steps.map(({ what, value, note }) => h("tr", {}, h("th", { scope: "row" }, STEPS[what] ?? what), h("td", { class: "number" }, shown(what, value)), h("td", {}, note ?? "")));
  return section(
    "为什么是这个等级",
    h("p", {}, why.method ? `评级方法：${valueWord(why.method)}` : "没有可用的评级方法或数据"),
    why.override &&
      h("p", { class: "override" }, `人工调整：${why.override.reason}（${why.override.by}，${why.override.at.slice(0, 10)}）`),
    rows.length > 0 && h("table", { class: "steps", "data-testid": "explain-steps" }, h("tbody", {}, ...rows)),
    inputs(why.inputs),
  );
}

/** What the method was fed with, behind a fold: every value, under its own name where it has no label. */
function inputs(values: Record<string, unknown>): HTMLElement | null {
  const rows = Object.entries(values ?? {}).flatMap(([name, value]) => [h("dt", {}, FIELDS[name] ?? STEPS[name] ?? name), h("dd", {}, valueWord(value))]);
  return rows.length ? h("details", { class: "inputs" }, h("summary", {}, "采用的数据"), h("dl", { class: "fields" }, ...rows)) : null;
}

/** The objects that make the grade, worst first; each opens its own panel. */
function contributions({ contributions: list, contributors = list.length }: AreaGrade, open: (target: Selected) => void): HTMLElement {
  if (!list.length) return h("p", { class: "hint" }, "没有列出影响对象。");
  const rows = list.map((each) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", "data-testid": "contribution", onclick: () => open(each) },
        levelMark(each.risk_level),
        h("span", { class: "contribution-name" }, each.name),
        each.why && h("span", { class: "contribution-why" }, each.why),
      ),
    ),
  );
  const rest = contributors - list.length;
  return h("div", {}, h("ul", { class: "contributions" }, ...rows), rest > 0 && h("p", { class: "hint" }, `另有 ${rest} 个对象未列出，均不重于所列。`));
}

function section(title: string, ...children: (Node | string | null | false)[]): HTMLElement | null {
  const some = children.filter((child) => child !== null && child !== false);
  return some.length ? h("section", {}, h("h3", {}, title), ...some) : null;
}

/** Known fields with their labels, one line a label; later values win. */
function fields(values: Record<string, unknown>, otherwise: string | null): HTMLElement | null {
  const known = new Map<string, unknown>();
  for (const [name, value] of Object.entries(values)) {
    const label = FIELDS[name];
    if (label && value !== null && value !== undefined && value !== "") known.set(label, value);
  }
  if (!known.size) return otherwise === null ? null : h("p", { class: "hint" }, otherwise);
  return h("dl", { class: "fields" }, ...[...known].flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, valueWord(value))]));
}

function pickOwners(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(OWNERS.map((name) => [name, properties[name]]));
}

function pickFacts(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(FIELDS).filter((name) => !OWNERS.includes(name)).map((name) => [name, properties[name]]));
}
