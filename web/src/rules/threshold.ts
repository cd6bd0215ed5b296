// A threshold as a reader takes it in: a sentence, or a table.
import type { Book, LookupRow, Range, Threshold, Wanted } from "./book.ts";
import { COLUMNS, FORMULAS, keyValueWord, keyWord, markWords } from "./words.ts";
import type { KindNames } from "./words.ts";

/** A threshold in words, with a table where it has one. */
export interface Told {
  words: string;
  table?: { head: string[]; rows: string[][] };
}

/** Tells a threshold; parameters with their value, or that they are not set. */
export function thresholdTold(threshold: Threshold, book: Pick<Book, "parameters">, kinds: KindNames): Told {
  if (typeof threshold === "number") return { words: threshold === 0 ? "0 m（相接即是）" : metres(threshold) };
  if ("sum" in threshold) return { words: `${threshold.sum.map(metres).join(" + ")} = ${metres(threshold.sum.reduce((a, b) => a + b, 0))}` };
  if ("parameter" in threshold) return { words: parameterTold(threshold.parameter, book) };
  if ("row" in threshold) return lookupTold(threshold, kinds);
  if ("stricter_of" in threshold) return tableTold(threshold);
  if ("bands" in threshold) return bandsTold(threshold);
  if ("times" in threshold) return timesTold(threshold);
  return { words: `${FORMULAS[threshold.formula] ?? threshold.formula}；参数不明时在 ${metres(threshold.unknown_most_m)} 内提示（${markWords(threshold.verification).word}）` };
}

/** What a parameter is set to, or 未设定. */
export function parameterValue(parameter: Book["parameters"][number] | undefined): string {
  if (!parameter) return "未设定";
  if (parameter.date) return parameter.date;
  if (parameter.days !== undefined) return `${parameter.days} 天`;
  return parameter.metres === null || parameter.metres === undefined ? "未设定" : metres(parameter.metres);
}

function parameterTold(name: string, book: Pick<Book, "parameters">): string {
  const parameter = book.parameters.find((each) => each.name === name);
  return `区参数：${parameterValue(parameter)} — ${parameter?.title.zh ?? name}`;
}

type Of<K extends string> = Extract<Threshold, Record<K, unknown>>;

function lookupTold(lookup: Of<"row">, kinds: KindNames): Told {
  const keys = [...new Set(lookup.row.flatMap((row) => Object.keys(row.when)))];
  const classes = (key: string) => (key.startsWith("subject.") ? lookup.subject_classes : lookup.classes);
  const cell = (row: LookupRow, key: string) => {
    const wanted = row.when[key];
    return wanted === undefined ? "不限" : wantedWords(key, wanted, classes(key), kinds);
  };
  const rows = lookup.row.map((row) => [...keys.map((key) => cell(row, key)), asked(row.metres), row.verification]);
  const rest = lookup.otherwise_none ? "；表外情形不作要求" : "";
  return { words: `按下表（${lookup.row.length} 行${rest}）`, table: { head: [...keys.map(keyWord), "要求距离", "核对"], rows } };
}

function tableTold(table: Of<"stricter_of">): Told {
  const bounds = (row: (typeof table.rows)[number], fact: string) => {
    const end = row.up_to?.[fact];
    return end === undefined ? "更大" : `≤ ${end}`;
  };
  const rows = table.rows.map((row) => [
    ...table.stricter_of.map((fact) => bounds(row, fact)),
    ...table.columns.map((column) => asked(row.metres[column])),
    row.verification,
  ]);
  const head = [...table.stricter_of.map(keyWord), ...table.columns.map((column) => COLUMNS[column] ?? column), "核对"];
  return { words: `按下表，${table.stricter_of.map(keyWord).join("、")}各自对应的行中取严`, table: { head, rows } };
}

function bandsTold({ field, bands, unknown_within_m }: Of<"bands">): Told {
  const rows = bands.map(({ from, to, metres: distance }) => [from === to ? String(from) : `${from}—${to}`, metres(distance)]);
  return { words: `按目标${keyWord(field)}分档；不明或在各档以外的，${metres(unknown_within_m)} 内提示`, table: { head: [`目标${keyWord(field)}`, "要求距离"], rows } };
}

function timesTold({ times, of, at_most_m, unknown_most_m }: Of<"times">): Told {
  const most = at_most_m === undefined ? "" : `，最多 ${metres(at_most_m)}`;
  return { words: `${keyWord(of)}的 ${times} 倍${most}；高度不明时在 ${metres(unknown_most_m)} 内提示` };
}

/** What a row wants of a value, in words. */
export function wantedWords(key: string, wanted: Wanted, classes: string | undefined, kinds: KindNames): string {
  if (Array.isArray(wanted)) return wanted.map((value) => keyValueWord(key, value, classes, kinds)).join("、");
  if (typeof wanted === "object") return rangeWords(wanted);
  return keyValueWord(key, wanted, classes, kinds);
}

function rangeWords({ from, to, over, below }: Range): string {
  const low = from !== undefined ? `≥ ${from}` : over !== undefined ? `> ${over}` : "";
  const high = to !== undefined ? `≤ ${to}` : below !== undefined ? `< ${below}` : "";
  return [low, high].filter(Boolean).join(" 且 ") || "不限";
}

const asked = (value: number | undefined) => (value === undefined ? "不作要求" : metres(value));

const metres = (value: number) => `${value} m`;
