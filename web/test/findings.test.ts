import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding, Report } from "../src/api.ts";
import { clauseWords, decisive, grouped, reason, tally } from "../src/siting/findings.ts";

const finding = (over: Partial<Finding>): Finding => ({
  rule: "YRP-26-2",
  outcome: "violated",
  effect: "prohibit",
  verification: "V1",
  required_m: 1000,
  measured_m: 731.4213,
  margin_m: -268.5787,
  tolerance_m: 0,
  assumed: [],
  searched_m: null,
  more: 0,
  target: { layer: "waters", id: "w1", name: "长江" },
  nearest: null,
  clause: { law: "中华人民共和国长江保护法", article: "第二十六条第二款" },
  explanation: { zh: "说明" },
  ...over,
});

const report = (over: Partial<Report>): Report => ({
  verdict: "veto",
  kind: "chem_project",
  action: "new",
  revision: 17,
  rule_book: "2026.11",
  as_of: "2026-11-24",
  evaluated_at: "2026-11-24T00:00:00Z",
  findings: [],
  questions: [],
  coverage: [],
  notes: [],
  ...over,
});

test("findings are grouped worst first, empty groups left out, met hidden behind its count", () => {
  const outcomes = ["met", "needs_approval", "violated", "needs_demonstration", "met"] as const;
  const groups = grouped(outcomes.map((outcome) => finding({ outcome })));
  assert.deepEqual(groups.map((g) => [g.findings.length, g.collapsed]), [[1, false], [2, false], [2, true]]);
  assert.equal(groups.reduce((sum, g) => sum + g.findings.length, 0), outcomes.length);
});

test("a veto names the clause, the distance and what is short", () => {
  const said = reason(report({ findings: [finding({})] }));
  assert.equal(said, "《中华人民共和国长江保护法》第二十六条第二款：距长江 731.4 m，要求 1000 m，不足 268.6 m。");
});

test("a veto rests on the prohibition, not on a distance listed before it", () => {
  const findings = [finding({ rule: "D", effect: "comply" }), finding({ rule: "P" })];
  assert.equal(decisive(report({ findings }))?.rule, "P");
  assert.equal(decisive(report({ verdict: "fail", findings }))?.rule, "D");
});

test("touching or overlapping is said in words", () => {
  const said = reason(report({ findings: [finding({ measured_m: 0, margin_m: -1000 })] }));
  assert.match(said, /与长江相接或重叠/);
});

test("what may yet be allowed says what it needs", () => {
  const said = reason(report({ verdict: "review", findings: [finding({ outcome: "needs_demonstration", required_m: null, margin_m: null })] }));
  assert.match(said, /距长江 731.4 m，需论证。$/);
});

test("undetermined names the layers and never reads as a pass", () => {
  const coverage = [{ layer: "waters", complete: false, reach_m: 1000, as_of: null }];
  const said = reason(report({ verdict: "undetermined", coverage, questions: [{ fact: "volume_m3", why: "", rules: [] }] }));
  assert.match(said, /河湖水系/);
  assert.match(said, /1 项/);
  assert.match(said, /不能给出“符合”/);
  assert.match(reason(report({ verdict: "undetermined" })), /没有适用/);
});

test("a pass counts rules, not findings", () => {
  const findings = [finding({ outcome: "met" }), finding({ outcome: "met" }), finding({ outcome: "met", rule: "PIP-30" })];
  assert.equal(reason(report({ verdict: "pass", findings })), "已核查 2 条规则，全部符合。");
});

test("findings of one rule are counted by outcome, worst first", () => {
  const findings = (["met", "violated", "met"] as const).map((outcome) => finding({ outcome }));
  assert.equal(tally(findings), "违反 1 处，符合 2 处");
  assert.equal(tally([]), "");
});

test("a law that brings its own title marks keeps them", () => {
  assert.equal(clauseWords(finding({ clause: { law: "《汽车加油加气加氢站技术标准》GB 50156-2021", article: "4.0.4" } })), "《汽车加油加气加氢站技术标准》GB 50156-2021 4.0.4");
});
