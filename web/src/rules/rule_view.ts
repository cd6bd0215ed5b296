// One rule, opened: where it is written, whom it binds, what it measures, how much it asks for, and what is known of it.
import { h } from "../dom.ts";
import { EFFECTS, EFFECT_MEANINGS, layerWord } from "../words.ts";
import { clauseWords } from "../siting/findings.ts";
import type { Book, Case, FactCondition, FieldCondition, Rule } from "./book.ts";
import { validity } from "./shelf.ts";
import { parameterValue, thresholdTold } from "./threshold.ts";
import type { Told } from "./threshold.ts";
import { actionWord, keyValueWord, keyWord, kindWord, markWords, subjectWord, testWords } from "./words.ts";
import type { KindNames } from "./words.ts";

/** Tables longer than this are folded. */
const SHORT = 8;

export function ruleView(rule: Rule, book: Book, kinds: KindNames): HTMLElement {
  const mark = markWords(rule.verification);
  return h(
    "article",
    { class: "rule", "data-testid": "rule", "data-rule": rule.id },
    h("p", { class: "rule-id" }, rule.id),
    h("h3", { class: "rule-title" }, rule.title.zh),
    facts([
      ["依据", clauseWords(rule)],
      ["版本", rule.edition],
      ["施行", validity(rule) + endWords(rule, book)],
      ["效力", `${EFFECTS[rule.effect] ?? rule.effect}：${EFFECT_MEANINGS[rule.effect] ?? ""}`],
      ["核对", `${rule.verification} ${mark.word}：${mark.meaning}`],
      ["适用项目", rule.subjects.map((code) => subjectWord(code, kinds)).join("、")],
      ["建设性质", rule.actions.map(actionWord).join("、")],
      ["前提", conditions(rule.conditions)],
      ["量测", rule.measure.zh],
      ["豁免", exemption(rule)],
      ["说明", rule.note?.zh ?? ""],
    ]),
    h("h4", {}, "要求"),
    ...caseList(rule.case, rule, book, kinds),
    ...reverse(rule, book, kinds),
  );
}

function facts(rows: [string, string][]): HTMLElement {
  return h("dl", { class: "fields rule-fields" }, ...rows.filter(([, text]) => text).flatMap(([label, text]) => [h("dt", {}, label), h("dd", {}, text)]));
}

function endWords({ until }: Rule, book: Book): string {
  if (!until) return "";
  const parameter = book.parameters.find((each) => each.name === until);
  return `；停止适用日期由区参数确定：${parameterValue(parameter)}`;
}

function exemption({ exemption: known }: Rule): string {
  if (!known) return "";
  const limited = known.actions?.length ? `（限${known.actions.map(actionWord).join("、")}）` : "";
  return `${known.says.zh}${limited}，附文件说明后不适用本条`;
}

function reverse(rule: Rule, book: Book, kinds: KindNames): HTMLElement[] {
  return (rule.reverse ?? []).flatMap((side) => {
    const except = side.except?.length ? `（${side.except.map((code) => subjectWord(code, kinds)).join("、")}除外）` : "";
    const whom = side.subjects.map((code) => subjectWord(code, kinds)).join("、") + except;
    const given = conditions(side.conditions);
    return [h("h4", {}, "反向：受保护的项目靠近危险源"), h("p", { class: "hint" }, `适用于${whom}${given ? `；${given}` : ""}`), ...caseList(side.case, rule, book, kinds)];
  });
}

function caseList(cases: readonly Case[], rule: Rule, book: Book, kinds: KindNames): HTMLElement[] {
  return cases.map((each) => caseView(each, rule, book, kinds));
}

function caseView(each: Case, rule: Rule, book: Book, kinds: KindNames): HTMLElement {
  const told = thresholdTold(each.threshold_m, book, kinds);
  const around = each.test !== "anywhere" && each.test !== "unread";
  return h(
    "section",
    { class: "case" },
    around && h("p", { class: "case-target" }, targetWords(each, kinds)),
    around && h("p", { class: "case-limit" }, each.notice ? `检索范围 ${told.words}（非法定距离）` : `限值 ${told.words}`),
    table(told),
    h("p", { class: "hint" }, caseNotes(each, rule, kinds).join("；")),
  );
}

/** What a case looks for. */
export function targetWords(each: Case, kinds: KindNames): string {
  const only = each.kinds?.map((code) => kindWord(code, kinds)).join("、");
  const except = each.except_kinds?.length ? `（${each.except_kinds.map((code) => kindWord(code, kinds)).join("、")}除外）` : "";
  const all = each.where?.map((condition) => conditionWords(condition, kinds)) ?? [];
  const any = each.any_of?.map((condition) => conditionWords(condition, kinds)) ?? [];
  const limits = [...all, ...(any.length ? [any.join("或")] : [])];
  return `${layerWord(each.layer)}${only ? `：${only}` : ""}${except}${limits.length ? `，且${limits.join("，")}` : ""}`;
}

function caseNotes(each: Case, rule: Rule, kinds: KindNames): string[] {
  const zero = each.threshold_m === 0;
  return [
    testWords(each.test, zero),
    each.subjects?.length ? `仅适用于${each.subjects.map((code) => subjectWord(code, kinds)).join("、")}` : "",
    conditions(each.conditions),
    each.start && each.start !== "outline" ? `自${keyWord(each.start)}起算，未给出时自选址边界试算` : "",
    each.measure ? `量测：${each.measure.zh}` : "",
    each.nearest_only ? "只报最近的一处" : "",
    each.effect && each.effect !== rule.effect ? `效力：${EFFECTS[each.effect] ?? each.effect}` : "",
    each.verification && each.verification !== rule.verification ? `核对：${each.verification} ${markWords(each.verification).word}` : "",
    each.note?.zh ?? "",
  ].filter(Boolean);
}

function conditions(list: readonly FactCondition[] = []): string {
  return list.map(({ fact, is }) => (is === true ? keyWord(fact) : is === false ? `不属于“${keyWord(fact)}”` : `${keyWord(fact)}为 ${String(is)}`)).join("；");
}

/** A condition on a target's field, `电压（kV）≥ 35`. */
export function conditionWords(condition: FieldCondition, kinds: KindNames): string {
  const { field, in: among, not_in: none, at_least: least } = condition;
  const words = (values: unknown[]) => values.map((value) => keyValueWord(field, value, undefined, kinds)).join("、");
  if (least !== undefined) return `${keyWord(field)} ≥ ${least}`;
  if (among?.length === 1 && among[0] === true) return keyWord(field);
  return among ? `${keyWord(field)}为${words(among)}` : `${keyWord(field)}不为${words(none ?? [])}`;
}

function table({ table: shown }: Told): HTMLElement | null {
  if (!shown) return null;
  const head = h("tr", {}, ...shown.head.map((title) => h("th", { scope: "col" }, title)));
  const rows = shown.rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell))));
  const body = h("div", { class: "limits" }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
  return shown.rows.length > SHORT ? h("details", {}, h("summary", {}, `限值表（${shown.rows.length} 行）`), body) : body;
}
