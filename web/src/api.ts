// The public HTTP interface as the viewer uses it: wire shapes and one way to ask. Addresses are relative.
import type { Feature, FeatureCollection, Geometry, LineString } from "geojson";
import { askForKey, keyHeaders } from "./access.ts";
import type { Alert, AlertPage, Step } from "./alerts/wire.ts";
import type { Book } from "./rules/book.ts";
import type { Comparison, EditionAreas, EditionPage, ListPage } from "./registers/wire.ts";
import type { SurveyPage } from "./survey/wire.ts";
import type { Remedies } from "./siting/remedies.ts";
import type { Outcome, RiskLevel, Verdict } from "./words.ts";

export interface AreaGrade {
  id: string;
  code?: string;
  name: string;
  level: string;
  risk_level: RiskLevel;
  risk_color: string;
  reason: string | null;
  counts: Record<"1" | "2" | "3" | "4" | "none", number>;
  contributions: Contribution[];
  /** How many graded objects touch the area, listed or not. */
  contributors?: number;
  responsible: Record<string, unknown> | null;
}

export interface Contribution {
  layer: string;
  id: string;
  name: string;
  risk_level: RiskLevel;
  why: string | null;
}

export interface AreaGrades {
  edition: unknown;
  aggregator: string;
  areas: AreaGrade[];
}

export interface Explanation {
  risk_level: RiskLevel;
  method: string | null;
  inputs: Record<string, unknown>;
  steps: { what: string; value: unknown; note: string | null }[];
  override: { by: string; reason: string; at: string } | null;
}

export interface Fact {
  fact: string;
  type: "boolean" | "number" | "string" | "list" | "contours" | "geometry";
  unit: string | null;
  label: { zh: string; en?: string };
  values?: string[] | null;
}

export interface Kind {
  kind: string;
  name: { zh: string; en?: string };
  subjects: string[];
  /** A place of people rather than a hazard. */
  protection_target?: boolean;
  facts: Fact[];
}

export interface Finding {
  rule: string;
  title?: { zh: string; en?: string };
  outcome: Outcome;
  effect: string;
  verification: string;
  required_m: number | null;
  measured_m: number | null;
  margin_m: number | null;
  tolerance_m: number | null;
  assumed: { field: string; value: unknown; of: string }[];
  searched_m: number | null;
  more: number;
  target: { layer: string; id: string; name: string } | null;
  nearest: LineString | null;
  /** From which line to which line the rule measures. */
  measure?: { zh: string; en?: string };
  clause: { law: string; article: string };
  explanation: { zh: string; en?: string };
}

export interface Question {
  fact: string;
  why: string;
  rules: string[];
}

export interface Report {
  verdict: Verdict;
  kind: string;
  action: string;
  revision: number;
  rule_book: string;
  as_of: string;
  evaluated_at: string;
  findings: Finding[];
  questions: Question[];
  coverage: { layer: string; complete: boolean; reach_m: number; as_of: string | null }[];
  notes: unknown[];
  /** The major hazard source, where substances were stated. */
  hazard_source?: HazardSource;
}

/** GB 18218 at the strictest that is possible; null where there is no telling, or no grade. */
export interface HazardSource {
  S: number | null;
  alpha: number;
  R: number | null;
  hazard_grade: number | null;
  major: boolean | null;
  method: string;
  verification: string;
  steps: { what: string; value: number | null; note: { zh: string } }[];
}

/** Something the service refused, or a service that could not be reached; the message is fit to be read. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Field, layer or rule lines of a problem+json answer. */
    readonly lines: string[] = [],
  ) {
    super(message);
  }
}

const STATUS_WORDS: Record<number, string> = {
  400: "请求内容有误",
  401: "需要访问密钥",
  403: "无权访问",
  404: "没有找到",
  406: "无法给出所需格式",
  408: "请求超时",
  409: "已被他人更新，请刷新后再试",
  413: "内容过大",
  415: "内容类型不受支持",
  421: "服务不认可当前访问地址",
  422: "内容不符合要求",
  429: "请求过于频繁，请稍候",
  503: "服务暂不可用",
};

export const api = {
  areas: () => ask<AreaGrades>("api/risk/areas?level=township"),
  kinds: () => ask<{ kinds: Kind[] }>("api/siting/kinds"),
  explain: (layer: string, id: string) => ask<Explanation>(`api/risk/explain/${path(layer, id)}`),
  item: (layer: string, id: string) => ask<Feature<Geometry | null>>(`api/collections/${path(layer, "items", id)}`),
  adminUnits: () => ask<FeatureCollection>("api/collections/admin_units/items?limit=1000"),
  style: () => ask<Record<string, unknown>>("styles/four-colour"),
  check: (site: Feature) => ask<Report>("api/siting/check", site),
  remedies: (site: Feature) => ask<Remedies>("api/siting/remedies", site),
  rules: () => ask<Book>("api/rules"),
  survey: (query: string) => ask<SurveyPage>(`api/survey?${query}`),
  alerts: (query: string) => ask<AlertPage>(`api/alerts?${query}`),
  act: (id: string, step: Step, deed: { by: string; note: string }) => ask<Alert>(`api/alerts/${path(id, step)}`, deed),
  list: <T>(kind: string, query: string) => ask<ListPage<T>>(`api/risk/${kind}?${query}`),
  editions: (query: string) => ask<EditionPage>(`api/risk/editions?${query}`),
  publish: (heading: Record<string, string>) => ask<{ number: number }>("api/risk/editions", heading),
  compare: (then: string, now: string, query: string) => ask<Comparison>(`api/risk/editions/${path(then, "compare", now)}?${query}`),
  /** The areas that the map colours, as an edition has them. */
  editionAreas: async (number: number): Promise<EditionAreas> => {
    const [townships, functional] = await Promise.all(["township", "functional"].map((level) => ask<EditionAreas>(`api/risk/areas?edition=${number}&level=${level}`)));
    return { ...(townships as EditionAreas), areas: [...(townships?.areas ?? []), ...(functional?.areas ?? [])] };
  },
  download,
};

/** Fetches a file, with the key where one was given, and has the browser keep it. */
async function download(address: string, name: string): Promise<void> {
  const response = await send(address, undefined);
  if (!response.ok) throw await problemOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A GET, or a POST where there is a body; asks for a key, and again, where the service wants one. */
async function ask<T>(address: string, body?: unknown): Promise<T> {
  const response = await send(address, body);
  if (response.status === 401) {
    await askForKey();
    return ask(address, body);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

async function send(address: string, body: unknown): Promise<Response> {
  const init: RequestInit =
    body === undefined
      ? { headers: keyHeaders() }
      : { method: "POST", headers: { ...keyHeaders(), "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    return await fetch(address, init);
  } catch {
    throw new Problem("无法连接服务，请检查网络后重试", 0);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const said = STATUS_WORDS[response.status] ?? `服务出错（${response.status}）`;
  try {
    return new Problem(said, response.status, problemLines((await response.json()) as Record<string, unknown>));
  } catch {
    return new Problem(said, response.status);
  }
}

/** What a problem+json body says that helps to mend it: each named fault with its hint, or else the detail. */
export function problemLines(body: Record<string, unknown>): string[] {
  const errors = Array.isArray(body["errors"]) ? (body["errors"] as Record<string, unknown>[]) : [];
  const lines = errors.map(({ field, reason, hint }) => [field, reason].filter(Boolean).join("：") + (hint ? `（${hint}）` : ""));
  if (!lines.length) lines.push(String(body["detail"] ?? body["title"] ?? ""));
  for (const [name, word] of Object.entries(PROBLEM_FIELDS)) {
    if (typeof body[name] === "string") lines.push(`${word}：${body[name]}`);
  }
  return lines.filter(Boolean);
}

const PROBLEM_FIELDS = { field: "字段", layer: "图层", rule: "规则" };

const path = (...parts: string[]) => parts.map(encodeURIComponent).join("/");
