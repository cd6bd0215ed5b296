import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYTHING, choices, counted, cursorOf, figures, pairWords, progress, queryOf } from "../src/survey/told.ts";
import type { Conflict, SurveyPage, Totals } from "../src/survey/wire.ts";

const totals = (over: Partial<Totals> = {}): Totals => ({ total: 0, by_verdict: {}, by_rule: {}, by_township: {}, by_standing: {}, ...over });

const page = (over: Partial<SurveyPage>): SurveyPage => ({
  revision: 1, rule_book: "1", as_of: "2026-11-25", complete: true, done: 10, of: 10, making: null,
  totals: totals(), undetermined: totals(), not_surveyed: [], lacking: [], items: [], next: null, ...over,
});

const conflict = (over: Partial<Conflict>): Conflict => ({
  id: "c", rule: "HWY-18", effect: "prohibit", outcome: "violated", standing: "legacy", severity: "veto",
  required_m: 100, measured_m: 87.5009, margin_m: -12.4991, subject: { layer: "enterprises", id: "e", name: "仓库" },
  object: { layer: "roads", id: "r", name: null }, township: null, nearest: null, clause: { law: "", article: "" }, explanation: { zh: "" }, ...over,
});

test("a question carries only what is wanted, and the cursor comes from the next address, whatever its host", () => {
  assert.equal(queryOf(EVERYTHING, null, 1), "limit=1");
  const cursor = '["veto",0.9,"HWY-18",[["enterprises","e&1"],["roads","r"]]]';
  const next = `http://elsewhere:1/api/survey?limit=2&${queryOf({ rule: "HWY-18", township: "", verdict: "veto" }, cursor, 30)}`;
  assert.equal(cursorOf(next), cursor);
  assert.equal(new URLSearchParams(queryOf({ rule: "a&b", township: "新塘乡", verdict: "" }, null)).get("rule"), "a&b");
  assert.equal(cursorOf(null), null);
});

test("a survey that is not finished says how far it is, also while an older one is answered with", () => {
  assert.equal(progress(page({})), null);
  assert.match(progress(page({ complete: false, done: 3, of: 9 }))?.words ?? "", /正在普查.*3 \/ 9/);
  const newer = progress(page({ making: { revision: 2, done: 4, of: 8 } }));
  assert.match(newer?.words ?? "", /数据已更新.*版本 2.*4 \/ 8/);
  assert.match(progress(page({ complete: false, making: { revision: 1, done: 4, of: 8 } }))?.words ?? "", /已查出的先列出/);
});

test("a pair names both ends and its figures", () => {
  assert.equal(pairWords(conflict({})), "仓库 与 r");
  assert.equal(pairWords(conflict({ object: null })), "仓库");
  assert.equal(figures(conflict({})), "实测 87.5 m，要求 100 m，不足 12.5 m");
  assert.equal(figures(conflict({ measured_m: 0, margin_m: -100 })), "相接或重叠，要求 100 m，不足 100.0 m");
  assert.equal(figures(conflict({ measured_m: null })), "");
});

test("what may be chosen counts conflicts and what cannot be judged, the most first and no township last", () => {
  assert.deepEqual(counted({ none: 90, 甲: 1, 乙: 5 }), [["乙", 5], ["甲", 1], ["none", 90]]);
  assert.deepEqual(choices(totals({ by_rule: { A: 1, B: 4 } }), totals({ by_rule: { A: 9 } }), "by_rule"), [["A", 10], ["B", 4]]);
});
