// The rule book on the wire, as far as it is shown.

export interface Bilingual {
  zh: string;
  en?: string;
}

export interface Clause {
  law: string;
  article: string;
}

/** What a row wants of a value: a word, one of several, or a range. */
export type Wanted = string | number | boolean | (string | number | boolean)[] | Range;

export interface Range {
  from?: number;
  to?: number;
  over?: number;
  below?: number;
}

export interface LookupRow {
  when: Record<string, Wanted>;
  /** None where the rule asks for no distance. */
  metres?: number;
  verification: string;
}

/** A number of metres, or a table that says where they come from; which one, its fields tell. */
export type Threshold =
  | number
  | { sum: number[] }
  | { parameter: string }
  | { name: string; row: LookupRow[]; classes?: string; subject_classes?: string; otherwise_none?: boolean }
  | { name?: string; stricter_of: string[]; columns: string[]; rows: TableRow[] }
  | { field: string; bands: { from: number; to: number; metres: number }[]; unknown_within_m: number }
  | { times: number; of: string; at_most_m?: number; unknown_most_m: number }
  | { formula: string; unknown_most_m: number; verification: string };

export interface TableRow {
  /** The largest value of each fact, inclusive; the last row has none. */
  up_to?: Record<string, number>;
  metres: Record<string, number>;
  verification: string;
}

export interface FieldCondition {
  field: string;
  in?: unknown[];
  not_in?: unknown[];
  at_least?: number;
  missing?: string;
}

export interface FactCondition {
  fact: string;
  is: unknown;
}

export interface Case {
  layer: string;
  kinds?: string[];
  except_kinds?: string[];
  subjects?: string[];
  where?: FieldCondition[];
  any_of?: FieldCondition[];
  test: string;
  threshold_m: Threshold;
  /** `outline`, or the geometry fact from whose line the distance counts. */
  start?: string;
  conditions?: FactCondition[];
  /** The distance only says how far around is looked. */
  notice?: boolean;
  nearest_only?: boolean;
  effect?: string;
  verification?: string;
  measure?: Bilingual;
  note?: Bilingual;
}

export interface Rule {
  id: string;
  title: Bilingual;
  clause: Clause;
  edition: string;
  valid_from?: string;
  valid_to?: string;
  /** A date parameter that ends it, once set. */
  until?: string;
  subjects: string[];
  actions: string[];
  conditions?: FactCondition[];
  exemption?: { says: Bilingual; fact?: string; actions?: string[] };
  effect: string;
  standing?: string;
  verification: string;
  measure: Bilingual;
  case: Case[];
  /** The same seen from the protected side. */
  reverse?: { subjects: string[]; except?: string[]; conditions?: FactCondition[]; case: Case[] }[];
  note?: Bilingual;
}

export interface Parameter {
  name: string;
  title: Bilingual;
  metres: number | null;
  date?: string;
  days?: number;
  decided?: string;
}

export interface Procedure {
  id: string;
  title: Bilingual;
  clause: Clause;
  edition: string;
  valid_from?: string;
  valid_to?: string;
  subjects: string[];
  actions: string[];
  authority: Bilingual;
  verification: string;
}

export interface OpenItem {
  id: string;
  clause: Clause;
  what: Bilingual;
}

export interface Reading {
  rule: string;
  table?: string;
  verification: string;
  read_by: string;
  read_on: string;
  source: string;
}

export interface Book {
  version: string;
  parameters: Parameter[];
  rules: Rule[];
  procedures: Procedure[];
  open_items: OpenItem[];
  classifications?: { name: string }[];
  readings: Reading[];
}
