// Putting a report's findings in the order a planner reads them, and saying the verdict in one sentence.
import type { Finding, Report } from "../api.ts";
import { layerWord, OUTCOMES } from "../words.ts";
import type { Outcome } from "../words.ts";
import { metres, required } from "../format.ts";

export interface Group {
  title: string;
  outcomes: Outcome[];
  findings: Finding[];
  /** Hidden behind its count until asked for. */
  collapsed: boolean;
}

const GROUPS: readonly (readonly [string, Outcome[]])[] = [
  ["违反", ["violated"]],
  ["无法判定（缺数据）", ["undetermined"]],
  ["需审批或论证", ["needs_approval", "needs_demonstration"]],
  ["临界（需实测）", ["marginal"]],
  ["已核查，符合", ["met"]],
];

/** Groups that have something in them, worst first; the service's order is kept inside each. */
export function grouped(findings: readonly Finding[]): Group[] {
  return GROUPS.map(([title, outcomes]) => ({
    title,
    outcomes,
    findings: findings.filter((finding) => outcomes.includes(finding.outcome)),
    collapsed: outcomes.includes("met"),
  })).filter((group) => group.findings.length > 0);
}

/** Why the verdict is what it is, in one sentence. */
export function reason(report: Report): string {
  const worst = decisive(report);
  switch (report.verdict) {
    case "pass":
      return `已核查 ${rules(report.findings)} 条规则，全部符合。`;
    case "undetermined":
      return undeterminedReason(report);
    default:
      return worst ? `${clauseWords(worst)}：${distanceWords(worst)}` : "";
  }
}

/** The finding that decides: the first of the worst outcome the verdict can rest on. */
export function decisive(report: Report): Finding | undefined {
  const wanted: Record<string, (finding: Finding) => boolean> = {
    veto: (f) => f.outcome === "violated" && f.effect === "prohibit",
    fail: (f) => f.outcome === "violated",
    undetermined: (f) => f.outcome === "undetermined",
    review: (f) => f.outcome !== "met",
  };
  return report.findings.find(wanted[report.verdict] ?? (() => false)) ?? report.findings.find((f) => f.outcome !== "met");
}

/** How many findings of each outcome, in words, worst first: `违反 2 处，符合 1 处`. */
export function tally(findings: readonly Finding[]): string {
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  const outcomes = Object.keys(OUTCOMES) as Outcome[];
  return outcomes.filter(count).map((outcome) => `${OUTCOMES[outcome].word} ${count(outcome)} 处`).join("，");
}

/** Law and article as they are cited. */
export function clauseWords({ clause }: Pick<Finding, "clause">): string {
  const law = /[《]/.test(clause.law) ? clause.law : `《${clause.law}》`;
  const gap = /[\w.]$/.test(law) && /^[\w.]/.test(clause.article ?? "") ? " " : "";
  return `${law}${gap}${clause.article ?? ""}`;
}

/** `距长江 731.4 m，要求 1000 m，不足 268.6 m`, as far as the numbers are there. */
export function distanceWords(finding: Finding): string {
  const name = finding.target?.name ?? (finding.target ? layerWord(finding.target.layer) : null);
  if (finding.measured_m === null || !name) return finding.explanation.zh;
  const measured = finding.measured_m === 0 ? `与${name}相接或重叠` : `距${name} ${metres(finding.measured_m)}`;
  const asked = finding.required_m ? `，要求 ${required(finding.required_m)}` : "";
  const short = finding.required_m && finding.margin_m !== null && finding.margin_m < 0 ? `，不足 ${metres(-finding.margin_m)}` : "";
  const wants = finding.outcome === "violated" ? "" : `，${OUTCOMES[finding.outcome].word}`;
  return `${measured}${asked}${short}${wants}。`;
}

function undeterminedReason(report: Report): string {
  const missing = report.coverage.filter((row) => !row.complete).map((row) => layerWord(row.layer));
  const parts = [
    missing.length ? `${missing.join("、")}数据未覆盖到核查范围` : "",
    report.questions.length ? `还有 ${report.questions.length} 项情况需要说明` : "",
  ].filter(Boolean);
  if (parts.length) return `${parts.join("；")}，因此不能给出“符合”的结论。`;
  if (!report.findings.length) return "规则库中没有适用于此类项目的规则。";
  const worst = decisive(report);
  return worst ? `${clauseWords(worst)}：${worst.explanation.zh}` : "";
}

function rules(findings: readonly Finding[]): number {
  return new Set(findings.map((finding) => finding.rule)).size;
}
