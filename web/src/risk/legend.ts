// The legend: worst to lowest, each colour with its pattern, its grade, its word and what it asks for.
import type { AreaGrade } from "../api.ts";
import { h, fill } from "../dom.ts";
import { swatch } from "../map/patterns.ts";
import { LEVELS } from "../words.ts";
import type { LevelWords } from "../words.ts";

/** Fills the legend card; `overlays` is the list of layers that may be laid over the map. */
export function showLegend(card: Element, areas: readonly AreaGrade[], overlays: HTMLElement): void {
  const count = (words: LevelWords) => areas.filter((area) => (area.risk_level ?? null) === words.level).length;
  fill(
    card,
    h("h2", { id: "legend-title" }, "图例"),
    h("ul", { class: "legend" }, ...LEVELS.map((words) => gradeRow(words, areas.length ? count(words) : null)), outsideRow()),
    h("details", { class: "more" }, h("summary", {}, "其他符号"), signs()),
    h("details", { class: "more" }, h("summary", {}, "叠加图层"), overlays),
  );
}

function gradeRow(words: LevelWords, count: number | null): HTMLElement {
  return h(
    "li",
    { "data-testid": "legend-row", "data-level": words.level ?? "none" },
    swatch(words.level, 34, 22),
    h("span", { class: "grade" }, words.level ? `${words.name} · ${words.colour}` : words.name),
    h("span", { class: "meaning" }, words.meaning),
    count !== null && h("span", { class: "areas", title: "乡镇数" }, `${count} 个`),
  );
}

function outsideRow(): HTMLElement {
  return h(
    "li",
    { "data-testid": "legend-row", "data-level": "outside" },
    h("span", { class: "swatch outside" }),
    h("span", { class: "grade" }, "不在辖区"),
    h("span", { class: "meaning" }, "本区管辖范围以外"),
  );
}

/** Line and area signs of the base map, drawn with plain styled boxes. */
function signs(): HTMLElement {
  const sign = (name: string, word: string) => h("li", {}, h("span", { class: `symbol ${name}` }), word);
  return h(
    "ul",
    { class: "signs" },
    sign("water", "河湖水面"),
    sign("road", "公路"),
    sign("rail", "铁路"),
    sign("pipe", "油气管道（按等级着色）"),
    sign("protected", "保护区边界"),
    sign("boundary", "区界"),
    sign("site", "拟建项目范围"),
    sign("dimension", "实测最近距离"),
  );
}
