// Inputs for the facts of a project kind, made from what the service says it wants to know. Empty means unknown.
import type { Fact } from "../api.ts";
import { h } from "../dom.ts";
import { valueWord } from "../words.ts";

export type Facts = Record<string, unknown>;

/** What was typed is not a value of the fact's type; the message says what would be. */
export class FactError extends Error {}

/** A labelled input for one fact; `changed` gets the value, or undefined where it is left open. */
export function factInput(fact: Fact, value: unknown, changed: (value: unknown) => void): HTMLElement {
  const id = `fact-${fact.fact}-${++serial}`;
  const input = fact.type === "boolean" || fact.values?.length ? choice(fact, value) : entry(fact, value);
  input.id = id;
  input.dataset["testid"] = `fact-${fact.fact}`;
  input.addEventListener("change", () => take(input, fact, changed));
  const label = h("label", { for: id }, labelWords(fact), fact.unit && h("span", { class: "unit" }, `（${fact.unit}）`));
  return h("div", { class: "fact" }, label, input);
}

/** The text of an input as the fact's own type; blank is unknown, and what cannot be read is an error. */
export function read(fact: Pick<Fact, "fact" | "type">, text: string): unknown {
  const trimmed = text.trim();
  if (!trimmed) return undefined;
  switch (fact.type) {
    case "boolean":
      return trimmed === "true";
    case "number":
      return number(trimmed);
    case "geometry":
      return geometry(trimmed);
    case "contours":
      return contours(trimmed);
    case "list":
      return fact.fact === "substances" ? entries(trimmed).map(substance) : entries(trimmed).flatMap((each) => each.split(/[,，、\s]+/));
    default:
      return trimmed;
  }
}

let serial = 0;

function take(input: HTMLInputElement | HTMLSelectElement, fact: Fact, changed: (value: unknown) => void): void {
  try {
    input.setCustomValidity("");
    changed(read(fact, input.value));
  } catch (error) {
    if (!(error instanceof FactError)) throw error;
    changed(undefined);
    input.setCustomValidity(error.message);
    input.reportValidity();
  }
}

/** The label without the notes on its wire format. */
function labelWords(fact: Fact): string {
  return (fact.label.zh || fact.fact).replace(/\s*[[（(].*$/, "");
}

function choice(fact: Fact, value: unknown): HTMLSelectElement {
  const options: [string, string][] =
    fact.type === "boolean" ? [["true", "是"], ["false", "否"]] : (fact.values ?? []).map((each) => [each, valueWord(each)]);
  const select = h("select", {}, h("option", { value: "" }, "未知"), ...options.map(([code, word]) => h("option", { value: code }, word)));
  select.value = value === undefined ? "" : String(value);
  return select;
}

const PLACEHOLDERS: Record<string, string> = {
  substances: "未知，如：氨 20；氯 10",
  geometry: "未知，或 GeoJSON 几何",
  contours: "未附，或粘贴等值线的 GeoJSON 要素集",
};

function entry(fact: Fact, value: unknown): HTMLInputElement {
  const number = fact.type === "number";
  return h("input", {
    type: number ? "number" : "text",
    ...(number ? { min: 0, step: "any", inputmode: "decimal" } : {}),
    placeholder: PLACEHOLDERS[fact.fact] ?? PLACEHOLDERS[fact.type] ?? "未知",
    value: written(value),
  });
}

/** A value as it would be typed. */
function written(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value) && value.some((each) => typeof each === "object" && each !== null && "geometry" in each)) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((each) => (typeof each === "object" ? Object.values(each as object).join(" ") : String(each))).join("；");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function entries(text: string): string[] {
  return text.split(/[;；\n]+/).map((each) => each.trim()).filter(Boolean);
}

/** `氨 20` or `7664-41-7 20`: a name or CAS number, then tonnes, then the class of GB 18218 where it is known. */
function substance(text: string): { name?: string; cas?: string; tonnes: number; class?: string } {
  const found = /^(.+?)[\s,，:：]+(\d+(?:\.\d+)?)\s*(?:t|吨)?(?:[\s,，]+([JW]\d+(?:\.\d+)?))?$/i.exec(text);
  if (!found) throw new FactError(`“${text}”应为名称或 CAS 号加吨数（可再加 GB 18218 类别），如：氨 20；某中间体 3 W5.3`);
  const [, what = "", tonnes, category] = found;
  const amount = { tonnes: Number(tonnes), ...(category && { class: category.toUpperCase() }) };
  return /^\d{2,7}-\d{2}-\d$/.test(what) ? { cas: what, ...amount } : { name: what, ...amount };
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new FactError("请填写数字");
  return value;
}

interface Contour {
  risk_per_year: unknown;
  geometry: unknown;
  document: unknown;
}

/** Contours as the service takes them, or as features of a GeoJSON collection whose properties name the risk and the document. */
function contours(text: string): Contour[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FactError("请粘贴等值线的 GeoJSON 要素集");
  }
  const collected = (value as { features?: unknown } | null)?.features ?? value;
  if (!Array.isArray(collected) || !collected.length) throw new FactError("请粘贴等值线的 GeoJSON 要素集，每条等值线一个要素");
  return collected.map((each: { properties?: Partial<Contour> } & Partial<Contour>) => {
    const { risk_per_year, document } = each.properties ?? each;
    if (typeof risk_per_year !== "number") throw new FactError("每条等值线须有属性 risk_per_year（每年），如 3e-7");
    if (typeof document !== "string" || !document.trim()) throw new FactError("每条等值线须有属性 document（定量风险评价报告名称或文号）");
    return { risk_per_year, geometry: each.geometry, document };
  });
}

function geometry(text: string): unknown {
  try {
    const value = JSON.parse(text) as { type?: unknown; geometry?: unknown };
    return value.type === "Feature" ? value.geometry : value;
  } catch {
    throw new FactError("请粘贴一个 GeoJSON 几何");
  }
}
