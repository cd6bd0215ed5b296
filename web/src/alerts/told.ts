// What a warning says, in words: no element here.
import type { Alert, AlertState, Step } from "./wire.ts";

export const STATES: Record<AlertState, string> = { open: "待接警", acknowledged: "已接警", handled: "已处置", closed: "已关闭" };

export const CAUSES: Record<Alert["cause"], string> = { risk_rise: "风险升级", overdue: "隐患整改逾期", over_limit: "监测超限" };

/** Roman numerals, so that a warning level is never taken for a risk level. */
export const NUMERALS: Record<Alert["warning_level"], string> = { 1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ" };

export const LEVEL_WORDS: Record<Alert["warning_level"], string> = { 1: "一级预警", 2: "二级预警", 3: "三级预警", 4: "四级预警" };

/** What can be done in each state. */
export const STEPS: Record<AlertState, { step: Step; word: string; asksNote: boolean } | null> = {
  open: { step: "acknowledge", word: "接警", asksNote: false },
  acknowledged: { step: "handle", word: "登记处置", asksNote: false },
  handled: { step: "close", word: "关闭", asksNote: true },
  closed: null,
};

const EVENTS: Record<string, string> = { raised: "发出", eased: "已回落", acknowledged: "接警", handled: "处置", closed: "关闭" };

/** How long a warning has been there. */
export function age(raisedAt: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(raisedAt)) / 60_000);
  if (!Number.isFinite(minutes) || minutes < 1) return "刚刚";
  if (minutes < 60) return `${minutes} 分钟前`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} 小时前` : `${Math.floor(hours / 24)} 天前`;
}

/** The steps of a warning after it was raised, one a line. */
export function steps({ history }: Alert): string[] {
  return history.slice(1).map(({ event, by, note, at }) => {
    const who = event === "eased" ? "" : ` ${by}`;
    return `${moment(at)}${who} ${EVENTS[event] ?? event}${note ? `：${note}` : ""}`;
  });
}

/** `11-25 16:05`, in the reader's own time. */
function moment(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The number on the badge. */
export function badge(open: number): string {
  return open > 999 ? "999+" : String(open);
}
