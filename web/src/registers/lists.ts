// The risk list and the responsibility list as a panel: totals, filters, a page of rows, and both as files.
import { api } from "../api.ts";
import { fill, h } from "../dom.ts";
import { problemView } from "../problem.ts";
import { levelMark } from "../risk/level.ts";
import { cursorOf } from "../survey/told.ts";
import { layerWord, LEVELS } from "../words.ts";
import { EVERYTHING, MISSING, answerable, queryOf } from "./told.ts";
import type { Wanted } from "./told.ts";
import type { ListPage, ListTotals, Responsibility, RiskItem } from "./wire.ts";

type Kind = "list" | "responsibilities";

const KINDS: Record<Kind, string> = { list: "风险清单", responsibilities: "责任清单" };

export class ListPanel {
  readonly element = h("div", { class: "lists", "data-testid": "lists" });
  private readonly tabs = h("div", { class: "segments", role: "group", "aria-label": "清单" });
  private readonly filters = h("div", { class: "list-filters" });
  private readonly rows = h("div");
  private kind: Kind = "list";
  private wanted: Wanted = EVERYTHING;
  /** Cursors of the pages before the shown one, and its own last; the first page has none. */
  private trail: (string | null)[] = [null];
  /** Totals of everything that has a level, which the choices are made from. */
  private all: ListTotals | null = null;
  /** Counts up with every question, so that a late answer to an older one is dropped. */
  private asked = 0;

  constructor(private readonly open: (target: { layer: string; id: string }) => void) {
    fill(this.element, this.tabs, this.filters, this.rows);
  }

  show(): void {
    void this.load();
  }

  private want(wanted: Partial<Wanted>, kind = this.kind): void {
    this.wanted = { ...this.wanted, ...wanted };
    this.kind = kind;
    this.trail = [null];
    void this.load();
  }

  private async load(): Promise<void> {
    const asked = ++this.asked;
    this.showTabs();
    if (!this.rows.hasChildNodes()) fill(this.rows, h("p", { class: "busy" }, "正在读取…"));
    try {
      const query = queryOf(this.wanted, this.trail[this.trail.length - 1] ?? null);
      const [page, all] = await Promise.all([api.list<RiskItem & Responsibility>(this.kind, query), api.list(this.kind, queryOf(EVERYTHING, null, 1))]);
      if (asked !== this.asked) return;
      this.all = all.totals;
      this.showFilters(all.ungraded);
      this.showPage(page);
    } catch (error) {
      if (asked !== this.asked) return;
      fill(this.rows, problemView(error), h("button", { type: "button", onclick: () => void this.load() }, "重试"));
    }
  }

  private showTabs(): void {
    const tab = (kind: Kind) => h("button", { type: "button", "aria-pressed": String(this.kind === kind), "data-testid": `tab-${kind}`, onclick: () => this.want({}, kind) }, KINDS[kind]);
    fill(this.tabs, tab("list"), tab("responsibilities"));
  }

  private showFilters(ungraded: number): void {
    const focused = document.activeElement?.id;
    const select = (name: keyof Wanted, all: string, options: [string, string][]) => {
      const choice = h("select", { id: `list-${name}`, "aria-label": all, "data-testid": `list-${name}` }, h("option", { value: "" }, all), ...options.map(([value, word]) => h("option", { value }, word)));
      choice.value = this.wanted[name];
      choice.addEventListener("change", () => this.want({ [name]: choice.value }));
      return choice;
    };
    const levels = LEVELS.map(({ level, name }): [string, string] => [String(level ?? "none"), `${name}（${level ? this.all?.by_level[level] ?? 0 : ungraded}）`]);
    const named = (counts: Record<string, number> | undefined) => Object.entries(counts ?? {}).map(([value, count]): [string, string] => [value, `${value === "none" ? "无" : value}（${count}）`]);
    fill(this.filters, select("level", "全部等级", levels), select("township", "全部乡镇", named(this.all?.by_township)), select("committee", "全部专业委员会", named(this.all?.by_committee)));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  private showPage(page: ListPage<RiskItem & Responsibility>): void {
    const { totals } = page;
    const missing = `其中责任人待明确 ${totals.missing["responsible_person"] ?? 0} 个，监管部门待明确 ${totals.missing["regulator"] ?? 0} 个`;
    const body = this.kind === "list" ? page.items.map((item) => this.risk(item)) : page.items.map((item) => this.responsibility(item));
    fill(
      this.rows,
      h("p", { class: "hint", "data-testid": "list-count" }, `共 ${totals.total} 个，${missing}；未评级 ${page.ungraded} 个，无数据不等于低风险`),
      this.files(),
      body.length ? h("ul", { class: "risk-rows" }, ...body) : h("p", { class: "empty" }, "没有符合条件的对象。"),
      this.pager(page.next),
      this.kind === "responsibilities" && h("p", { class: "hint" }, "牵头层级按等级对应（红 区领导、橙 部门、黄 乡镇、蓝 企业）为通行做法（K-M），非法律规定；未登记的名称一律列为待明确。"),
      h("footer", { class: "colophon" }, h("span", {}, `数据版本 ${page.revision}`), h("span", {}, page.published ? `最近发布版 第 ${page.published} 版` : "尚未发布")),
    );
  }

  private files(): HTMLElement {
    const file = (ending: string, word: string) =>
      h("button", { type: "button", class: "link", "data-testid": `file-${ending}`, onclick: () => void this.take(ending) }, word);
    return h("p", { class: "files" }, "下载：", file("xlsx", "Excel 工作簿"), file("csv", "CSV 文件"));
  }

  private async take(ending: string): Promise<void> {
    try {
      await api.download(`api/risk/${this.kind}.${ending}?${queryOf(this.wanted, null, null)}`, `${KINDS[this.kind]}.${ending}`);
    } catch (error) {
      this.rows.prepend(problemView(error));
    }
  }

  private risk(item: RiskItem): HTMLElement {
    const owner = [item.responsible_person ?? `责任人${MISSING}`, item.regulator ?? `监管部门${MISSING}`, item.committee ?? `专业委员会${MISSING}`];
    return this.row(item, item.why, owner.join(" · "), item.since ? `自 ${item.since}` : "");
  }

  private responsibility(item: Responsibility): HTMLElement {
    const lines = [`主体责任：${answerable(item.enterprise)}`, `属地责任：${answerable(item.territorial)}`, `监管责任：${answerable(item.department)}`];
    const lead = item.lead ? `牵头：${item.lead.title.zh}（${answerable(item.lead)}）` : "";
    return this.row(item, lead, ...lines);
  }

  private row(item: RiskItem | Responsibility, ...lines: string[]): HTMLElement {
    const place = [layerWord(item.layer), item.township ?? `乡镇${MISSING}`].join(" · ");
    return h(
      "li",
      { "data-testid": "list-row", "data-id": item.id, "data-level": item.risk_level ?? "none" },
      h("button", { type: "button", class: "risk-row", onclick: () => this.open(item) }, levelMark(item.risk_level), h("span", { class: "risk-row-name" }, item.name), h("span", { class: "risk-row-place" }, place), ...lines.filter(Boolean).map((line) => h("span", { class: "risk-row-line" }, line))),
    );
  }

  private pager(nextAddress: string | null): HTMLElement | null {
    const next = cursorOf(nextAddress);
    if (this.trail.length === 1 && !next) return null;
    const go = (trail: (string | null)[]) => {
      this.trail = trail;
      this.element.closest(".scroll")?.scrollTo({ top: 0 });
      void this.load();
    };
    return h(
      "nav",
      { class: "pager", "aria-label": "翻页" },
      h("button", { type: "button", disabled: this.trail.length === 1, onclick: () => go(this.trail.slice(0, -1)) }, "上一页"),
      h("span", {}, `第 ${this.trail.length} 页`),
      h("button", { type: "button", "data-testid": "list-next", disabled: !next, onclick: () => go([...this.trail, next]) }, "下一页"),
    );
  }
}
