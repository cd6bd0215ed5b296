// The map draws its letters with the page's own type: the faces are read back from the page's stylesheets, so that
// MapLibre can load each slice before it draws a character of it.
import type { FontFacesSpecification } from "maplibre-gl";

const FAMILY = "Noto Sans SC";
const NAMES: Record<string, string> = { "400": FAMILY, "600": `${FAMILY} SemiBold` };

/** The style's `font-faces`, one name a weight. */
export function fontFaces(): FontFacesSpecification {
  const faces: Record<string, { url: string; "unicode-range": string[] }[]> = {};
  for (const rule of fontRules()) {
    const name = NAMES[rule.style.getPropertyValue("font-weight")];
    const url = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue("src"))?.[1];
    if (!name || !url) continue;
    const base = rule.parentStyleSheet?.href ?? document.baseURI;
    (faces[name] ??= []).push({ url: new URL(url, base).href, "unicode-range": ranges(rule) });
  }
  return faces;
}

function fontRules(): CSSFontFaceRule[] {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule): rule is CSSFontFaceRule => rule instanceof CSSFontFaceRule)
    .filter((rule) => rule.style.getPropertyValue("font-family").includes(FAMILY));
}

function ranges(rule: CSSFontFaceRule): string[] {
  const text = rule.style.getPropertyValue("unicode-range");
  return text ? text.split(",").map((range) => range.trim()) : ["U+0-10FFFF"];
}
