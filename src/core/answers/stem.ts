/**
 * Words without their endings, by language: rough, and the same for both sides of a comparison.
 *
 * Promises: pure; a word never becomes shorter than three letters. Leaves to others: English (lunr has a stemmer).
 */
import type { Stem } from './terms.ts';

/** Endings as they stand after folding (no diacritics), longest first; they are taken off one after another. */
const endings: Readonly<Record<string, readonly RegExp[]>> = {
  de: [
    /(?:ungen|erinnen|innen|heiten|keiten)$/,
    /(?:ung|heit|keit|lich|isch|chen)$/,
    /(?:est|ern|em|en|er|es|et|st)$/,
    /(?:e|n|s|t)$/,
  ],
  es: [
    /(?:amientos?|imientos?|aciones|acion|iciones|icion|adores|adora?s?)$/,
    /(?:ariamos|aremos|abamos|asteis|iendo|ando|aron|ieron|aban|ados|adas|idos|idas|amos|emos|imos|ado|ada|ido|ida|aba|ian|ria|ase|mente)$/,
    /(?:ces|es|os|as|an|en|ar|er|ir|ia)$/,
    /[aeos]$/,
  ],
  fr: [
    /(?:issements?|issantes?|ements?|ations?|atrices?|ateurs?)$/,
    /(?:eraient|erions|erons|eront|aient|erait|erez|erai|ions|ees?|iez|ant|ent|ait|ais|ons|er|ez|ir|it|is|es|aux|eux|euse)$/,
    /[esx]$/,
    /e$/,
  ],
  it: [
    /(?:azioni|azione|amenti|amento|atore|atori)$/,
    /(?:ando|endo|ato|ata|ati|ate|uto|uta|uti|ute|are|ere|ire|avo|ava)$/,
    /[aeio]$/,
  ],
  pt: [
    /(?:amentos?|imentos?|acoes|acao|adores|adora?s?)$/,
    /(?:ando|endo|indo|aram|eram|iram|ados|adas|idos|idas|ado|ada|ido|ida|ava|amos|emos|mente)$/,
    /(?:oes|ao|es|os|as|ar|er|ir|am|em)$/,
    /[aeos]$/,
  ],
  nl: [/(?:heden|ingen|lijke?|ing)$/, /(?:en|es|er|je|te|de)$/, /[ents]$/],
  ru: [
    /(?:ся|сь)$/,
    /(?:ениями|ением|ениях|ения|ение|ений|ению|аниями|анием|ания|ание|аний|анию|остью|ости|ость)$/,
    /(?:ивать|ывать|ировать|овать|ивши|ывши|аться|иться|ующий|ается|ились|алась|ались|ите|йте|ешь|ете|уют|ают|яют|ала|али|ало|ила|или|ило|ыла|ена|ено|ены|ать|ять|ить|еть|ут|ют|ат|ят|ет|ит|ым|ем|им|ла|ли|ло|ал|ил|ел)$/,
    /(?:ыми|ими|ого|его|ому|ему|ами|ями|иях|ией|ыя|ый|ий|ой|ая|яя|ое|ее|ые|ие|ую|юю|ых|их|ов|ев|ей|ам|ям|ах|ях|ом|ием)$/,
    /[аеиоуыьюяйн]$/,
  ],
  uk: [
    /(?:ся|сь)$/,
    /(?:ення|ання|енню|анню|ості|істю|ість)$/,
    /(?:увати|ювати|ати|ити|іти|ла|ли|ло|ів|ив|ав)$/,
    /(?:ого|ому|ими|ами|ями|ах|ях|ий|ій|ої|ою|их|им|ів|ей|ам|ям|ом|ем)$/,
    /[аеиіоуьюяїєй]$/,
  ],
  sv: [
    /(?:heterna|heten|ningar|ningen|ande|ning)$/,
    /(?:arna|erna|orna|ades|ade|are|ar|er|or|en|et|as|es)$/,
    /[aents]$/,
  ],
  da: [/(?:hederne|heden|ninger|ningen|ende|ning)$/, /(?:erne|ede|ene|er|en|et|es)$/, /[enst]$/],
  no: [/(?:hetene|heten|ninger|ningen|ende|ning)$/, /(?:ene|ede|ane|er|en|et|ar|es)$/, /[aenst]$/],
  fi: [
    /(?:ni|si|nsa|mme|nne|kin|kaan)$/,
    /(?:issa|ista|iin|illa|ilta|ille|ssa|sta|lla|lta|lle|ksi|tta|na|ta|en|in|an)$/,
    /[aeinotu]+$/,
  ],
  pl: [
    /(?:owania|owanie|ania|anie|enia|enie|osci|osc)$/,
    /(?:ego|emu|ymi|imi|ami|ach|owi|ow|om|ej|ych|ich|ym|im|ac|ic|ec|al|il|la|li|lo)$/,
    /[aeiouy]$/,
  ],
};
const rough: readonly RegExp[] = [/s$/];
const fewLetters = 3;
const mostLetters = 12;

export function stemmerOf(language: string): Stem {
  const steps = (Object.hasOwn(endings, language) ? endings[language] : undefined) ?? rough;
  return (word) => {
    let stem = word;
    for (const ending of steps) {
      const shorter = stem.replace(ending, '');
      if (shorter.length >= fewLetters) stem = shorter;
    }
    return stem.slice(0, mostLetters);
  };
}
