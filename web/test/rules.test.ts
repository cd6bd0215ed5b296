import assert from "node:assert/strict";
import { test } from "node:test";
import type { Book, LookupRow, Rule, Threshold } from "../src/rules/book.ts";
import { conditionWords, targetWords } from "../src/rules/rule_view.ts";
import { ANYTHING, byLaw, found, inForce, validity } from "../src/rules/shelf.ts";
import { parameterValue, thresholdTold } from "../src/rules/threshold.ts";
import { MARKS, keyWord, markWords, testWords } from "../src/rules/words.ts";

const kinds = new Map([["tailings_pond", "尾矿库"], ["chem_project", "化工项目"]]);

const rule = (over: Partial<Rule>): Rule => ({
  id: "YRP-26-2",
  title: { zh: "长江干支流岸线一公里内禁止新建化工项目" },
  clause: { law: "中华人民共和国长江保护法", article: "第二十六条第二款" },
  edition: "2020年12月26日通过",
  valid_from: "2021-03-01",
  subjects: ["chem_project"],
  actions: ["new"],
  effect: "prohibit",
  verification: "V1",
  measure: { zh: "项目边界至岸线" },
  case: [],
  ...over,
});

const book = (rules: Rule[], over: Partial<Book> = {}): Book => ({ version: "1", parameters: [], rules, procedures: [], open_items: [], readings: [], ...over });

const told = (threshold: Threshold, parameters: Book["parameters"] = []) => thresholdTold(threshold, { parameters }, kinds);

test("a rule is found by any of its words, together, and by the names of its subjects", () => {
  const shelf = book([rule({}), rule({ id: "YRP-26-3a", subjects: ["tailings_pond"], title: { zh: "禁止尾矿库" } })]);
  const ids = (text: string) => found(shelf, { ...ANYTHING, text }, kinds).map((each) => each.id);
  assert.deepEqual(ids(" 长江 尾矿 "), ["YRP-26-3a"]);
  assert.deepEqual(ids("yrp-26-2"), ["YRP-26-2"]);
  assert.deepEqual(ids("化工项目"), ["YRP-26-2"]);
  assert.deepEqual(ids("铁路"), []);
  assert.equal(ids("").length, 2);
});

test("effect, mark and day each narrow what is found", () => {
  const shelf = book([rule({}), rule({ id: "B", effect: "comply", verification: "K-H", valid_from: "2030-01-01" })]);
  const ids = (over: object) => found(shelf, { ...ANYTHING, ...over }, kinds).map((each) => each.id);
  assert.deepEqual(ids({ effect: "comply" }), ["B"]);
  assert.deepEqual(ids({ mark: "V1" }), ["YRP-26-2"]);
  assert.deepEqual(ids({ day: "2026-11-25" }), ["YRP-26-2"]);
  assert.deepEqual(ids({ day: "2021-02-28" }), []);
});

test("a rule is in force from its first to its last day, and until the day a parameter names", () => {
  const shelf = book([]);
  assert.ok(inForce(rule({ valid_to: "2026-01-31" }), "2026-01-31", shelf));
  assert.ok(!inForce(rule({ valid_to: "2026-01-31" }), "2026-02-01", shelf));
  const { valid_from: _, ...undated } = rule({ until: "end" });
  assert.ok(inForce(undated, "1990-01-01", shelf), "no first day is taken for in force");
  const ended = book([], { parameters: [{ name: "end", title: { zh: "止" }, metres: null, date: "2026-05-01" }] });
  assert.ok(inForce(undated, "2026-05-01", ended) && !inForce(undated, "2026-05-02", ended));
  assert.equal(validity({ valid_from: "2021-03-01", valid_to: "2026-01-31" }), "2021-03-01 至 2026-01-31");
  assert.match(validity({}), /未载明/);
});

test("rules stand under their law, laws in the order of the book", () => {
  const laws = byLaw([rule({ id: "A" }), rule({ id: "B", clause: { law: "铁路安全管理条例", article: "" } }), rule({ id: "C" })]);
  assert.deepEqual(laws.map(({ law, rules }) => [law, rules.map((each) => each.id)]), [["中华人民共和国长江保护法", ["A", "C"]], ["铁路安全管理条例", ["B"]]]);
});

test("constants and sums are told with their unit", () => {
  assert.equal(told(1000).words, "1000 m");
  assert.equal(told({ sum: [30, 50] }).words, "30 m + 50 m = 80 m");
});

test("a parameter is told with its value, and one that is not set says so", () => {
  const set = { name: "r", title: { zh: "控制半径" }, metres: 500 };
  assert.match(told({ parameter: "r" }, [set]).words, /500 m.*控制半径/);
  assert.match(told({ parameter: "r" }, [{ ...set, metres: null }]).words, /未设定/);
  assert.match(told({ parameter: "lost" }).words, /未设定/);
  assert.equal(parameterValue({ ...set, metres: null, days: 365 }), "365 天");
  assert.equal(parameterValue({ ...set, metres: 0 }), "0 m", "none is not unset");
});

test("a lookup becomes a table with a column for every key, in the words of its standard", () => {
  const row: LookupRow[] = [
    { when: { "object.class": "1", "subject.volume_m3": { over: 90, to: 150 } }, metres: 20, verification: "V2" },
    { when: { "object.class": "2" }, verification: "K-H" },
  ];
  const { table } = told({ name: "t", classes: "gb50156_b", row });
  assert.deepEqual(table?.head, ["目标类别", "项目总容积（m³）", "要求距离", "核对"]);
  assert.deepEqual(table?.rows, [["一类保护物", "> 90 且 ≤ 150", "20 m", "V2"], ["二类保护物", "不限", "不作要求", "K-H"]]);
  const same = told({ name: "t", classes: "gb36894", row: [{ when: { "object.class": ["general_1", "high"] }, metres: 0, verification: "V2" }] });
  assert.equal(same.table?.rows[0]?.[0], "一般一类、高敏感");
});

test("a table by quantity has a row for each bound, and an open last one", () => {
  const rows = [
    { up_to: { volume_m3: 50 }, metres: { settlement: 45, house: 40 }, verification: "V2" },
    { metres: { settlement: 70, house: 50 }, verification: "V2" },
  ];
  const { words, table } = told({ stricter_of: ["volume_m3"], columns: ["settlement", "house"], rows });
  assert.match(words, /取严/);
  assert.deepEqual(table?.rows, [["≤ 50", "45 m", "40 m", "V2"], ["更大", "70 m", "50 m", "V2"]]);
});

test("bands, multiples and formulas say from what they come", () => {
  const bands = told({ field: "voltage_kv", unknown_within_m: 100, bands: [{ from: 1, to: 10, metres: 5 }, { from: 500, to: 500, metres: 20 }] });
  assert.deepEqual(bands.table?.rows, [["1—10", "5 m"], ["500", "20 m"]]);
  assert.match(told({ times: 10, of: "subject.height_m", at_most_m: 1000, unknown_most_m: 1000 }).words, /项目高度（m）的 10 倍，最多 1000 m/);
  assert.match(told({ formula: "hygiene_distance", unknown_most_m: 1000, verification: "K-H" }).words, /GB\/T 39499/);
});

test("targets, conditions, tests and marks read as words", () => {
  const each = { layer: "roads", kinds: ["expressway"], where: [{ field: "voltage_kv", at_least: 35 }], test: "within", threshold_m: 100 };
  assert.equal(targetWords(each, kinds), "公路：高速公路，且电压（kV） ≥ 35");
  assert.equal(conditionWords({ field: "laid", not_in: ["underground", "underwater"] }, kinds), "敷设方式不为地下、水下");
  assert.equal(conditionWords({ field: "certified", in: [true] }, kinds), "已划定公布");
  assert.match(testWords("within", true), /压占/);
  assert.match(testWords("not_less_than"), /小于/);
  assert.equal(keyWord("subject.volume_m3"), "项目总容积（m³）");
  assert.equal(new Set(MARKS.map((mark) => mark.meaning)).size, MARKS.length, "each mark has a meaning of its own");
  assert.equal(markWords("X").word, "未经核实");
});
