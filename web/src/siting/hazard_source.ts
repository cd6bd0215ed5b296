// What a major hazard source is called: by its grade, or that it is none, or that nobody can tell yet.
import type { HazardSource } from "../api.ts";

const GRADES = ["一级", "二级", "三级", "四级"];

/** In a few words, with S and R as far as they are known. */
export function hazardWords({ S, R, major, hazard_grade }: Pick<HazardSource, "S" | "R" | "major" | "hazard_grade">): string {
  const figure = (name: string, value: number | null) => `${name} = ${value === null ? "上限未知" : Number(value.toPrecision(4))}`;
  const figures = `${figure("S", S)}，${figure("R", R)}`;
  if (major === false) return `不构成（${figures}）`;
  const grade = hazard_grade === null ? "" : (GRADES[hazard_grade - 1] ?? "");
  return major === null ? `是否构成不明，最严${grade}（${figures}）` : `构成，${grade}（${figures}）`;
}
