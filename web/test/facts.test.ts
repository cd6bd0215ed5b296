// What is typed for a fact becomes what the service takes, or an error that says what would be.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FactError, read } from "../src/siting/facts.ts";
import { hazardWords } from "../src/siting/hazard_source.ts";

const contours = { fact: "risk_contours", type: "contours" as const };
const geometry = { type: "Polygon", coordinates: [] };

test("contours are taken from a collection of features or as the service writes them", () => {
  const properties = { risk_per_year: 3e-7, document: "某院〔2026〕1号" };
  const wanted = [{ ...properties, geometry }];
  const collection = { type: "FeatureCollection", features: [{ type: "Feature", properties, geometry }] };
  assert.deepEqual(read(contours, JSON.stringify(collection)), wanted);
  assert.deepEqual(read(contours, JSON.stringify(wanted)), wanted);
  assert.equal(read(contours, " "), undefined);
});

test("contours without a level or a document are refused with the mend", () => {
  const refused = (value: unknown) => {
    try {
      read(contours, JSON.stringify(value));
    } catch (error) {
      assert.ok(error instanceof FactError);
      return error.message;
    }
    return assert.fail("it must be refused");
  };
  assert.match(refused([{ geometry, document: "x" }]), /risk_per_year/);
  assert.match(refused([{ geometry, risk_per_year: 3e-7, document: " " }]), /document/);
  assert.match(refused([]), /每条等值线/);
  assert.throws(() => read(contours, "{"), FactError);
});

test("a substance is a name or a CAS number, tonnes, and a class where it is known", () => {
  const typed = (text: string) => read({ fact: "substances", type: "list" }, text);
  assert.deepEqual(typed("氨 20；7782-50-5 10吨"), [{ name: "氨", tonnes: 20 }, { cas: "7782-50-5", tonnes: 10 }]);
  assert.deepEqual(typed("某中间体 3 w5.3"), [{ name: "某中间体", tonnes: 3, class: "W5.3" }]);
  assert.throws(() => typed("氨"), FactError);
});

test("a major hazard source is named by its grade and never taken for none", () => {
  assert.equal(hazardWords({ S: 4, R: 24, major: true, hazard_grade: 3 }), "构成，三级（S = 4，R = 24）");
  assert.equal(hazardWords({ S: 0.98, R: 1.96, major: false, hazard_grade: null }), "不构成（S = 0.98，R = 1.96）");
  assert.equal(hazardWords({ S: null, R: null, major: null, hazard_grade: 1 }), "是否构成不明，最严一级（S = 上限未知，R = 上限未知）");
});
