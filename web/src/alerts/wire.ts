// Warnings on the wire. A warning level is no risk level.
import type { RiskLevel } from "../words.ts";

export type AlertState = "open" | "acknowledged" | "handled" | "closed";
export type Step = "acknowledge" | "handle" | "close";

export interface Alert {
  id: string;
  layer: string;
  feature: string;
  name: string;
  /** How urgent, 1 the most. */
  warning_level: 1 | 2 | 3 | 4;
  /** How red the feature was when the warning was raised. */
  risk_level: RiskLevel;
  cause: "risk_rise" | "overdue" | "over_limit";
  why: string;
  responsible: string | null;
  /** The middle of the feature. */
  point: [number, number];
  raised_at: string;
  state: AlertState;
  by: string | null;
  history: { event: string; by: string; note?: string; at: string; number: number }[];
}

export interface AlertPage {
  items: Alert[];
  totals: { total: number; by_state: Record<AlertState, number> };
  /** The journal's last entry, from which a stream misses nothing. */
  number: number;
  /** Layers that cannot be read, for which nothing is judged. */
  lacking: string[];
  next: string | null;
}
