import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYTHING, TURNS, answerable, counted, levelExpression, queryOf, turned, withLevel } from "../src/registers/told.ts";
import type { Comparison, Difference } from "../src/registers/wire.ts";

const difference = (over: Partial<Difference>): Difference => ({ layer: "enterprises", id: "e", name: "甲厂", from: null, to: null, why_then: null, why_now: null, ...over });

test("a page has a limit and a file has none", () => {
  assert.equal(queryOf(EVERYTHING, null), "limit=50");
  assert.equal(queryOf({ level: "1", township: "新塘乡", committee: "" }, "1/enterprises/e", null), "level=1&township=%E6%96%B0%E5%A1%98%E4%B9%A1&cursor=1%2Fenterprises%2Fe");
});

test("who is not named is said to be missing", () => {
  assert.equal(answerable({ unit: "甲厂", person: null }), "甲厂 · 待明确");
});

test("a difference says both levels, and no data is not a colour", () => {
  assert.equal(turned(difference({ from: 2, to: 1 }), "redder"), "橙 → 红");
  assert.equal(turned(difference({ to: 3 }), "new"), "— → 黄");
  assert.equal(turned(difference({ from: 1 }), "gone"), "红 → —");
  assert.equal(turned(difference({ from: 1 }), "ungraded"), "红 → 无数据");
});

test("the counts of a comparison name what stayed as well", () => {
  const none = Object.fromEntries(TURNS.map(({ turn }) => [turn, []])) as unknown as Comparison;
  const comparison = { ...none, counts: { areas: { redder: 1, same: 2, total: 3 }, objects: { same: 5, total: 5 } }, listed: 1, next: null };
  assert.equal(counted(comparison), "区域 3 个：升级（变红） 1，不变 2；对象 5 个：不变 5");
});

test("areas are coloured by id, and those without a level by none of the four", () => {
  const areas = [{ id: "a", risk_level: 1 as const }, { id: "b", risk_level: null }, { id: "c", risk_level: 1 as const }];
  const level = levelExpression(areas);
  assert.deepEqual(level, ["match", ["get", "id"], ["a", "c"], 1, 0]);
  assert.equal(levelExpression([]), 0);
  const colour = ["match", ["get", "risk_level"], 1, "red", "white"];
  assert.deepEqual(withLevel(colour, level), ["match", level, 1, "red", "white"]);
  assert.deepEqual(withLevel(["get", "name"], level), ["get", "name"]);
  assert.equal(withLevel(0.5, level), 0.5);
});
