// The rule book as a panel: search and filters, rules by law, and beside them what the district sets, what has to be
// gone through besides the site, and what nobody has read yet.
import { api } from "../api.ts";
import { fill, h } from "../dom.ts";
import { problemView } from "../problem.ts";
import { clauseWords } from "../siting/findings.ts";
import { EFFECTS } from "../words.ts";
import type { Book, Rule } from "./book.ts";
import { ruleView } from "./rule_view.ts";
import { ANYTHING, byLaw, found, inForce, validity } from "./shelf.ts";
import type { Sought } from "./shelf.ts";
import { parameterValue } from "./threshold.ts";
import { MARKS, actionWord, markWords, subjectWord } from "./words.ts";
import type { KindNames } from "./words.ts";

export interface RuleEvents {
  /** Another rule, or the list, is shown: the address follows. */
  shown(rule: string | null): void;
  /** What links a rule to the rest of the page, to be put under it. */
  links(rule: string): HTMLElement | null;
}

interface Shelf {
  book: Book;
  kinds: KindNames;
}

type Part = "rules" | "procedures" | "parameters" | "open";

export class RuleBook {
  readonly element = h("div", { class: "rule-book", "data-testid": "rule-book" });
  private shelf: Shelf | null = null;
  private sought: Sought = ANYTHING;
  private part: Part = "rules";
  /** The rule that is open; its row is looked for when the list comes back. */
  private open: string | null = null;

  constructor(private readonly on: RuleEvents) {}

  /** Shows the list, or one rule of it; the book is asked for once. */
  async show(rule: string | null): Promise<void> {
    const before = this.open;
    this.open = rule;
    if (!this.shelf && !(await this.load())) return;
    const { book, kinds } = this.shelf as Shelf;
    const one = book.rules.find((each) => each.id === rule);
    if (rule && !one) fill(this.element, this.back(), h("p", { class: "problem", role: "alert" }, `规则库中没有编号为 ${rule} 的规则。`));
    else if (one) fill(this.element, this.back(), ruleView(one, book, kinds), this.on.links(one.id), readings(book, one));
    else this.showList(before);
    this.on.shown(rule);
  }

  private async load(): Promise<boolean> {
    fill(this.element, h("p", { class: "busy", role: "status" }, "正在读取规则库…"));
    try {
      const [book, { kinds }] = await Promise.all([api.rules(), api.kinds()]);
      this.shelf = { book, kinds: new Map(kinds.map((kind) => [kind.kind, kind.name.zh])) };
    } catch (error) {
      fill(this.element, problemView(error), h("button", { type: "button", onclick: () => void this.show(this.open) }, "重试"));
    }
    return this.shelf !== null;
  }

  private back(): HTMLElement {
    return h("button", { type: "button", class: "link", "data-testid": "rule-list", onclick: () => void this.show(null) }, "← 全部规则");
  }

  private showList(before: string | null): void {
    const { book } = this.shelf as Shelf;
    const list = h("div", { class: "shelf" });
    fill(this.element, this.parts(book, list), list);
    this.fillPart(list);
    const row = before ? this.element.querySelector(`[data-testid=rule-row][data-rule="${CSS.escape(before)}"]`) : null;
    row?.scrollIntoView({ block: "center" });
  }

  /** The four parts of the book as a choice of one. */
  private parts(book: Book, list: HTMLElement): HTMLElement {
    const parts: [Part, string][] = [
      ["rules", `规则 ${book.rules.length}`],
      ["procedures", `手续 ${book.procedures.length}`],
      ["parameters", `区参数 ${book.parameters.length}`],
      ["open", `待取原文 ${book.open_items.length}`],
    ];
    const choices = parts.map(([part, word]) => {
      const input = h("input", { type: "radio", name: "book-part", value: part, checked: part === this.part, "data-testid": `part-${part}` });
      input.addEventListener("change", () => {
        this.part = part;
        this.fillPart(list);
      });
      return h("label", {}, input, h("span", {}, word));
    });
    return h("div", { class: "segments", role: "radiogroup", "aria-label": "规则库内容" }, ...choices);
  }

  private fillPart(list: HTMLElement): void {
    const { book, kinds } = this.shelf as Shelf;
    const views = { rules: () => this.rules(), procedures: () => procedures(book, kinds), parameters: () => parameters(book), open: () => openItems(book) };
    fill(list, views[this.part](), h("p", { class: "colophon" }, `规则库 ${book.version}`));
  }

  private rules(): HTMLElement {
    const laws = h("div", { class: "laws" });
    const count = h("p", { class: "hint", role: "status", "data-testid": "rule-count" });
    const change = (part: Partial<Sought>) => {
      this.sought = { ...this.sought, ...part };
      this.fillLaws(laws, count);
    };
    const view = h("div", {}, this.search(change), count, laws);
    this.fillLaws(laws, count);
    return view;
  }

  private search(change: (part: Partial<Sought>) => void): HTMLElement {
    const text = h("input", { type: "search", id: "rule-search", placeholder: "搜索编号、名称、法规、条款、项目", "data-testid": "rule-search" });
    text.value = this.sought.text;
    text.addEventListener("input", () => change({ text: text.value }));
    const select = (name: "effect" | "mark", all: string, options: [string, string][]) => {
      const choice = h("select", { "aria-label": all, "data-testid": `rule-${name}` }, h("option", { value: "" }, all), ...options.map(([value, word]) => h("option", { value }, word)));
      choice.value = this.sought[name];
      choice.addEventListener("change", () => change({ [name]: choice.value }));
      return choice;
    };
    const day = h("input", { type: "date", "data-testid": "rule-day" });
    day.value = this.sought.day;
    day.addEventListener("change", () => change({ day: day.value }));
    return h(
      "div",
      { class: "rule-search", role: "search" },
      h("label", { class: "hidden", for: "rule-search" }, "搜索规则"),
      text,
      select("effect", "全部效力", Object.entries(EFFECTS)),
      select("mark", "全部核对情况", MARKS.map(({ mark, word }) => [mark, `${mark} ${word}`])),
      h("label", { class: "rule-day" }, h("span", {}, "在此日有效"), day),
      h("details", { class: "more marks" }, h("summary", {}, "核对标记是什么意思"), h("dl", { class: "fields" }, ...MARKS.flatMap(({ mark, word, meaning }) => [h("dt", {}, mark), h("dd", {}, `${word}：${meaning}`)]))),
    );
  }

  private fillLaws(laws: HTMLElement, count: HTMLElement): void {
    const { book, kinds } = this.shelf as Shelf;
    const rules = found(book, this.sought, kinds);
    count.textContent = rules.length === book.rules.length ? `共 ${rules.length} 条，按法规排列` : `找到 ${rules.length} 条（共 ${book.rules.length} 条）`;
    const none = h("p", { class: "empty" }, "没有符合条件的规则。", h("button", { type: "button", class: "link", onclick: () => this.reset() }, "清除条件"));
    fill(laws, ...(rules.length ? byLaw(rules).map(({ law, rules: each }) => h("section", {}, h("h3", {}, law), h("ul", {}, ...each.map((rule) => this.row(rule, book))))) : [none]));
  }

  private reset(): void {
    this.sought = ANYTHING;
    void this.show(null);
  }

  private row(rule: Rule, book: Book): HTMLElement {
    const ended = !inForce(rule, today(), book);
    const note = [rule.id, EFFECTS[rule.effect] ?? rule.effect, `${rule.verification} ${markWords(rule.verification).word}`, ended ? `今日不在有效期（${validity(rule)}）` : ""];
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: `rule-row ${rule.effect}`, "data-testid": "rule-row", "data-rule": rule.id, onclick: () => void this.show(rule.id) },
        h("span", { class: "rule-row-title" }, rule.title.zh),
        h("span", { class: "rule-row-clause" }, rule.clause.article),
        h("span", { class: "rule-row-note" }, note.filter(Boolean).join(" · ")),
      ),
    );
  }
}

function procedures(book: Book, kinds: KindNames): HTMLElement {
  const rows = book.procedures.map((each) =>
    h(
      "li",
      { "data-testid": "procedure-row" },
      h("strong", {}, each.title.zh),
      h("p", {}, `${clauseWords(each)} · ${each.authority.zh}`),
      h("p", { class: "hint" }, `${each.id} · ${each.subjects.map((code) => subjectWord(code, kinds)).join("、")} · ${each.actions.map(actionWord).join("、")} · ${validity(each)} · ${markWords(each.verification).word}`),
    ),
  );
  return h("div", {}, h("p", { class: "hint" }, "选址之外，法律要求建设项目另行办理的事项。"), h("ul", { class: "entries" }, ...rows));
}

function parameters(book: Book): HTMLElement {
  const rows = book.parameters.map((each) => {
    const value = parameterValue(each);
    return h(
      "li",
      { "data-testid": "parameter-row", "data-set": value !== "未设定" },
      h("strong", {}, each.title.zh),
      h("p", { class: "parameter-value" }, value),
      h("p", { class: "hint" }, [each.name, each.decided ? `依据：${each.decided}` : ""].filter(Boolean).join(" · ")),
    );
  });
  return h("div", {}, h("p", { class: "hint" }, "由区政府确定、规则引用的数值；未设定时相应规则不以它判定。"), h("ul", { class: "entries" }, ...rows));
}

function openItems(book: Book): HTMLElement {
  const rows = book.open_items.map((each) =>
    h("li", { "data-testid": "open-row" }, h("strong", {}, `${each.clause.law} ${each.clause.article}`), h("p", {}, each.what.zh), h("p", { class: "hint" }, each.id)),
  );
  return h("div", {}, h("p", { class: "hint" }, "可能有规定、但尚未取得或核对原文的内容；规则库不据此判定。"), h("ul", { class: "entries" }, ...rows));
}

/** Who read the original of a rule. */
function readings(book: Book, rule: Rule): HTMLElement | null {
  const of = book.readings.filter((reading) => reading.rule === rule.id);
  if (!of.length) return null;
  return h("section", {}, h("h4", {}, "核对记录"), h("ul", { class: "entries" }, ...of.map((each) => h("li", {}, `${each.read_on} ${each.read_by}：${each.source}（${each.verification}）`))));
}

const today = () => new Date().toLocaleDateString("sv-SE");
