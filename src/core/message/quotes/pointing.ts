/**
 * Whether somebody says that he answers within the quoted mail, as people do in programs that mark nothing.
 *
 * Promises: pure; asks short words only, for who says more has said something.
 */

// biome-ignore format: one language a row
const sayings: readonly string[] = [
  '\\bin-?line\\b', '\\b(?:see|answers?|comments?|repl(?:y|ies)|responses?|please find)\\b.{0,40}\\bbelow\\b', '\\bin (?:red|blue|green|bold|capitals)\\b',
  '\\b(?:siehe|s\\.|antworten?|anmerkungen?|kommentare?)\\b.{0,40}(?:\\bunten\\b|\\bim text\\b)', '\\bin (?:rot|blau|grün|fett)\\b', '\\bim text\\b',
  'ci-dessous', '\\ben (?:rouge|bleu|vert|gras)\\b', 'dans le texte', '\\b(?:más )?abajo\\b', '\\ben (?:rojo|azul|verde|negrita)\\b', '\\bqui sotto\\b|\\bvedi sotto\\b', '\\bin (?:rosso|blu|grassetto)\\b',
  '\\bhieronder\\b|\\bonderstaand', '\\bin (?:het )?(?:rood|blauw)\\b', '\\babaixo\\b', '\\bem (?:vermelho|azul|negrito)\\b', 'poniżej', 'na (?:czerwono|niebiesko)', '\\bnedan\\b', 'i (?:rött|blått|rødt|blåt)', '\\bnedenfor\\b|\\bherunder\\b',
  '\\balla\\b.{0,20}(?:vastau|komment)|vastau.{0,40}\\balla\\b', 'punaisella', 'níže|nižšie', 'červeně|červenou', 'lentebb|pirossal', 'mai jos', 'по-долу|нижче|ниже', 'красным|синим|червоним|синім', 'παρακάτω|με κόκκινο', 'aşağıda', 'kırmızı',
  '下記|赤字|インライン', '见下|見下|红字|紅字|下文', '아래(?:에|와)|빨간', 'أدناه|بالأحمر', 'למטה|באדום', 'در زیر|قرمز', 'नीचे', 'ด้านล่าง|สีแดง', 'bên dưới|màu đỏ', 'di bawah|warna merah',
];

const pointing = new RegExp(sayings.join('|'), 'iu');
const longest = 240;

export function pointsIntoQuotation(own: string): boolean {
  const words = own.trim();
  return words.length <= longest && pointing.test(words);
}
