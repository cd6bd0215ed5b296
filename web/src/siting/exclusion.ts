// 禁建区叠加 at the desk: a switch, the legend in words, and how the loading stands.
import type { Map } from "maplibre-gl";
import { fill, h } from "../dom.ts";
import { Exclusion, exclusionLegend } from "../map/exclusion.ts";
import type { ExclusionEvents } from "../map/exclusion.ts";

export class ExclusionSwitch {
  readonly element = h("div", { class: "exclusion" });
  private readonly overlay: Exclusion;
  private readonly state = h("p", { class: "hint", role: "status", "data-testid": "exclusion-state" });
  private readonly box = h("input", { type: "checkbox", "data-testid": "exclusion" });
  private readonly legend = h("div");
  private kind = { code: "", name: "" };
  private visible = false;

  constructor(map: Map, on: Omit<ExclusionEvents, "state">) {
    this.overlay = new Exclusion(map, { ...on, state: (state) => this.say(state) });
    this.box.addEventListener("change", () => this.update());
    const label = h("label", { class: "overlay" }, this.box, h("strong", {}, "禁建区叠加"), h("span", { class: "hint" }, "哪里不能建此类项目"));
    fill(this.element, label, this.legend);
  }

  /** The kind whose areas are meant. */
  choose(code: string, name: string): void {
    this.kind = { code, name };
    this.box.disabled = !code;
    this.update();
  }

  /** Whether the desk is in front, and the areas with it. */
  show(visible: boolean): void {
    this.visible = visible;
    this.update();
  }

  tip(...at: Parameters<Exclusion["tip"]>): string | null {
    return this.overlay.tip(...at);
  }

  private update(): void {
    const on = this.box.checked && this.kind.code !== "";
    fill(this.legend, on && h("div", {}, exclusionLegend(), this.state, h("p", { class: "hint" }, `按新建“${this.kind.name}”、其他情况均未说明推算；空白处未见排除，仍以核查结论为准。点击图上可看依据。`)));
    this.overlay.show(on && this.visible ? this.kind.code : null);
  }

  private say(state: "loading" | "ready" | "failed"): void {
    this.state.textContent = STATES[state];
    this.state.dataset["state"] = state;
  }
}

const STATES = { loading: "正在推算禁建范围…", ready: "", failed: "禁建范围未能全部读入，图上空白处不能当作可建。" };
