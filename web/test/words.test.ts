import assert from "node:assert/strict";
import { test } from "node:test";
import { problemLines } from "../src/api.ts";
import type { AreaGrade } from "../src/api.ts";
import { area, margin, metres, required } from "../src/format.ts";
import { readLink, writeLink } from "../src/link.ts";
import { ranked, totals } from "../src/risk/ranking.ts";
import { FactError, read } from "../src/siting/facts.ts";
import { chinese, LEVELS, levelWords } from "../src/words.ts";

test("numbers keep their unit and their sign", () => {
  assert.equal(metres(86.42), "86.4 m");
  assert.equal(metres(null), "—");
  assert.equal(metres(0.04), "0.04 m");
  assert.equal(metres(0), "0.0 m");
  assert.equal(required(1000), "1000 m");
  assert.equal(margin(-268.5787), "−268.6 m");
  assert.equal(margin(12), "+12.0 m");
  assert.deepEqual([area(9999), area(10000), area(2.15e6)], ["9999 m²", "1.00 公顷", "2.15 km²"]);
});

test("grades run worst to lowest, and anything unknown is no data", () => {
  assert.deepEqual(LEVELS.map((words) => words.level), [1, 2, 3, 4, null]);
  for (const value of [0, 5, "1", undefined, null]) assert.equal(levelWords(value).word, "无数据");
  assert.ok(LEVELS.every((words) => words.meaning.length <= 12));
});

const township = (name: string, level: AreaGrade["risk_level"], counts: number[]): AreaGrade => ({
  id: name,
  name,
  level: "township",
  risk_level: level,
  risk_color: "",
  reason: "",
  counts: { "1": counts[0] ?? 0, "2": counts[1] ?? 0, "3": counts[2] ?? 0, "4": counts[3] ?? 0, none: counts[4] ?? 0 },
  contributions: [],
  responsible: null,
});

test("the ranking puts the worst first, more of the worst before fewer, no data last", () => {
  const areas = [township("无", null, [0]), township("低", 4, [0, 0, 0, 9]), township("红少", 1, [1, 9]), township("红多", 1, [2, 0]), township("橙", 2, [0, 3])];
  assert.deepEqual(ranked(areas).map((each) => each.name), ["红多", "红少", "橙", "低", "无"]);
  assert.deepEqual(totals(areas), [3, 12, 0, 9, 0]);
});

test("a link gives back what was written into it", () => {
  const link = {
    view: { zoom: 12.5, lon: 115.85, lat: 29.6 },
    selected: { layer: "enterprises", id: "企业/1 &x" },
    proposal: { kind: "chem_project", action: "expand", site: [[115.8, 29.6], [115.81, 29.6], [115.81, 29.61]] as [number, number][], facts: { volume_m3: 5, substances: ["氨", "氯"] } },
  };
  assert.deepEqual(readLink(writeLink(link)), link);
  assert.deepEqual(readLink(""), {});
  assert.deepEqual(readLink("#map=a/b/c&site=1,x&kind=k&sel=??"), {});
  assert.deepEqual(readLink("#kind=k&site=115,29&facts=[1]").proposal?.facts, {});
});

test("a fact left blank is unknown, never false or zero", () => {
  const fact = "any";
  for (const type of ["boolean", "number", "string", "list", "geometry"] as const) assert.equal(read({ fact, type }, "  "), undefined);
  assert.equal(read({ fact, type: "boolean" }, "false"), false);
  assert.equal(read({ fact, type: "number" }, "0"), 0);
  assert.deepEqual(read({ fact, type: "list" }, "甲、乙，丙；丁"), ["甲", "乙", "丙", "丁"]);
  assert.deepEqual(read({ fact, type: "geometry" }, '{"type":"Point","coordinates":[115,29]}'), { type: "Point", coordinates: [115, 29] });
});

test("substances are a name or a CAS number with tonnes", () => {
  const fact = { fact: "substances", type: "list" } as const;
  assert.deepEqual(read(fact, "氨 20；7782-50-5 10.5吨"), [{ name: "氨", tonnes: 20 }, { cas: "7782-50-5", tonnes: 10.5 }]);
  assert.deepEqual(read(fact, "液化石油气: 50"), [{ name: "液化石油气", tonnes: 50 }]);
});

test("what cannot be read is told, not dropped", () => {
  for (const [fact, type, text] of [["volume_m3", "number", "abc"], ["tank_wall", "geometry", "{"], ["substances", "list", "氨"]] as const) {
    assert.throws(() => read({ fact, type }, text), FactError);
  }
});

test("a problem says every fault it names, or else its detail", () => {
  const errors = [{ field: "kind", reason: "unknown", hint: "see the list" }, { field: "site", reason: "missing", hint: "" }];
  assert.deepEqual(problemLines({ title: "T", detail: "D", errors, layer: "waters" }), ["kind：unknown（see the list）", "site：missing", "图层：waters"]);
  assert.deepEqual(problemLines({ title: "T", detail: "D" }), ["D"]);
  assert.deepEqual(problemLines({}), []);
});

test("of a sentence in two languages the Chinese is shown", () => {
  assert.equal(chinese("按新建核查。 / It was taken to be new."), "按新建核查。");
  assert.equal(chinese("只有中文"), "只有中文");
});
