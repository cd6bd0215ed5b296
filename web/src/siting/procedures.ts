// What has to be gone through besides the site: it comes as one note and is read as a list.

export interface Procedure {
  title: string;
  authority: string;
  clause: string;
}

const BEGINNING = "选址之外另须办理：";

/** Parts the notes of a report into procedures and the rest, each in Chinese. */
export function parted(notes: readonly string[]): { procedures: Procedure[]; rest: string[] } {
  const mine = (note: string) => note.startsWith(BEGINNING);
  return { procedures: notes.filter(mine).flatMap(listed), rest: notes.filter((note) => !mine(note)) };
}

/** Each is `title（authority；clause）`; what does not read like that is kept whole, as a title. */
function listed(note: string): Procedure[] {
  const found: Procedure[] = [];
  let title = "";
  for (const piece of note.slice(BEGINNING.length).replace(/。$/, "").split("）、")) {
    title += title ? `）、${piece}` : piece;
    const parts = /^(.+)（([^（）；]+)；([^；]+?)）?$/.exec(title);
    if (!parts) continue;
    found.push({ title: parts[1] as string, authority: parts[2] as string, clause: parts[3] as string });
    title = "";
  }
  return title ? [...found, { title, authority: "", clause: "" }] : found;
}
