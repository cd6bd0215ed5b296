// Listens to warnings. The browser's own EventSource can carry no access key, so the stream is read by hand.
import { askForKey, keyHeaders } from "../access.ts";

export interface StreamEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Whole events of what was received so far, and what is left over. */
export function takeEvents(received: string): { events: StreamEvent[]; rest: string } {
  const blocks = received.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.map(readEvent), rest };
}

function readEvent(block: string): StreamEvent {
  const event: StreamEvent = { id: null, event: "message", data: "" };
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.startsWith("id:")) event.id = value;
    if (line.startsWith("event:")) event.event = value;
    if (line.startsWith("data:")) data.push(value);
  }
  return { ...event, data: data.join("\n") };
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Tells of every warning after an entry of the journal, for as long as the page is open; goes on where it broke off. */
export async function listen(from: number, on: { event(): void; connected(well: boolean): void }): Promise<never> {
  let last = String(from);
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    try {
      const headers = { ...keyHeaders(), accept: "text/event-stream", "last-event-id": last };
      const response = await fetch("api/alerts/stream", { headers, cache: "no-store" });
      if (response.status === 401) await askForKey();
      if (response.ok && response.body) {
        on.connected(true);
        pause = FIRST_PAUSE_MS;
        for await (const event of events(response.body)) {
          if (event.id !== null) last = event.id;
          if (event.event === "alert") on.event();
        }
      }
    } catch {
      // The connection broke; the next one goes on from the last event.
    }
    on.connected(false);
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let received = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const taken = takeEvents(received + decoder.decode(value, { stream: true }));
    received = taken.rest;
    yield* taken.events;
  }
}
