// The risk lists and the published editions on the wire.
import type { AreaGrade } from "../api.ts";
import type { Bilingual } from "../rules/book.ts";
import type { RiskLevel } from "../words.ts";

export interface ListTotals {
  total: number;
  by_level: Record<string, number>;
  by_township: Record<string, number>;
  by_committee: Record<string, number>;
  missing: Record<string, number>;
}

export interface ListPage<T> {
  revision: number;
  published: number | null;
  items: T[];
  totals: ListTotals;
  /** Objects without a level; they are listed only where asked for. */
  ungraded: number;
  next: string | null;
}

interface Row {
  layer: string;
  id: string;
  name: string;
  township: string | null;
  risk_level: RiskLevel;
  committee: string | null;
}

export interface RiskItem extends Row {
  why: string;
  regulator: string | null;
  responsible_person: string | null;
  since: string | null;
}

interface Answerable {
  unit: string | null;
  person: string | null;
}

export interface Responsibility extends Row {
  enterprise: Answerable;
  territorial: Answerable;
  department: Answerable;
  lead: (Answerable & { title: Bilingual; source: string; mark: string }) | null;
}

export interface EditionHead {
  number: number;
  name: string;
  date: string;
  by: string;
  note: string | null;
  revision: number;
  totals: ListTotals;
}

export interface EditionPage {
  items: EditionHead[];
  total: number;
  next: string | null;
}

export interface Difference {
  layer: string;
  id: string;
  name: string;
  from: RiskLevel;
  to: RiskLevel;
  why_then: string | null;
  why_now: string | null;
}

export type Turn = "redder" | "greener" | "new" | "gone" | "graded" | "ungraded";

export type Comparison = Record<Turn, Difference[]> & {
  counts: { areas: Record<string, number>; objects: Record<string, number> };
  listed: number;
  next: string | null;
};

/** The areas as a published edition has them. */
export interface EditionAreas {
  edition: number;
  published: { number: number; name: string; date: string };
  areas: AreaGrade[];
}
