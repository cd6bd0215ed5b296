// The verdict on paper of light: band, findings, questions, coverage, and which edition and rule book answered.
import type { Fact, Finding, HazardSource, Report } from "../api.ts";
import { h } from "../dom.ts";
import { margin, metres, required } from "../format.ts";
import { markWords } from "../rules/words.ts";
import { chinese, EFFECTS, layerWord, OUTCOMES, valueWord, VERDICTS, ACTIONS } from "../words.ts";
import { factInput } from "./facts.ts";
import { clauseWords, grouped, reason } from "./findings.ts";
import type { Group } from "./findings.ts";
import { hazardWords } from "./hazard_source.ts";
import { parted } from "./procedures.ts";
import type { Procedure } from "./procedures.ts";

export interface ReportEvents {
  /** A row is pointed at or chosen: draw its line, and fly to it where `fly`. */
  look(finding: Finding, fly: boolean): void;
  /** Open what stands in the way. */
  open(target: { layer: string; id: string }): void;
  /** A question has been answered; undefined takes the answer back. */
  answer(fact: string, value: unknown): void;
  recheck(): void;
  /** Look for the least change that passes, and put what is found into the place kept for it. */
  remedies(place: HTMLElement): void;
  /** A link to a rule. */
  rule(id: string): HTMLElement;
  /** Back up to the proposal. */
  edit(): void;
}

/** The whole report as an element. */
export function reportView(report: Report, kindName: string, facts: readonly Fact[], answers: Record<string, unknown>, on: ReportEvents): HTMLElement {
  const { procedures, rest } = parted(report.notes.map(noteWords));
  return h(
    "article",
    { class: "report", "data-testid": "report", "data-verdict": report.verdict },
    band(report),
    proposal(report, kindName, on),
    remedies(report, on),
    questions(report, facts, answers, on),
    ...grouped(report.findings).map((group) => groupView(group, on)),
    hazardSource(report.hazard_source),
    coverage(report),
    procedureList(procedures),
    notes(report.hazard_source ? rest.filter((note) => !note.startsWith(HAZARD_NOTE)) : rest),
    colophon(report),
  );
}

function band(report: Report): HTMLElement {
  const { word, sign } = VERDICTS[report.verdict];
  return h(
    "div",
    { class: `verdict ${report.verdict}`, "data-testid": "verdict", "data-verdict": report.verdict, role: "status", tabindex: "-1" },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("div", {}, h("strong", {}, word), h("p", {}, reason(report))),
  );
}

function proposal(report: Report, kindName: string, on: ReportEvents): HTMLElement {
  const action = ACTIONS.find(([code]) => code === report.action)?.[1] ?? report.action;
  return h("p", { class: "proposal" }, `${action} · ${kindName}`, h("button", { type: "button", class: "link", onclick: () => on.edit() }, "修改方案"));
}

/** Under a verdict that says no: by what least change it would not. */
function remedies({ verdict }: Report, on: ReportEvents): HTMLElement | null {
  if (verdict !== "veto" && verdict !== "fail") return null;
  const place = h("div", {});
  const button = h("button", { type: "button", class: "wide", "data-testid": "remedies-ask", onclick: () => on.remedies(place) }, "怎样才能通过？");
  place.append(button);
  return place;
}

function groupView(group: Group, on: ReportEvents): HTMLElement {
  const title = `${group.title}（${group.findings.length}）`;
  const list = h("ul", { class: "findings" }, ...group.findings.map((finding) => row(finding, on)));
  if (!group.collapsed) return h("section", { class: "group" }, h("h3", {}, title), list);
  return h("details", { class: "group", "data-testid": "met-group" }, h("summary", {}, title), list);
}

function row(finding: Finding, on: ReportEvents): HTMLElement {
  const { word, sign } = OUTCOMES[finding.outcome];
  const item = h(
    "li",
    { class: `finding ${finding.outcome}`, "data-testid": "finding", "data-rule": finding.rule, "data-outcome": finding.outcome },
    h(
      "button",
      { type: "button", class: "finding-main", "aria-pressed": "false", onclick: () => choose(item, finding, on) },
      h("span", { class: "finding-title" }, h("span", { class: "sign", title: word }, sign), finding.title?.zh ?? clauseWords(finding)),
      finding.title && h("span", { class: "finding-clause" }, clauseWords(finding)),
      h("span", { class: "finding-text" }, finding.explanation.zh),
      numbers(finding),
    ),
    h("p", { class: "finding-foot" }, on.rule(finding.rule), ...footnotes(finding), evidence(finding, on)),
  );
  item.addEventListener("mouseenter", () => on.look(finding, false));
  item.addEventListener("focusin", () => on.look(finding, false));
  return item;
}

function choose(item: HTMLElement, finding: Finding, on: ReportEvents): void {
  for (const other of document.querySelectorAll(".finding.active")) {
    other.classList.remove("active");
    other.querySelector("button")?.setAttribute("aria-pressed", "false");
  }
  item.classList.add("active");
  item.querySelector("button")?.setAttribute("aria-pressed", "true");
  on.look(finding, true);
}

function numbers(finding: Finding): HTMLElement {
  const short = finding.margin_m !== null && finding.margin_m < 0;
  const cell = (label: string, value: string, name: string) =>
    h("span", { class: `figure ${name}` }, h("span", { class: "label" }, label), h("span", { class: "value" }, value));
  const measured = finding.measured_m === null && finding.searched_m ? `${finding.searched_m / 1000} km 内无` : metres(finding.measured_m);
  return h(
    "span",
    { class: "figures" },
    cell("要求距离", required(finding.required_m), "required"),
    cell("实测距离", measured, "measured"),
    cell("余量", margin(finding.margin_m), short ? "margin short" : "margin"),
  );
}

function footnotes(finding: Finding): Node[] {
  const texts = [
    OUTCOMES[finding.outcome].word,
    EFFECTS[finding.effect] ?? finding.effect,
    markWords(finding.verification).word,
    finding.measure ? `量测：${finding.measure.zh}` : "",
    finding.tolerance_m ? `位置误差 ±${metres(finding.tolerance_m)}` : "",
    ...finding.assumed.map(({ field, value }) => `按上限推算 ${ASSUMED[field] ?? field} = ${valueWord(value)}${field.endsWith("_m") ? " m" : ""}`),
    finding.more ? `另有 ${finding.more} 处同类未列出` : "",
  ];
  return texts.filter(Boolean).map((text) => h("span", { class: "note" }, text));
}

const ASSUMED: Record<string, string> = { half_width_m: "半宽", extent_m: "占地半径" };

function evidence(finding: Finding, on: ReportEvents): Node | null {
  const target = finding.target;
  if (!target) return null;
  return h("button", { type: "button", class: "evidence", onclick: () => on.open(target) }, `${layerWord(target.layer)}：${target.name ?? target.id}`);
}

function questions(report: Report, facts: readonly Fact[], answers: Record<string, unknown>, on: ReportEvents): HTMLElement | null {
  if (!report.questions.length) return null;
  const rows = report.questions.map(({ fact, why, rules }) => {
    const known = facts.find((each) => each.fact === fact) ?? { fact, type: "string" as const, unit: null, label: { zh: fact }, values: null };
    return h(
      "li",
      { "data-testid": "question", "data-fact": fact },
      factInput(known, answers[fact], (value) => on.answer(fact, value)),
      h("p", { class: "hint" }, `${chinese(why)} `, ...rules.map((rule) => on.rule(rule))),
    );
  });
  return h(
    "section",
    { class: "group questions" },
    h("h3", {}, `请补充（${report.questions.length}）`),
    h("p", { class: "hint" }, "未填写的情况按最严情形核查，补充后可能改变结论。"),
    h("ul", {}, ...rows),
    h("button", { type: "button", class: "primary", "data-testid": "recheck", onclick: () => on.recheck() }, "按补充情况重新核查"),
  );
}

/** How the note begins that holds the same calculation in one line. */
const HAZARD_NOTE = "重大危险源计算";

/** S, R and the grade, with the lines that lead to them. */
function hazardSource(source: HazardSource | undefined): HTMLElement | null {
  if (!source) return null;
  const lines = source.steps.map((step) => h("li", { "data-what": step.what }, step.note.zh));
  return h(
    "section",
    { class: "group hazard-source", "data-testid": "hazard-source" },
    h("h3", {}, `重大危险源：${hazardWords(source)}`),
    h("p", { class: "hint" }, `数值为最严情形；依据：${markWords(source.verification).word}。`),
    h("ul", {}, ...lines),
  );
}

function coverage(report: Report): HTMLElement | null {
  if (!report.coverage.length) return null;
  const gaps = report.coverage.filter((row) => !row.complete);
  const rows = [...gaps, ...report.coverage.filter((row) => row.complete)].map((row) =>
    h(
      "tr",
      { class: row.complete ? "" : "gap", "data-layer": row.layer },
      h("th", { scope: "row" }, layerWord(row.layer)),
      h("td", {}, row.complete ? "覆盖完整" : "覆盖不足"),
      h("td", { class: "number" }, required(row.reach_m)),
      h("td", {}, row.as_of ?? "—"),
    ),
  );
  const head = h("tr", {}, ...["图层", "覆盖情况", "核查半径", "数据截至"].map((title) => h("th", { scope: "col" }, title)));
  const title = gaps.length ? `数据覆盖：${gaps.length} 个图层不足` : `数据覆盖：${report.coverage.length} 个图层完整`;
  return h("details", { class: "group coverage", open: gaps.length > 0, "data-testid": "coverage" }, h("summary", {}, title), h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
}

function procedureList(procedures: readonly Procedure[]): HTMLElement | null {
  if (!procedures.length) return null;
  const rows = procedures.map(({ title, authority, clause }) =>
    h("li", { "data-testid": "procedure" }, h("strong", {}, title), authority !== "" && h("span", {}, authority), clause !== "" && h("span", { class: "hint" }, clause)),
  );
  return h("section", { class: "group procedures", "data-testid": "procedures" }, h("h3", {}, `须办理的手续（${procedures.length}）`), h("p", { class: "hint" }, "与选址结论无关，法律要求另行办理。"), h("ul", {}, ...rows));
}

function notes(rest: readonly string[]): HTMLElement | null {
  if (!rest.length) return null;
  return h("section", { class: "group notes" }, h("h3", {}, "说明"), h("ul", {}, ...rest.map((note) => h("li", {}, note))));
}

/** A note is a sentence, or one in several languages. */
function noteWords(note: unknown): string {
  if (typeof note === "string") return chinese(note);
  const object = note as { zh?: unknown; detail?: unknown };
  return String(object.zh ?? object.detail ?? JSON.stringify(note));
}

function colophon(report: Report): HTMLElement {
  const part = (label: string, value: string | number) => h("span", {}, `${label} ${value}`);
  return h(
    "footer",
    { class: "colophon" },
    part("规则库", report.rule_book),
    part("数据版本", report.revision),
    part("依据日期", report.as_of),
    part("核查时间", new Date(report.evaluated_at).toLocaleString("zh-CN", { hour12: false })),
    h("span", {}, "距离为 CGCS2000 椭球面最短距离；本结论不替代法定审批。"),
  );
}
