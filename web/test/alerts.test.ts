import assert from "node:assert/strict";
import { test } from "node:test";
import { takeEvents } from "../src/alerts/stream.ts";
import { STATES, STEPS, age, badge, steps } from "../src/alerts/told.ts";
import type { Alert } from "../src/alerts/wire.ts";

test("events are taken whole, whatever the pieces they come in", () => {
  const text = ': warnings follow\nid: 7\n\nevent: alert\nid: 8\ndata: {"a":"b: c"}\n\n: alive\n\nevent: alert\nid: 9\nda';
  const { events, rest } = takeEvents(text);
  assert.deepEqual(events.map(({ id, event }) => [id, event]), [["7", "message"], ["8", "alert"], [null, "message"]]);
  assert.equal(events[1]?.data, '{"a":"b: c"}');
  const more = takeEvents(`${rest}ta: {}\r\n\r\n`);
  assert.deepEqual(more, { events: [{ id: "9", event: "alert", data: "{}" }], rest: "" });
});

test("an age is told in the unit that reads best", () => {
  const now = Date.parse("2026-11-25T08:00:00Z");
  const ages = ["2026-11-25T07:59:30Z", "2026-11-25T07:01:00Z", "2026-11-25T06:00:00Z", "2026-11-22T08:00:00Z", "2026-11-25T08:00:30Z"];
  assert.deepEqual(ages.map((at) => age(at, now)), ["刚刚", "59 分钟前", "2 小时前", "3 天前", "刚刚"]);
});

test("every state but the last has one step, and only closing asks for a note", () => {
  assert.deepEqual(Object.keys(STATES).map((state) => STEPS[state as keyof typeof STEPS]?.step ?? null), ["acknowledge", "handle", "close", null]);
  assert.deepEqual(Object.values(STEPS).filter((step) => step?.asksNote).map((step) => step?.step), ["close"]);
  assert.deepEqual([badge(0), badge(999), badge(1000)], ["0", "999", "999+"]);
});

test("the history tells who did what, and leaves the raising to the head", () => {
  const at = "2026-11-25T08:00:00Z";
  const history = [{ event: "raised", by: "sisetu", at, number: 1 }, { event: "eased", by: "sisetu", at, number: 2 }, { event: "acknowledged", by: "王敏", note: "已到场", at, number: 3 }];
  const lines = steps({ history } as Alert);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? "", /已回落$/);
  assert.match(lines[1] ?? "", /王敏 接警：已到场$/);
});
