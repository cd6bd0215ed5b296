// A grade on the page: always swatch and word together.
import { h } from "../dom.ts";
import { paintOf, swatch } from "../map/patterns.ts";
import { levelWords } from "../words.ts";
import type { RiskLevel } from "../words.ts";

/** Small swatch with the short word, for lists and tables. */
export function levelMark(level: RiskLevel): HTMLElement {
  return h("span", { class: "level-mark" }, swatch(level, 18, 14), levelWords(level).word);
}

/** A large chip in the grade's own colour, for a heading. */
export function levelChip(level: RiskLevel): HTMLElement {
  const words = levelWords(level);
  const paint = paintOf(level);
  const style = `background:${paint.fill};color:${paint.text};border-color:${paint.outline}`;
  return h("span", { class: "level-chip", style, "data-level": level ?? "none" }, level ? `${words.name} · ${words.colour}` : words.name);
}
