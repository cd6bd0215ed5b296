// The strip over the map while a site is being drawn: what to do next, how large it is so far, and buttons for
// hands that have no keyboard.
import { fill, h } from "../dom.ts";
import type { SiteDrawing } from "./draw.ts";
import type { LonLat } from "./outline.ts";
import { sizeWords } from "./place.ts";

export function showStrip(strip: HTMLElement, drawing: SiteDrawing, corners: readonly LonLat[]): void {
  const outline = drawing.mode === "polygon";
  const button = (word: string, testid: string, disabled: boolean, act: () => void) =>
    h("button", { type: "button", "data-testid": testid, disabled, onclick: act }, word);
  strip.hidden = false;
  fill(
    strip,
    h("span", { class: "strip-help" }, help(outline, corners.length)),
    corners.length > 1 && h("span", { class: "strip-size", "data-testid": "live-size" }, sizeWords(corners)),
    outline && button("完成", "finish", corners.length < 3, () => drawing.finish()),
    outline && button("撤销", "undo", !corners.length, () => drawing.undo()),
    button("取消", "cancel", false, () => drawing.cancel()),
  );
}

function help(outline: boolean, corners: number): string {
  if (!outline) return "单击地图标出位置，Esc 取消";
  return corners ? "单击加点，双击或回车闭合，退格撤销，Esc 取消" : "单击地图标出第一个角点";
}
