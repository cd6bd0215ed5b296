import assert from "node:assert/strict";
import { test } from "node:test";
import type { Polygon } from "geojson";
import { readLink, writeLink } from "../src/link.ts";
import type { SavedProposal } from "../src/link.ts";
import { arrow, drawn } from "../src/map/preview.ts";
import { sorted } from "../src/map/exclusion.ts";
import { parted } from "../src/siting/procedures.ts";
import { applied, listed } from "../src/siting/remedies.ts";
import type { Cut, Remedies, Shift } from "../src/siting/remedies.ts";

const square = (lon: number, lat: number, side = 0.01): [number, number][] => [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side]];
const ring = (corners: [number, number][]) => [...corners, corners[0] as [number, number]];
const polygon = (...rings: [number, number][][]): Polygon => ({ type: "Polygon", coordinates: rings.map(ring) });

const proposal: SavedProposal = { kind: "chem_project", action: "new", site: square(115, 29), facts: { persons: 12 } };
const change = { verdict: "review" as const, open: [], says: { zh: "…" } };
const shift: Shift = { ...change, bearing_deg: 90, distance_m: 100, site: polygon(square(115.5, 29)) };
const cut = (site: Cut["site"]): Cut => ({ ...change, area_m2: 10, share: 0.1, site, removed: polygon(square(115, 29, 0.001)) });

test("a shift replaces the outline and moves the lines inside along; other facts stay", () => {
  const wall = polygon(square(115.501, 29.001, 0.001));
  const moved = applied(proposal, { sort: "shift", is: { ...shift, lines: { tank_wall: wall } } });
  assert.deepEqual(moved.site, square(115.5, 29));
  assert.deepEqual(moved.facts, { persons: 12, tank_wall: wall });
  assert.deepEqual(proposal.facts, { persons: 12 }, "what was proposed is left as it was");
  const point = applied({ ...proposal, site: [[115, 29]] }, { sort: "shift", is: { ...shift, site: { type: "Point", coordinates: [115.2, 29] } } });
  assert.deepEqual(point.site, [[115.2, 29]]);
});

test("a cut that leaves one outline keeps its corners, one that leaves parts or holes keeps them all", () => {
  const plain = applied(proposal, { sort: "cut", is: cut(polygon(square(115, 29, 0.005))) });
  assert.deepEqual([plain.site.length, plain.shape], [4, undefined]);
  const holed = polygon(square(115, 29), square(115.004, 29.004, 0.001));
  const rest = applied(proposal, { sort: "cut", is: cut(holed) });
  assert.deepEqual([rest.site, rest.shape], [[], holed]);
  const parts = { type: "MultiPolygon" as const, coordinates: [polygon(square(115, 29, 0.004)).coordinates, polygon(square(115.005, 29, 0.004)).coordinates] };
  const split = applied(proposal, { sort: "cut", is: cut(parts) });
  assert.deepEqual(readLink(writeLink({ proposal: split })).proposal, split, "and the address remembers them");
  const again = applied(split, { sort: "shift", is: shift });
  assert.deepEqual([again.site.length, "shape" in again], [4, false]);
});

test("a reduction replaces its fact only", () => {
  const less = applied(proposal, { sort: "reduce", is: { ...change, fact: "persons", label: { zh: "人数" }, from: 12, to: 9, unit: "人" } });
  assert.deepEqual([less.facts, less.site], [{ persons: 9 }, proposal.site]);
});

test("a site that a remedy placed to the millimetre is not moved by its own link", () => {
  const site: [number, number][] = square(115.123456789, 29.987654321);
  const back = readLink(writeLink({ proposal: { ...proposal, site } })).proposal?.site ?? [];
  back.forEach((corner, i) => corner.forEach((number, axis) => assert.ok(Math.abs(number - (site[i]?.[axis] ?? 0)) < 1e-9)));
});

test("a link opens a rule, their list, or the survey, and keeps the proposal behind it", () => {
  assert.deepEqual(readLink("#rules"), { rules: { rule: null } });
  assert.deepEqual(readLink("#rules/YRP-26-2"), { rules: { rule: "YRP-26-2" } });
  assert.deepEqual(readLink("#survey"), { survey: true });
  const link = { rules: { rule: "GAS-8.2-LNG" }, proposal };
  assert.deepEqual(readLink(writeLink(link)), link);
  assert.ok(writeLink(link).startsWith("#rules/GAS-8.2-LNG&"));
});

test("remedies are listed a move first, reductions last", () => {
  const all: Remedies = { verdict: "fail", shift, cut: cut(polygon(square(115, 29))), reduce: [{ ...change, fact: "a", label: { zh: "" }, from: 2, to: 1, unit: null }], none: [], checks: 3 };
  assert.deepEqual(listed(all).map(({ sort }) => sort), ["shift", "cut", "reduce"]);
  assert.deepEqual(listed({ ...all, shift: null, cut: null, reduce: [] }), []);
});

test("a preview shows a move as outline and arrow, a cut as what is given up", () => {
  const parts = (features: ReturnType<typeof drawn>) => features.map(({ properties }) => properties?.["part"] as string);
  const site = polygon(square(115.5, 29));
  assert.deepEqual(parts(drawn({ site, from: polygon(square(115, 29)), removed: null, label: "" })), ["site", "arrow", "label"]);
  assert.deepEqual(parts(drawn({ site, from: null, removed: site, label: "" })), ["site", "removed", "label"]);
  const [shaft, head] = arrow([115, 29], [115.01, 29]);
  assert.deepEqual(shaft, [[115, 29], [115.01, 29]]);
  const [left, tip, right] = head as [[number, number], [number, number], [number, number]];
  assert.ok(tip[0] > left[0] && tip[0] > right[0] && left[1] * right[1] > 0 && left[1] !== right[1], "the barbs lie behind the tip, one on each side");
});

test("what excludes a place is told once each, the worst first; anything else is left out", () => {
  const area = (status: string, rule: string) => ({ properties: { status, rule, name: "甲" } });
  const told = sorted([area("undetermined", "A"), area("veto", "C"), area("fail", "B"), area("veto", "C"), area("unknown", "D")]);
  assert.deepEqual(told.map(({ status, rule }) => `${status} ${rule}`), ["veto C", "fail B", "undetermined A"]);
});

test("procedures are taken out of the notes, each with its authority and clause", () => {
  const note = "选址之外另须办理：安全条件审查（受理后 45 日内决定；港区内另定）（设区的市级以上应急管理部门；危险化学品安全管理条例 第十二条）、审查、竣工验收（建设单位；GB 50016-2014（2018年版） 第三条）。";
  const { procedures, rest } = parted(["示意数据：长江。", note]);
  assert.deepEqual(rest, ["示意数据：长江。"]);
  assert.deepEqual(procedures, [
    { title: "安全条件审查（受理后 45 日内决定；港区内另定）", authority: "设区的市级以上应急管理部门", clause: "危险化学品安全管理条例 第十二条" },
    { title: "审查、竣工验收", authority: "建设单位", clause: "GB 50016-2014（2018年版） 第三条" },
  ]);
});

test("a procedure that does not read as expected is kept whole", () => {
  assert.deepEqual(parted(["选址之外另须办理：另行报批。"]).procedures, [{ title: "另行报批", authority: "", clause: "" }]);
});
