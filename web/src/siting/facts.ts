// Inputs for the facts of a project kind, made from what the service says it wants to know. Empty means unknown.
import type { Fact } from "../api.ts";
import { h } from "../dom.ts";
import { valueWord } from "../words.ts";

export type Facts = Record<string, unknown>;

/** A labelled input for one fact; `changed` gets the value, or undefined where it is left open. */
export function factInput(fact: Fact, value: unknown, changed: (value: unknown) => void): HTMLElement {
  const id = `fact-${fact.fact}-${++serial}`;
  const input = fact.type === "boolean" || fact.values?.length ? choice(fact, value) : entry(fact, value);
  input.id = id;
  input.dataset["testid"] = `fact-${fact.fact}`;
  input.addEventListener("change", () => changed(read(fact, input.value)));
  const label = h("label", { for: id }, fact.label.zh || fact.fact, fact.unit && h("span", { class: "unit" }, `（${fact.unit}）`));
  return h("div", { class: "fact" }, label, input);
}

/** The text of an input as the fact's own type; blank, or a number that is none, is unknown. */
export function read(fact: Pick<Fact, "type">, text: string): unknown {
  const trimmed = text.trim();
  if (!trimmed) return undefined;
  if (fact.type === "boolean") return trimmed === "true";
  if (fact.type === "number") return Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
  if (fact.type === "list") return trimmed.split(/[,，、;；\s]+/).filter(Boolean);
  return trimmed;
}

let serial = 0;

function choice(fact: Fact, value: unknown): HTMLSelectElement {
  const options: [string, string][] =
    fact.type === "boolean" ? [["true", "是"], ["false", "否"]] : (fact.values ?? []).map((each) => [each, valueWord(each)]);
  const select = h("select", {}, h("option", { value: "" }, "未知"), ...options.map(([code, word]) => h("option", { value: code }, word)));
  select.value = value === undefined ? "" : String(value);
  return select;
}

function entry(fact: Fact, value: unknown): HTMLInputElement {
  const number = fact.type === "number";
  return h("input", {
    type: number ? "number" : "text",
    ...(number ? { min: 0, step: "any", inputmode: "decimal" } : {}),
    placeholder: fact.type === "list" ? "未知（多个用逗号分开）" : "未知",
    value: Array.isArray(value) ? value.join("，") : (value as string | number | undefined),
  });
}
