// Where the service asks for an access key: one dialog for however many requests wait, the key kept for this tab only.
import { h } from "./dom.ts";

const STORED = "sisetu-key";

let asking: Promise<void> | null = null;

/** Headers that carry the key, or none where none was asked for. */
export function keyHeaders(): Record<string, string> {
  const key = sessionStorage.getItem(STORED);
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** Asks for a key; resolves once one has been given. */
export function askForKey(): Promise<void> {
  asking ??= dialog().finally(() => (asking = null));
  return asking;
}

function dialog(): Promise<void> {
  const refused = sessionStorage.getItem(STORED) !== null;
  const input = h("input", { id: "key", type: "password", required: true, autocomplete: "off", "data-testid": "key" });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", {}, "需要访问密钥"),
    h("p", { class: "hint" }, refused ? "密钥不被认可，请重新输入。" : "本服务要求密钥，请向管理员索取。密钥只在本标签页内保存。"),
    h("label", { class: "hidden", for: "key" }, "访问密钥"),
    input,
    h("button", { class: "primary wide" }, "进入"),
  );
  const box = h("dialog", { class: "key" }, form);
  box.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(box);
  box.showModal();
  return new Promise((done) => {
    box.addEventListener("close", () => {
      sessionStorage.setItem(STORED, input.value.trim());
      box.remove();
      done();
    });
  });
}
