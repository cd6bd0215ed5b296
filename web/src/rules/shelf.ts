// Finding rules in the book: by words, effect, mark and day; put together by law. Knows no element.
import type { Book, Procedure, Rule } from "./book.ts";
import { subjectWord } from "./words.ts";
import type { KindNames } from "./words.ts";

export interface Sought {
  /** Words that must all appear, in any order. */
  text: string;
  effect: string;
  mark: string;
  /** `2026-11-25`; empty for any day. */
  day: string;
}

export const ANYTHING: Sought = { text: "", effect: "", mark: "", day: "" };

/** The rules that are sought, in the order of the book. */
export function found(book: Book, sought: Sought, kinds: KindNames): Rule[] {
  const words = sought.text.toLowerCase().split(/\s+/).filter(Boolean);
  return book.rules.filter(
    (rule) =>
      (!sought.effect || rule.effect === sought.effect) &&
      (!sought.mark || rule.verification === sought.mark) &&
      (!sought.day || inForce(rule, sought.day, book)) &&
      (!words.length || words.every((word) => said(rule, kinds).includes(word))),
  );
}

/** Whether a rule is in force on a day; a day parameter that is set ends it, as its last day does. */
export function inForce(rule: Pick<Rule, "valid_from" | "valid_to" | "until">, day: string, book: Pick<Book, "parameters">): boolean {
  const last = rule.valid_to ?? book.parameters.find((parameter) => parameter.name === rule.until)?.date;
  return (!rule.valid_from || rule.valid_from <= day) && (!last || day <= last);
}

export interface Law {
  law: string;
  rules: Rule[];
}

/** Laws in the order of their first rule, each with its rules. */
export function byLaw(rules: readonly Rule[]): Law[] {
  const laws = new Map<string, Rule[]>();
  for (const rule of rules) laws.set(rule.clause.law, [...(laws.get(rule.clause.law) ?? []), rule]);
  return [...laws].map(([law, each]) => ({ law, rules: each }));
}

/** First and last day in words. */
export function validity({ valid_from: from, valid_to: to }: Pick<Rule | Procedure, "valid_from" | "valid_to">): string {
  if (from && to) return `${from} 至 ${to}`;
  if (to) return `至 ${to}`;
  return from ? `${from} 起` : "施行日期未载明，按已施行处理";
}

/** Everything of a rule that is searched, in small letters. */
function said(rule: Rule, kinds: KindNames): string {
  const subjects = [...rule.subjects, ...(rule.reverse ?? []).flatMap((side) => side.subjects)].map((code) => subjectWord(code, kinds));
  const parts = [rule.id, rule.title.zh, rule.clause.law, rule.clause.article, rule.edition, rule.measure.zh, rule.note?.zh, rule.exemption?.says.zh, ...subjects];
  return parts.filter(Boolean).join("\n").toLowerCase();
}
