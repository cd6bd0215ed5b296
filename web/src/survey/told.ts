// What a survey page says, in words and in parameters: no element here.
import { metres, required } from "../format.ts";
import type { Conflict, SurveyPage, Totals } from "./wire.ts";

/** What is wanted of the survey; empty for everything. */
export interface Wanted {
  rule: string;
  township: string;
  verdict: string;
}

export const EVERYTHING: Wanted = { rule: "", township: "", verdict: "" };

/** Conflicts on a page. */
export const PER_PAGE = 30;

/** The parameters of a page after a cursor. */
export function queryOf(wanted: Wanted, cursor: string | null, limit = PER_PAGE): string {
  const parts = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries(wanted)) if (value) parts.set(name, value);
  if (cursor) parts.set("cursor", cursor);
  return parts.toString();
}

/** The cursor that the address of the next page carries; the rest of it may name another host. */
export function cursorOf(next: string | null): string | null {
  const question = next?.indexOf("?") ?? -1;
  return question < 0 ? null : new URLSearchParams(next?.slice(question + 1)).get("cursor");
}

/** How far the survey has come, or null once it is complete and none is being made. */
export function progress({ complete, making, done, of }: SurveyPage): { words: string; done: number; of: number } | null {
  if (making) {
    const what = complete ? `数据已更新，正在按版本 ${making.revision} 重新普查` : "正在普查现状，已查出的先列出";
    return { words: `${what}：${making.done} / ${making.of}`, done: making.done, of: making.of };
  }
  return complete ? null : { words: `正在普查现状，已查出的先列出：${done} / ${of}`, done, of };
}

/** `甲 与 乙`. */
export function pairWords({ subject, object }: Conflict): string {
  const name = (end: Conflict["subject"]) => end.name ?? end.id;
  return object ? `${name(subject)} 与 ${name(object)}` : name(subject);
}

/** Measured, asked for and short, as far as the numbers are there. */
export function figures({ measured_m, required_m, margin_m }: Conflict): string {
  if (measured_m === null) return "";
  const measured = measured_m === 0 ? "相接或重叠" : `实测 ${metres(measured_m)}`;
  const asked = required_m ? `，要求 ${required(required_m)}` : "";
  return measured + asked + (required_m && margin_m !== null && margin_m < 0 ? `，不足 ${metres(-margin_m)}` : "");
}

/** Keys with their counts, the largest first; those in no township come last. */
export function counted(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort(([a, x], [b, y]) => Number(a === "none") - Number(b === "none") || y - x || a.localeCompare(b, "zh"));
}

/** Counts of conflicts and of pairs that cannot be judged, under one key each: what may be chosen. */
export function choices(totals: Totals, undetermined: Totals, by: "by_rule" | "by_township"): [string, number][] {
  const sums: Record<string, number> = { ...totals[by] };
  for (const [key, count] of Object.entries(undetermined[by])) sums[key] = (sums[key] ?? 0) + count;
  return counted(sums);
}

export const STANDINGS: Record<string, string> = { rectify: "须整改", legacy: "历史遗留" };
