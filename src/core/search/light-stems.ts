/**
 * Word forms of languages for which there is no Snowball stemmer, or none that bears folded words.
 *
 * Promises: pure; short words stay whole, so that they are not taken for others. A word of a document may have
 * several stems, where a letter in front may be a little word or the word's own; the words of a query
 * are cut less.
 */

export interface Stemming {
  /** Under which a word of a document is found. */
  readonly ofWord: (word: string) => readonly string[];
  /** What is looked for when the word is asked for; the same as `ofWord` unless it is said. */
  readonly ofQuery?: (word: string) => readonly string[];
}

/** Takes off the first ending that leaves enough, and so on while there is one. */
function stripEndings(word: string, ending: RegExp, fewest: number): string {
  let stem = word;
  for (let shorter = cut(stem); shorter !== stem; shorter = cut(stem)) stem = shorter;
  return stem;

  function cut(from: string): string {
    const rest = from.replace(ending, '');
    return rest.length >= fewest ? rest : from;
  }
}

function distinct(stems: readonly string[]): readonly string[] {
  return [...new Set(stems)];
}

/** Forms of one Arabic letter, and Persian and Arabic ones of the same. */
export function foldArabic(word: string): string {
  return word
    .replace(/[\u0622\u0623\u0625\u0671]/g, '\u0627')
    .replace(/\u0629/g, '\u0647')
    .replace(/[\u0649\u06cc\u0626]/g, '\u064a')
    .replace(/\u06a9/g, '\u0643')
    .replace(/\u0624/g, '\u0648')
    .replace(/[\u06c0\u06d5]/g, '\u0647')
    .replace(/\u0621/g, '');
}

const arabicArticle = /^[وف]?(?:ال|بال|كال|لل)(?=.{3})/u;
const arabicLetter = /^[وفبلك](?=.{4})/u;
const arabicEnding = /(?:هما|كما|ها|ان|ات|ون|ين|يه|هم|كم|نا|ته|تي|ه|ي)$/u;

function arabicStem(word: string): string {
  const bare = word.replace(arabicEnding, '');
  const stem = bare.length >= 3 ? bare : word;
  // The commonest plural that changes within, of words like those for invoice, law and list.
  return stem.replace(/^(.)وا(.)ي(.)$/u, '$1ا$2و$3');
}

export const arabic: Stemming = {
  ofWord(word) {
    const folded = foldArabic(word);
    const bare = folded.replace(arabicArticle, '');
    const shorter = bare === folded ? [folded.replace(arabicLetter, '')] : [];
    return distinct([bare, ...shorter].map(arabicStem));
  },
  ofQuery: (word) => [arabicStem(foldArabic(word).replace(arabicArticle, ''))],
};

const persianEnding = /(?:هايي|هايم|هايت|هايش|هاي|ها|ان|ات|ترين|تر|ام|اش|مان|تان|شان|يي|ي|م|ت|ش)$/u;

export const persian: Stemming = {
  ofWord(word) {
    const folded = foldArabic(word).replace(/^ن?مي(?=.{4})/u, '');
    // The last letter may be the word's own.
    const bare = folded.replace(persianEnding, '');
    return bare.length < 3 || bare === folded ? [folded] : [folded, bare];
  },
};

/** In the order in which Hebrew puts little words in front: and, that, from/in/to/as, the. */
const hebrewInFront = [/^ו/, /^(?:כש|ש)/, /^[מבלכ]/, /^ה/];
const hebrewEnding = /(?:יהם|יכם|ינו|ים|ות|יה|יו|יך|תי|נו|ה|ת|י)$/;
/** Letters have another form at the end of a word, also of one whose plural ending went. */
const hebrewFinals: Readonly<Record<string, string>> = {
  כ: 'ך',
  מ: 'ם',
  נ: 'ן',
  פ: 'ף',
  צ: 'ץ',
};

function hebrewStem(word: string): string {
  const bare = word.replace(hebrewEnding, '');
  if (bare.length < 3) return word;
  return /ים$/.test(word)
    ? bare.replace(/[כמנפצ]$/, (letter) => hebrewFinals[letter] ?? letter)
    : bare;
}

function withoutInFront(word: string, fewest: number): readonly string[] {
  const forms = [word];
  let rest = word;
  for (const letters of hebrewInFront) {
    const shorter = rest.replace(letters, '');
    if (shorter === rest) continue;
    if (shorter.length < fewest) break;
    forms.push(shorter);
    rest = shorter;
  }
  return forms;
}

export const hebrew: Stemming = {
  ofWord: (word) => distinct(withoutInFront(word, 3).map(hebrewStem)),
  // A query's first letter is mostly the word's own.
  ofQuery: (word) => distinct(withoutInFront(word, 5).map(hebrewStem)),
};

const particle =
  /(?:에서는|에게서|으로서|으로써|에서도|이라고|에서|에게|한테|께서|부터|까지|처럼|보다|마다|조차|마저|밖에|으로|이나|이란|입니다|이에요|이고|들|은|는|이|가|을|를|의|에|와|과|도|만|로|랑|나|요)$/u;

export const korean: Stemming = {
  ofWord: (word) => [stripEndings(word, particle, 2)],
};

const hindiEnding =
  /(?:ाओं|ियों|ियां|िया|ाएं|ाने|ाकर|ाता|ाती|ाते|ना|नी|ने|ता|ती|ते|कर|ओं|एं|ये|या|यी|ों|ें|ीं|ां|ो|े|ू|ु|ी|ि|ा)$/u;

export const hindi: Stemming = {
  ofWord(word) {
    // The dot below and the two signs of nasals are written or left out as people like.
    const folded = word
      .normalize('NFD')
      .replace(/\u093c/g, '')
      .replace(/\u0901/g, '\u0902');
    const bare = folded.replace(hindiEnding, '');
    return [[...bare].length >= 2 ? bare : folded];
  },
};

const turkishEndings =
  'lar ler imiz umuz iniz unuz nin nun dan den tan ten yla yle daki deki da de ta te ya ye na ne yi yu ni nu si su im um in un la le i u a e m'.split(
    ' ',
  );
const hardened: Readonly<Record<string, string>> = { b: 'p', d: 't', g: 'k' };

/** Endings stand one behind another, and which of them a letter belongs to is not told: all that may be left. */
export const turkish: Stemming = {
  ofWord(word) {
    const left = [word];
    for (const form of left)
      for (const ending of turkishEndings) {
        const rest = form.slice(0, -ending.length);
        if (rest.length >= 4 && form.endsWith(ending) && !left.includes(rest)) left.push(rest);
      }
    return distinct(
      left
        .slice(0, 12)
        .map((form) => form.replace(/[bdg]$/, (letter) => hardened[letter] ?? letter)),
    );
  },
};

const polishEnding =
  /(?:owaniami|owania|owanie|owan|eniami|eniach|eniem|enia|enie|eniu|en|aniami|aniach|aniem|ania|anie|aniu|an|osciami|oscia|osci|osc|iego|iemu|ego|emu|ymi|imi|iami|ami|iach|ach|owie|owi|om|ow|iej|ej|ych|ich|ym|im|iem|em|ia|ie|iu|io|a|e|i|o|u|y)$/;

export const polish: Stemming = {
  ofWord(word) {
    const bare = word.replace(polishEnding, '');
    return [(bare.length >= 3 ? bare : word).replace(/(?<=.{3})ek$/, 'k')];
  },
};

const ukrainianEnding =
  /(?:еннями|еннях|енням|ення|еннi|ень|аннями|аннях|анням|ання|ань|остями|ості|істю|ість|уванням|увати|ювати|ували|ував|ували|ати|ити|іти|али|или|ила|ало|ило|ють|уть|ять|ить|ого|ому|ими|ою|ами|ями|ові|еві|єві|ами|ах|ях|ам|ям|ий|ій|ої|ої|их|им|ів|їв|ей|ом|ем|єм|ею|єю|ія|ії|ію|а|я|и|і|ї|о|е|є|у|ю|ь|й)$/u;

export const ukrainian: Stemming = {
  ofWord(word) {
    const bare = word.replace(/ся$|сь$/u, '').replace(ukrainianEnding, '');
    return [(bare.length >= 3 ? bare : word).replace(/(?<=.{4})ок$/u, 'к')];
  },
};
