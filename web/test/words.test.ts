import assert from "node:assert/strict";
import { test } from "node:test";
import { problemLines } from "../src/api.ts";
import type { AreaGrade } from "../src/api.ts";
import { area, margin, metres, required } from "../src/format.ts";
import { readLink, writeLink } from "../src/link.ts";
import { ranked, totals } from "../src/risk/ranking.ts";
import { read } from "../src/siting/facts.ts";
import { LEVELS, levelWords } from "../src/words.ts";

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
  for (const type of ["boolean", "number", "string", "list"] as const) assert.equal(read({ type }, "  "), undefined);
  assert.equal(read({ type: "boolean" }, "false"), false);
  assert.equal(read({ type: "number" }, "0"), 0);
  assert.equal(read({ type: "number" }, "abc"), undefined);
  assert.deepEqual(read({ type: "list" }, "氨、氯，苯"), ["氨", "氯", "苯"]);
});

test("a problem says its detail and every fault it names", () => {
  const lines = problemLines({ type: "t", title: "T", detail: "D", field: "site", errors: [{ field: "kind", reason: "unknown" }, { pointer: "/a", detail: "bad" }] });
  assert.deepEqual(lines, ["D", "字段：site", "kind：unknown", "/a：bad"]);
});
