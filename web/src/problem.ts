// What went wrong, in words, with every fault the service named.
import { Problem } from "./api.ts";
import { h } from "./dom.ts";

export function problemView(error: unknown): HTMLElement {
  const problem = error instanceof Problem ? error : new Problem("页面出错，请刷新后重试", 0, [String(error)]);
  const lines = problem.lines.map((line) => h("p", {}, line));
  return h("div", { class: "problem", role: "alert", "data-testid": "problem" }, h("strong", {}, problem.message), ...lines);
}
