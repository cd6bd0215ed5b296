// Existing conflicts as a panel: totals, filters, a page of pairs, and how far the survey has come.
import { api } from "../api.ts";
import { fill, h } from "../dom.ts";
import { problemView } from "../problem.ts";
import { layerWord, VERDICTS } from "../words.ts";
import type { Verdict } from "../words.ts";
import { EVERYTHING, STANDINGS, choices, cursorOf, figures, pairWords, progress, queryOf } from "./told.ts";
import type { Wanted } from "./told.ts";
import type { Conflict, SurveyPage, Totals } from "./wire.ts";

export interface SurveyEvents {
  /** Show a pair on the map with its measured line. */
  look(conflict: Conflict): void;
  /** Open one end. */
  open(target: { layer: string; id: string }): void;
  /** A link to a rule. */
  rule(id: string): HTMLElement;
}

/** How often an unfinished survey is asked after. */
const AGAIN_MS = 1500;

/** Shorter than the verdict where the room is short. */
const SUMS: Partial<Record<Verdict, string>> = { review: "须论证审批", undetermined: "无法判定" };

const SEVERITIES: Verdict[] = ["veto", "fail", "review", "undetermined"];

export class SurveyPanel {
  readonly element = h("div", { class: "survey", "data-testid": "survey" });
  private readonly state = h("div", { class: "survey-state", role: "status" });
  private readonly sums = h("div", { class: "sums" });
  private readonly filters = h("div", { class: "survey-filters" });
  private readonly list = h("div");
  private wanted: Wanted = EVERYTHING;
  /** Cursors of the pages before the shown one, and its own last; the first page has none. */
  private trail: (string | null)[] = [null];
  /** Totals of everything, which the choices are made from. */
  private all: Totals | null = null;
  /** Counts up with every question, so that a late answer to an older one is dropped. */
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The conflict looked at. */
  private chosen: string | null = null;

  constructor(private readonly on: SurveyEvents) {
    fill(this.element, this.state, this.sums, this.filters, this.list);
  }

  /** Asks for the page again; with a wish, from its first page. */
  show(wanted?: Partial<Wanted>): void {
    if (wanted) this.want(wanted);
    else void this.load();
  }

  /** Stops asking after an unfinished survey. */
  rest(): void {
    clearTimeout(this.timer);
    this.asked++;
  }

  private want(wanted: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...wanted };
    this.trail = [null];
    void this.load();
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    const asked = ++this.asked;
    if (!this.list.hasChildNodes()) fill(this.list, h("p", { class: "busy" }, "正在读取…"));
    try {
      const page = await api.survey(queryOf(this.wanted, this.trail[this.trail.length - 1] ?? null));
      const all = Object.values(this.wanted).some(Boolean) ? (await api.survey(queryOf(EVERYTHING, null, 1))).totals : page.totals;
      if (asked !== this.asked) return;
      this.all = all;
      this.showPage(page);
    } catch (error) {
      if (asked !== this.asked) return;
      fill(this.list, problemView(error), h("button", { type: "button", onclick: () => void this.load() }, "重试"));
    }
  }

  private showPage(page: SurveyPage): void {
    const state = progress(page);
    const bar = state && h("progress", { max: Math.max(state.of, 1), value: state.done, "aria-label": "普查进度" });
    fill(this.state, state && h("p", { "data-testid": "survey-progress" }, state.words), bar);
    if (state) this.timer = setTimeout(() => void this.load(), AGAIN_MS);
    this.showSums(page);
    this.showFilters(page);
    fill(this.list, this.count(page), page.items.length ? h("ul", { class: "conflicts" }, ...page.items.map((each) => this.row(each))) : this.none(page), this.pager(page), coverage(page), colophon(page));
  }

  /** Totals by verdict; each is a link to its list. */
  private showSums({ undetermined, complete }: SurveyPage): void {
    const counts: Record<string, number> = { ...this.all?.by_verdict, ...undetermined.by_verdict };
    const button = (verdict: Verdict) =>
      h(
        "button",
        { type: "button", class: `sum ${verdict}`, "aria-pressed": String(this.wanted.verdict === verdict), "data-testid": `sum-${verdict}`, onclick: () => this.want({ verdict: this.wanted.verdict === verdict ? "" : verdict }) },
        h("span", { class: "sum-count" }, counts[verdict] ?? (complete ? 0 : "…")),
        h("span", { class: "sum-word" }, SUMS[verdict] ?? VERDICTS[verdict].word),
      );
    fill(this.sums, ...SEVERITIES.map(button));
  }

  private showFilters(page: SurveyPage): void {
    const focused = document.activeElement?.id;
    const select = (name: "rule" | "township", all: string, by: "by_rule" | "by_township") => {
      const options = choices(this.all ?? page.totals, page.undetermined, by).map(([value, count]) => h("option", { value }, `${value === "none" ? "不在乡镇范围内" : value}（${count}）`));
      const choice = h("select", { id: `survey-${name}`, "aria-label": all, "data-testid": `survey-${name}` }, h("option", { value: "" }, all), ...options);
      choice.value = this.wanted[name];
      choice.addEventListener("change", () => this.want({ [name]: choice.value }));
      return choice;
    };
    fill(this.filters, select("rule", "全部规则", "by_rule"), select("township", "全部乡镇", "by_township"));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  private count({ totals }: SurveyPage): HTMLElement {
    const standing = Object.entries(STANDINGS).flatMap(([code, word]) => (totals.by_standing[code] ? [`${word} ${totals.by_standing[code]}`] : []));
    const left = this.wanted.verdict === "undetermined" ? "" : "；无法判定的另列";
    const help = "须整改：规则也约束现状；历史遗留：规则只限制新建、扩建";
    return h("p", { class: "hint", title: help, "data-testid": "survey-count" }, `共 ${totals.total} 处${standing.length ? `（${standing.join("，")}）` : ""}${left}`);
  }

  private none(page: SurveyPage): HTMLElement {
    if (!page.complete) return h("p", { class: "empty" }, "尚未查出，普查仍在进行。");
    const clear = h("button", { type: "button", class: "link", onclick: () => this.want(EVERYTHING) }, "清除条件");
    return h("p", { class: "empty" }, "没有符合条件的现状冲突。", Object.values(this.wanted).some(Boolean) && clear);
  }

  private row(conflict: Conflict): HTMLElement {
    const { word, sign } = VERDICTS[conflict.severity];
    const item = h(
      "li",
      { class: `conflict ${conflict.severity}${this.chosen === conflict.id ? " active" : ""}`, "data-testid": "conflict", "data-id": conflict.id, "data-rule": conflict.rule },
      h(
        "button",
        { type: "button", class: "conflict-main", "aria-pressed": String(this.chosen === conflict.id), onclick: () => this.choose(item, conflict) },
        h("span", { class: "conflict-pair" }, h("span", { class: "sign", title: word }, sign), pairWords(conflict)),
        h("span", { class: "conflict-title" }, conflict.title?.zh ?? conflict.explanation.zh),
        h("span", { class: "conflict-figures" }, figures(conflict) || conflict.explanation.zh),
      ),
      h("p", { class: "finding-foot" }, this.on.rule(conflict.rule), ...notes(conflict), ...this.ends(conflict)),
    );
    return item;
  }

  private ends({ subject, object }: Conflict): HTMLElement[] {
    return [subject, ...(object ? [object] : [])].map((end) => h("button", { type: "button", class: "evidence", onclick: () => this.on.open(end) }, layerWord(end.layer)));
  }

  private choose(item: HTMLElement, conflict: Conflict): void {
    for (const other of this.list.querySelectorAll(".conflict.active")) {
      other.classList.remove("active");
      other.querySelector("button")?.setAttribute("aria-pressed", "false");
    }
    this.chosen = conflict.id;
    item.classList.add("active");
    item.querySelector("button")?.setAttribute("aria-pressed", "true");
    this.on.look(conflict);
  }

  private pager(page: SurveyPage): HTMLElement | null {
    const next = cursorOf(page.next);
    if (this.trail.length === 1 && !next) return null;
    const go = (trail: (string | null)[]) => {
      this.trail = trail;
      this.element.closest(".scroll")?.scrollTo({ top: 0 });
      void this.load();
    };
    return h(
      "nav",
      { class: "pager", "aria-label": "翻页" },
      h("button", { type: "button", "data-testid": "page-back", disabled: this.trail.length === 1, onclick: () => go(this.trail.slice(0, -1)) }, "上一页"),
      h("span", { "data-testid": "page-number" }, `第 ${this.trail.length} 页`),
      h("button", { type: "button", "data-testid": "page-next", disabled: !next, onclick: () => go([...this.trail, next]) }, "下一页"),
    );
  }
}

function notes(conflict: Conflict): HTMLElement[] {
  return [VERDICTS[conflict.severity].word, STANDINGS[conflict.standing] ?? "", conflict.township ?? "不在乡镇范围内"].filter(Boolean).map((text) => h("span", { class: "note" }, text));
}

/** What the survey did not look at, so that a short list is not taken for a clean one. */
function coverage({ not_surveyed: left, lacking }: SurveyPage): HTMLElement | null {
  const counts = new Map<string, number>();
  for (const { layer, count } of left) counts.set(layer, (counts.get(layer) ?? 0) + count);
  if (!counts.size && !lacking.length) return null;
  return h(
    "details",
    { class: "group", open: lacking.length > 0 },
    h("summary", {}, lacking.length ? `普查范围：${lacking.length} 个图层缺数据` : "普查范围"),
    h("p", { class: "hint" }, "以下对象未作为主体逐一核查，但作为他方目标时已计入："),
    h("p", { class: "hint" }, [...counts].map(([layer, count]) => `${layerWord(layer)} ${count}`).join("，")),
    ...lacking.map(({ layer, why }) => h("p", { class: "problem" }, `${layerWord(layer)}数据缺失，与之有关的冲突查不出来：${why}`)),
  );
}

function colophon(page: SurveyPage): HTMLElement {
  return h("footer", { class: "colophon" }, h("span", {}, `规则库 ${page.rule_book}`), h("span", {}, `数据版本 ${page.revision}`), h("span", {}, `依据日期 ${page.as_of}`), h("span", {}, "按现行规则逐对核查现状，不等于认定违法。"));
}
