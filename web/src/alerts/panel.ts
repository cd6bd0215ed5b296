// Warnings as a panel: what is open, since when, whose it is, and what to do about it.
import { api } from "../api.ts";
import { fill, h } from "../dom.ts";
import { problemView } from "../problem.ts";
import { layerWord, levelWords } from "../words.ts";
import { CAUSES, LEVEL_WORDS, NUMERALS, STATES, STEPS, age, badge, steps } from "./told.ts";
import { listen } from "./stream.ts";
import type { Alert, AlertPage, AlertState } from "./wire.ts";

export interface AlertEvents {
  /** Fly to what a warning is about. */
  look(alert: Alert): void;
  /** Open it. */
  open(target: { layer: string; id: string }): void;
  /** The open warnings, most of them: for the map. */
  marks(alerts: readonly Alert[]): void;
}

const LISTED = 200;
const NAME_KEY = "sisetu-name";
/** News that comes at once is asked after once. */
const SETTLE_MS = 150;

export class AlertPanel {
  readonly element = h("div", { class: "alerts", "data-testid": "alerts" });
  private readonly state = h("p", { class: "hint", role: "status" });
  private readonly filters = h("div", { class: "alert-states", role: "group", "aria-label": "按状态筛选" });
  private readonly list = h("div");
  private wanted: AlertState | "" = "open";
  private visible = false;
  /** The warning whose form is open. */
  private acting: string | null = null;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly on: AlertEvents,
    private readonly counters: readonly HTMLElement[],
  ) {
    fill(this.element, this.state, this.filters, this.list);
  }

  /** Counts, marks and listens for as long as the page is open. */
  async watch(): Promise<void> {
    const from = await this.count();
    void listen(from, {
      event: () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.renew(), SETTLE_MS);
      },
      connected: (well) => (this.state.textContent = well ? "" : "预警推送已断开，正在重连；列表可能不是最新。"),
    });
  }

  show(): void {
    this.visible = true;
    void this.load();
  }

  rest(): void {
    this.visible = false;
    this.acting = null;
  }

  private async renew(): Promise<void> {
    await this.count();
    // A form that is being filled in is not taken away.
    if (this.visible && !this.acting) await this.load();
  }

  /** The badge and the marks; gives where to listen from. */
  private async count(): Promise<number> {
    try {
      const page = await api.alerts(`state=open&limit=${LISTED}`);
      const open = page.totals.by_state.open;
      for (const counter of this.counters) {
        counter.textContent = badge(open);
        counter.hidden = open === 0;
        counter.setAttribute("aria-label", `${open} 条待接警`);
      }
      this.on.marks(page.items);
      return page.number;
    } catch {
      // Without the service there is nothing to count; the stream comes back and asks again.
      return 0;
    }
  }

  private async load(): Promise<void> {
    const asked = ++this.asked;
    if (!this.list.hasChildNodes()) fill(this.list, h("p", { class: "busy" }, "正在读取…"));
    try {
      const page = await api.alerts(`limit=${LISTED}${this.wanted ? `&state=${this.wanted}` : ""}`);
      if (asked === this.asked) this.showPage(page);
    } catch (error) {
      if (asked === this.asked) fill(this.list, problemView(error), h("button", { type: "button", onclick: () => void this.load() }, "重试"));
    }
  }

  private showPage(page: AlertPage): void {
    const choice = (state: AlertState | "", word: string, count: number) =>
      h(
        "button",
        { type: "button", "aria-pressed": String(this.wanted === state), "data-testid": `alerts-${state || "all"}`, onclick: () => this.want(state) },
        h("span", {}, word),
        h("span", { class: "alert-figure" }, count),
      );
    const states = Object.entries(STATES) as [AlertState, string][];
    fill(this.filters, ...states.map(([state, word]) => choice(state, word, page.totals.by_state[state] ?? 0)), choice("", "全部", page.totals.total));
    const lacking = page.lacking.length ? h("p", { class: "problem" }, `图层 ${page.lacking.map(layerWord).join("、")} 不可用，暂不研判预警。`) : null;
    const rows = page.items.map((alert) => this.row(alert));
    const more = page.next ? h("p", { class: "hint" }, `仅列出最新 ${page.items.length} 条。`) : null;
    const none = h("p", { class: "empty" }, this.wanted === "open" ? "没有待接警的预警。" : "没有符合条件的预警。");
    fill(this.list, lacking, rows.length ? h("ul", { class: "alert-list" }, ...rows) : none, more, h("p", { class: "hint" }, "预警级别表示处置的紧急程度，与四色风险等级无关；接警、处置、关闭不改变地图颜色。"));
  }

  private want(state: AlertState | ""): void {
    this.wanted = state;
    this.acting = null;
    void this.load();
  }

  private row(alert: Alert): HTMLElement {
    const risk = levelWords(alert.risk_level);
    const facts = [age(alert.raised_at, Date.now()), CAUSES[alert.cause], alert.responsible ? `责任：${alert.responsible}` : "责任人未登记", `风险等级：${risk.name}（${risk.colour}）`];
    const foot = h("div", { class: "alert-foot" });
    this.showStep(foot, alert);
    return h(
      "li",
      { class: `alert ${alert.state}`, "data-testid": "alert", "data-id": alert.id, "data-feature": alert.feature, "data-state": alert.state },
      h(
        "button",
        { type: "button", class: "alert-main", title: "在地图上查看", onclick: () => this.on.look(alert) },
        h("span", { class: "alert-name" }, sign(alert), alert.name),
        h("span", { class: "alert-why" }, alert.why),
        h("span", { class: "alert-facts" }, facts.join(" · ")),
      ),
      ...steps(alert).map((line) => h("p", { class: "alert-step" }, line)),
      foot,
    );
  }

  private showStep(foot: HTMLElement, alert: Alert): void {
    const step = STEPS[alert.state];
    const begin = () => {
      this.acting = alert.id;
      fill(foot, this.form(foot, alert));
      foot.querySelector("input")?.focus();
    };
    fill(
      foot,
      h("span", { class: "note" }, STATES[alert.state]),
      h("button", { type: "button", class: "evidence", onclick: () => this.on.open({ layer: alert.layer, id: alert.feature }) }, layerWord(alert.layer)),
      step && h("button", { type: "button", "data-testid": `alert-${step.step}`, onclick: begin }, step.word),
    );
  }

  private form(foot: HTMLElement, alert: Alert): HTMLElement {
    const step = STEPS[alert.state];
    const by = h("input", { required: true, maxlength: 100, placeholder: "姓名", "aria-label": "姓名", autocomplete: "name", "data-testid": "alert-by" });
    by.value = sessionStorage.getItem(NAME_KEY) ?? "";
    const note = h("textarea", { rows: 2, maxlength: 2000, required: step?.asksNote ?? false, placeholder: step?.asksNote ? "关闭理由（必填）" : "说明（可不填）", "aria-label": "说明", "data-testid": "alert-note" });
    const fault = h("div");
    const send = h("button", { class: "primary", "data-testid": "alert-send" }, step?.word ?? "");
    const cancel = () => {
      this.acting = null;
      this.showStep(foot, alert);
    };
    const submit = async (event: Event) => {
      event.preventDefault();
      if (!step) return;
      send.disabled = true;
      try {
        sessionStorage.setItem(NAME_KEY, by.value.trim());
        await api.act(alert.id, step.step, { by: by.value.trim(), note: note.value.trim() });
        this.acting = null;
        await Promise.all([this.count(), this.load()]);
      } catch (error) {
        send.disabled = false;
        fill(fault, problemView(error));
      }
    };
    return h("form", { class: "alert-form", onsubmit: (event) => void submit(event) }, by, note, fault, h("div", { class: "alert-buttons" }, send, h("button", { type: "button", onclick: cancel }, "取消")));
  }
}

/** A triangle with a numeral: no shape or colour of a grade. */
function sign({ warning_level: level }: Alert): HTMLElement {
  return h("span", { class: "alert-sign", title: LEVEL_WORDS[level], role: "img", "aria-label": LEVEL_WORDS[level] }, NUMERALS[level]);
}
