// The panel on the right, and the sheets that panels become on a phone.
import { byId, fill, h } from "./dom.ts";

/** Narrower than this the panels are sheets; the stylesheet says the same. */
const PHONE = "(max-width: 760px)";

export interface PanelHead {
  title: string;
  close: () => void;
  /** Leads to what is open behind what is shown. */
  back: { word: string; go: () => void } | null;
  /** Needs room for reading. */
  broad?: boolean;
}

/** Fills and shows the right panel. */
export function showPanel({ title, close, back, broad = false }: PanelHead, body: HTMLElement): void {
  const panel = byId("panel-right");
  const head = h(
    "header",
    { class: "panel-head" },
    back && h("button", { type: "button", class: "link", "data-testid": "back", onclick: back.go }, `← ${back.word}`),
    h("h2", { "data-testid": "panel-title" }, title),
    h("button", { type: "button", class: "close", "aria-label": "关闭面板", onclick: close }, "×"),
  );
  panel.hidden = false;
  panel.classList.toggle("broad", broad);
  openSheet(null);
  fill(panel, h("div", { class: "card" }, head, h("div", { class: "scroll" }, body)));
  panel.focus({ preventScroll: true });
}

export function hidePanel(): void {
  byId("panel-right").hidden = true;
}

/** Wires the tabs of the phone: each raises its sheet, or opens what fills the panel. */
export function wireTabs(panels: Record<string, () => void>, closePanel: () => void): void {
  for (const tab of tabs()) {
    const name = tab.dataset["sheet"] ?? null;
    tab.addEventListener("click", () => {
      const open = panels[name ?? ""];
      if (open) return open();
      if (matchMedia(PHONE).matches) closePanel();
      openSheet(name);
    });
  }
}

/** One sheet at a time; opening the open one lowers it. */
function openSheet(name: string | null): void {
  const now = document.body.dataset["sheet"] === name ? null : name;
  if (now) document.body.dataset["sheet"] = now;
  else delete document.body.dataset["sheet"];
  for (const tab of tabs()) {
    if (tab.hasAttribute("aria-expanded")) tab.setAttribute("aria-expanded", String(tab.dataset["sheet"] === now));
  }
}

function tabs(): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(".tabs [data-sheet]");
}
