// What lists and editions say, in words and in parameters: no element here.
import { levelWords } from "../words.ts";
import type { RiskLevel } from "../words.ts";
import type { Comparison, Difference, Turn } from "./wire.ts";

export interface Wanted {
  level: string;
  township: string;
  committee: string;
}

export const EVERYTHING: Wanted = { level: "", township: "", committee: "" };

/** Rows on a page. */
export const PER_PAGE = 50;

/** What stands where the registers name nobody; nothing is guessed. */
export const MISSING = "待明确";

/** The parameters of a list; a page has a limit, a file has none. */
export function queryOf(wanted: Wanted, cursor: string | null, limit: number | null = PER_PAGE): string {
  const parts = new URLSearchParams();
  if (limit !== null) parts.set("limit", String(limit));
  for (const [name, value] of Object.entries(wanted)) if (value) parts.set(name, value);
  if (cursor) parts.set("cursor", cursor);
  return parts.toString();
}

/** `责任单位 责任人`, each missing one said to be missing. */
export function answerable({ unit, person }: { unit: string | null; person: string | null }): string {
  return `${unit ?? MISSING} · ${person ?? MISSING}`;
}

export const TURNS: readonly { turn: Turn; word: string; meaning: string }[] = [
  { turn: "redder", word: "升级（变红）", meaning: "风险等级加重" },
  { turn: "greener", word: "降级（变缓）", meaning: "风险等级减轻" },
  { turn: "new", word: "新增", meaning: "前一版没有" },
  { turn: "gone", word: "消失", meaning: "后一版没有，所列为最后等级" },
  { turn: "graded", word: "新评级", meaning: "前一版无数据" },
  { turn: "ungraded", word: "失去评级", meaning: "后一版无数据，不等于风险减轻" },
];

/** `橙 → 红`; a thing that is not in one of the two has a dash there. */
export function turned({ from, to }: Difference, turn: Turn): string {
  const word = (level: RiskLevel) => (level ? levelWords(level).colour : "无数据");
  return `${turn === "new" ? "—" : word(from)} → ${turn === "gone" ? "—" : word(to)}`;
}

/** How many turned which way, areas and objects apart; what stayed is said as well, so that the sum can be seen. */
export function counted({ counts }: Comparison): string {
  const words = (each: Record<string, number>) =>
    [...TURNS.map(({ turn, word }) => [word, each[turn] ?? 0] as const).filter(([, count]) => count > 0), ["不变", each["same"] ?? 0] as const].map(([word, count]) => `${word} ${count}`).join("，");
  return `区域 ${counts.areas["total"] ?? 0} 个：${words(counts.areas)}；对象 ${counts.objects["total"] ?? 0} 个：${words(counts.objects)}`;
}

/** A style expression for the level of an area by the area's id; 0 for those that have none, or are not in the edition. */
export function levelExpression(areas: readonly { id: string; risk_level: RiskLevel }[]): unknown[] | number {
  const cases = [1, 2, 3, 4].flatMap((level) => {
    const ids = areas.filter((area) => area.risk_level === level).map((area) => area.id);
    return ids.length ? [ids, level] : [];
  });
  return cases.length ? ["match", ["get", "id"], ...cases, 0] : 0;
}

/** The same expression with another one in place of the level. */
export function withLevel(expression: unknown, level: unknown): unknown {
  if (!Array.isArray(expression)) return expression;
  if (expression.length === 2 && expression[0] === "get" && expression[1] === "risk_level") return level;
  return expression.map((part) => withLevel(part, level));
}
