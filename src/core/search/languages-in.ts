/**
 * In which languages a text is, by the little words of each, for choosing stems.
 *
 * Promises: pure, total; nothing for what is too short to tell. Only a bounded number of words is looked at.
 * Leaves to others: the language that a ticket is said to be in (intake, people).
 */
import { type LanguageSet, type StemLanguage, setOf, stemLanguages } from './stems.ts';

const littleWords: Readonly<Partial<Record<StemLanguage, string>>> = {
  en: 'the and you is for your this have not with are can please was but from will my we would been has',
  de: 'der die das und ich nicht ist ein eine mit fur auf sie wir haben bitte dem den zu von sich auch wie',
  fr: 'le les des est je vous pas une pour que nous votre avec mon dans sur du ai bonjour merci ce suis',
  es: 'el los las que es por una para con su no del mi se lo gracias pero hola esta como estoy muy',
  it: 'il che di non una per sono con della mi del ho questo grazie come ma lo gli nel anche buongiorno',
  pt: 'o os que nao uma para com por do da em meu no na voces obrigado obrigada mas como foi ao seu',
  nl: 'het een ik van niet en is dat voor met op mijn maar zijn heb deze wordt u bij naar graag ook',
  sv: 'och att det jag inte ar som en pa for med har min ni av till kan vi hej tack om den',
  da: 'og at det jeg ikke er som en pa for med har min af til kan vi hej tak om den jeres mig',
  no: 'og at det jeg ikke er som en pa for med har min av til kan vi hei takk om den dere meg',
  fi: 'ja on ei se en etta olen mutta kun tai minun hei kiitos ole voi oli niin myos joka tama kuin',
  pl: 'nie sie na jest do to ze jak prosze w z moje dzien dobry mam czy po od za ale moj dziekuje',
  tr: 've bir bu icin ile ben de da ne cok degil var olarak merhaba tesekkurler lutfen mi gibi benim kadar',
  hu: 'es nem hogy az egy van meg ez de kerem koszonom csak mert vagy nekem volt mar tisztelt',
  ro: 'si nu este in un o cu pe la de am ca va rog multumesc pentru din care sunt mai buna',
  ru: 'и не на что я в с по у мне вы как это но для за от так заказ мой здравствуйте пожалуйста',
  uk: 'і не на що я в з у мені ви як це але для за від та мій доброго дня будь ласка',
  ar: 'في من على إلى لا أن هذا التي ما لم هل مع عن كان مرحبا شكرا لي قد كل',
  fa: 'در به از که این را با است من برای شما سلام لطفا ممنون نیست هم شده کرد ولی یک آن',
};

const byWord = new Map<string, LanguageSet>();
for (const language of stemLanguages)
  for (const word of littleWords[language]?.split(' ') ?? [])
    byWord.set(word, (byWord.get(word) ?? 0) | setOf(language));

const mostWords = 400;
const fewestHits = 2;

/** The language, or the few that are alike, of which the words have most little words. */
export function languagesOfWords(words: readonly string[]): LanguageSet {
  const hits = stemLanguages.map(() => 0);
  for (const word of words.slice(0, mostWords)) {
    const set = byWord.get(word);
    if (set === undefined) continue;
    for (const bit of hits.keys()) if ((set & (1 << bit)) !== 0) hits[bit] = (hits[bit] ?? 0) + 1;
  }
  const most = Math.max(...hits);
  if (most < fewestHits) return 0;
  return hits.reduce((set, count, bit) => (count >= most * 0.8 ? set | (1 << bit) : set), 0);
}

/** Of `zh-Hant`, `pt-BR` and the like the part that stems are by. */
export function languageOfTag(tag: string | undefined): LanguageSet {
  const primary = tag?.toLowerCase().split('-')[0];
  const known = stemLanguages.find((language) => language === primary);
  if (primary === 'nb' || primary === 'nn') return setOf('no');
  return known === undefined ? 0 : setOf(known);
}
