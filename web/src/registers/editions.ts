// Published editions as a panel: the list, publishing the next one, comparing two, and the map as one of them had it.
import { api } from "../api.ts";
import { fill, h } from "../dom.ts";
import { problemView } from "../problem.ts";
import { cursorOf } from "../survey/told.ts";
import { layerWord } from "../words.ts";
import { TURNS, counted, turned } from "./told.ts";
import type { Comparison, Difference, EditionAreas, EditionHead, Turn } from "./wire.ts";

const DRAFT = "draft";
const PER_PAGE = 100;

export interface EditionEvents {
  open(target: { layer: string; id: string }): void;
  /** Show the map as of an edition; null for as it is now. */
  map(areas: EditionAreas | null): void;
}

export class EditionPanel {
  readonly element = h("div", { class: "editions", "data-testid": "editions" });
  private readonly list = h("div");
  private readonly form = h("details", { class: "group" });
  private readonly sides = h("div", { class: "compare-sides" });
  private readonly result = h("div", { "data-testid": "comparison" });
  private heads: EditionHead[] = [];
  /** The edition that the map shows; null while it shows the present. */
  private shown: number | null = null;
  private asked = 0;

  constructor(private readonly on: EditionEvents) {
    fill(this.element, this.list, this.form, h("section", { class: "group" }, h("h3", {}, "对比两版"), this.sides, this.result));
    this.showForm();
  }

  show(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    const asked = ++this.asked;
    if (!this.list.hasChildNodes()) fill(this.list, h("p", { class: "busy" }, "正在读取…"));
    try {
      const page = await api.editions(`limit=${PER_PAGE}`);
      if (asked !== this.asked) return;
      this.heads = page.items;
      this.showList(page.total);
      this.showSides();
    } catch (error) {
      if (asked === this.asked) fill(this.list, problemView(error), h("button", { type: "button", onclick: () => void this.load() }, "重试"));
    }
  }

  private showList(total: number): void {
    const rest = total - this.heads.length;
    fill(
      this.list,
      h("p", { class: "hint" }, "发布的四色图不可更改。已发布为红色的，须有销号文件（日期、销号人、文件）方可降级。"),
      this.heads.length ? h("ul", { class: "edition-rows" }, ...this.heads.map((head) => this.row(head))) : h("p", { class: "empty" }, "尚未发布任何版次。"),
      rest > 0 && h("p", { class: "hint" }, `另有更早的 ${rest} 版未列出。`),
    );
  }

  private row(head: EditionHead): HTMLElement {
    const shown = this.shown === head.number;
    const word = shown ? "恢复现状" : "在地图上显示";
    return h(
      "li",
      { "data-testid": "edition-row", "data-number": head.number },
      h("p", { class: "edition-name" }, h("strong", {}, `第 ${head.number} 版`), ` ${head.name}`),
      h("p", { class: "hint" }, `${head.date} · ${head.by} · 数据版本 ${head.revision} · 对象 ${head.totals.total} 个，红色 ${head.totals.by_level["1"] ?? 0} 个`),
      h("button", { type: "button", class: "link", "aria-pressed": String(shown), "data-testid": "edition-map", onclick: () => void this.showOnMap(shown ? null : head.number) }, word),
    );
  }

  /** Shows the map as of an edition, or as it is. */
  async showOnMap(number: number | null): Promise<void> {
    try {
      this.on.map(number === null ? null : await api.editionAreas(number));
      this.shown = number;
      this.showList(Math.max(this.heads.length, this.heads[0]?.number ?? 0));
    } catch (error) {
      this.list.prepend(problemView(error));
    }
  }

  private showForm(): void {
    const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
    const field = (name: string, word: string, more: Record<string, string | boolean>) => h("label", {}, word, h("input", { name, "data-testid": `publish-${name}`, ...more }));
    const said = h("div", { role: "status" });
    const form = h(
      "form",
      { class: "publish" },
      field("name", "名称", { required: true, placeholder: "如 2026年第四季度" }),
      field("date", "发布日期", { required: true, type: "date", value: today }),
      field("by", "发布单位", { required: true }),
      field("note", "备注", {}),
      h("button", { class: "primary", "data-testid": "publish" }, "发布当前数据"),
      said,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.publish(form, said);
    });
    fill(this.form, h("summary", { "data-testid": "publish-open" }, "发布新版次"), h("p", { class: "hint" }, "发布后不可撤回；需要写入权限。发布前可在下方与草案（当前数据）对比。"), form);
  }

  private async publish(form: HTMLFormElement, said: HTMLElement): Promise<void> {
    const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value));
    try {
      const { number } = await api.publish(given);
      form.reset();
      fill(said, h("p", { class: "done" }, `已发布第 ${number} 版。`));
      await this.load();
    } catch (error) {
      fill(said, problemView(error));
    }
  }

  private showSides(): void {
    const options = () => [...this.heads.map(({ number, date, name }) => h("option", { value: number }, `第 ${number} 版 ${date} ${name}`)), h("option", { value: DRAFT }, "草案（当前数据）")];
    const side = (name: string, word: string, value: string) => {
      const choice = h("select", { "aria-label": word, "data-testid": `compare-${name}` }, ...options());
      choice.value = value;
      return choice;
    };
    if (!this.heads.length) {
      fill(this.sides, h("p", { class: "empty" }, "发布一版之后可以对比。"));
      fill(this.result);
      return;
    }
    const then = side("from", "前一版", String(this.heads[0]?.number));
    const now = side("to", "后一版", DRAFT);
    fill(this.sides, then, h("span", { "aria-hidden": "true" }, "→"), now, h("button", { type: "button", "data-testid": "compare", onclick: () => void this.compare(then.value, now.value) }, "对比"));
  }

  private async compare(then: string, now: string): Promise<void> {
    const asked = ++this.asked;
    fill(this.result, h("p", { class: "busy" }, "正在对比…"));
    try {
      const comparison = await api.compare(then, now, `limit=${PER_PAGE}`);
      if (asked === this.asked) this.showComparison(then, now, comparison);
    } catch (error) {
      if (asked === this.asked) fill(this.result, problemView(error));
    }
  }

  private showComparison(then: string, now: string, first: Comparison): void {
    const bodies = new Map(TURNS.map(({ turn }) => [turn, h("tbody")] as const));
    const more = h("div");
    const enter = (part: Comparison) => {
      for (const [turn, body] of bodies) body.append(...part[turn].map((one) => this.difference(one, turn)));
      const cursor = cursorOf(part.next);
      const go = async () => enter(await api.compare(then, now, `limit=${PER_PAGE}&cursor=${cursor}`));
      fill(more, cursor !== null && h("button", { type: "button", onclick: () => void go().catch((error: unknown) => fill(more, problemView(error))) }, "列出更多"));
    };
    const sum = (turn: Turn) => (first.counts.areas[turn] ?? 0) + (first.counts.objects[turn] ?? 0);
    const tables = TURNS.filter(({ turn }) => sum(turn) > 0).map(({ turn, word, meaning }) =>
      h("section", { "data-testid": `turn-${turn}` }, h("h4", { title: meaning }, `${word} ${sum(turn)}`), h("table", { class: "differences" }, bodies.get(turn) ?? null)),
    );
    enter(first);
    fill(this.result, h("p", { class: "hint", "data-testid": "compare-count" }, counted(first)), ...(tables.length ? tables : [h("p", { class: "empty" }, "两版没有差别。")]), more);
  }

  private difference(one: Difference, turn: Turn): HTMLElement {
    const why = [one.why_then && `前：${one.why_then}`, one.why_now && `后：${one.why_now}`].filter(Boolean).join("；");
    const name = h("button", { type: "button", class: "link", disabled: turn === "gone", onclick: () => this.on.open(one) }, one.name);
    return h("tr", { "data-id": one.id }, h("td", {}, name, h("span", { class: "difference-layer" }, layerWord(one.layer)), h("span", { class: "difference-why" }, why)), h("td", { class: "difference-turn" }, turned(one, turn)));
  }
}
