// The townships, worst first, with how many objects of each grade stand in them.
import type { AreaGrade } from "../api.ts";
import { h, fill } from "../dom.ts";
import { swatch } from "../map/patterns.ts";
import { LEVELS } from "../words.ts";
import { levelMark } from "./level.ts";

/** Worst grade first; among equals the one with more of the worst objects; no data last. */
export function ranked(areas: readonly AreaGrade[]): AreaGrade[] {
  const key = (area: AreaGrade) => [area.risk_level ?? 5, -area.counts["1"], -area.counts["2"], -area.counts["3"], -area.counts["4"]];
  return [...areas].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? a.name.localeCompare(b.name, "zh") : (left[at] ?? 0) - (right[at] ?? 0);
  });
}

/** Sums of the counts over all areas, in the order of the legend. */
export function totals(areas: readonly AreaGrade[]): number[] {
  return COLUMNS.map((column) => areas.reduce((sum, area) => sum + (area.counts[column] ?? 0), 0));
}

const COLUMNS = ["1", "2", "3", "4", "none"] as const;

/** Fills the ranking card; `open` is called with the area that was chosen. */
export function showRanking(card: Element, areas: readonly AreaGrade[], open: (area: AreaGrade) => void): void {
  fill(
    card,
    h("h2", { id: "ranking-title" }, "乡镇风险排名"),
    h("p", { class: "hint" }, "按最高风险等级排列；数字为各等级对象个数"),
    h("div", { class: "scroll" }, h("table", { class: "ranking" }, heading(), rows(areas, open), sums(areas))),
  );
}

/** Marks the chosen row, for eyes and for screen readers. */
export function markRow(card: Element, id: string | null): void {
  for (const row of card.querySelectorAll<HTMLElement>("tbody tr")) {
    const chosen = row.dataset["area"] === id;
    row.classList.toggle("chosen", chosen);
    row.querySelector("button")?.setAttribute("aria-pressed", String(chosen));
  }
}

function heading(): HTMLElement {
  const columns = LEVELS.map(({ level, word }) =>
    h("th", { scope: "col", class: "count", title: word }, swatch(level, 18, 12), h("span", { class: "count-word" }, level ? word : "无")),
  );
  return h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "乡镇"), h("th", { scope: "col" }, "等级"), ...columns));
}

function rows(areas: readonly AreaGrade[], open: (area: AreaGrade) => void): HTMLElement {
  return h("tbody", {}, ...ranked(areas).map((area) => row(area, open)));
}

function row(area: AreaGrade, open: (area: AreaGrade) => void): HTMLElement {
  const counts = COLUMNS.map((column) => h("td", { class: area.counts[column] ? "count" : "count zero" }, area.counts[column] ?? 0));
  return h(
    "tr",
    { "data-testid": "township-row", "data-area": area.id, "data-level": area.risk_level ?? "none", onclick: () => open(area) },
    h("th", { scope: "row" }, h("button", { type: "button", class: "row-name", "aria-pressed": "false" }, area.name)),
    h("td", {}, levelMark(area.risk_level)),
    ...counts,
  );
}

function sums(areas: readonly AreaGrade[]): HTMLElement {
  const cells = totals(areas).map((sum) => h("td", { class: "count" }, sum));
  return h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "合计"), h("td", {}), ...cells));
}
