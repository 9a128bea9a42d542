/** Finds the words of a question in a text, for marking them with DOM nodes. */

const WORD = /[\p{L}\p{N}]+/gu;
const FEWEST_LETTERS = 2;
const SILENT = new Set(
  'a an and are as at be by do does for from how in is it of on or that the this to was what when where which who why will with'.split(' '),
);

/** The distinct words of a question that are worth marking, in lower case. */
export function wordsOf(question) {
  const words = (question.match(WORD) ?? []).map((word) => word.toLocaleLowerCase());
  const telling = words.filter((word) => word.length >= FEWEST_LETTERS && !SILENT.has(word));
  return [...new Set(telling.length ? telling : words)];
}

/**
 * Cuts a text into pieces that, joined, are the text again. Words of the question are hits in other forms, too ("pages" marks
 * "page").
 *
 * @returns {{text: string, hit: boolean}[]}
 */
export function highlight(text, question) {
  const stems = wordsOf(question).map(stem);
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    if (!stems.some((wanted) => isFormOf(match[0].toLocaleLowerCase(), wanted))) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), hit: false });
    end = match.index + match[0].length;
    pieces.push({ text: match[0], hit: true });
  }
  if (end < text.length) pieces.push({ text: text.slice(end), hit: false });
  return pieces;
}

function stem(word) {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/u, '') : word;
}

function isFormOf(word, wanted) {
  return word.startsWith(wanted) && word.length - wanted.length <= 3 && (wanted.length > 2 || word === wanted);
}
