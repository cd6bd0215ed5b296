// The survey of existing conflicts on the wire.
import type { LineString } from "geojson";
import type { Bilingual, Clause } from "../rules/book.ts";
import type { Outcome, Verdict } from "../words.ts";

export interface End {
  layer: string;
  id: string;
  name: string | null;
}

export interface Conflict {
  id: string;
  rule: string;
  title?: Bilingual;
  effect: string;
  outcome: Outcome;
  /** rectify: the rule binds what stands; legacy: it only restrains what is new. */
  standing: "rectify" | "legacy";
  severity: Verdict;
  required_m: number | null;
  measured_m: number | null;
  margin_m: number | null;
  subject: End;
  object: End | null;
  township: string | null;
  nearest: LineString | null;
  clause: Clause;
  explanation: Bilingual;
}

export interface Totals {
  total: number;
  by_verdict: Record<string, number>;
  by_rule: Record<string, number>;
  by_township: Record<string, number>;
  by_standing: Record<string, number>;
}

export interface SurveyPage {
  revision: number;
  rule_book: string;
  as_of: string;
  complete: boolean;
  done: number;
  of: number;
  /** The survey that is being made meanwhile. */
  making: { revision: number; done: number; of: number } | null;
  /** Of what was asked for. */
  totals: Totals;
  /** Of all pairs that cannot be judged. */
  undetermined: Totals;
  not_surveyed: { layer: string; kind: string | null; count: number }[];
  lacking: { layer: string; why: string }[];
  items: Conflict[];
  /** The address of the next page. */
  next: string | null;
}
