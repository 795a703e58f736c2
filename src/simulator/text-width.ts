/** How much room a text needs before it is drawn: letters of other scripts are as wide as they are high. */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;

const letter = (character: string): number => (WIDE.test(character) ? 1.85 : 1);

/** A text's length in Latin letters. */
export const letters = (text: string): number => [...text].reduce((sum, character) => sum + letter(character), 0);

/** Cuts a text to a number of Latin letters. */
export function cutTo(text: string, room: number): string {
  if (letters(text) <= room) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += letter(character);
    if (used > room) break;
    kept += character;
  }
  return `${kept}…`;
}
