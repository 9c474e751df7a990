/** What a language tag (BCP 47) comes down to when nothing is there in exactly that language. */

/**
 * The language in its script (`zh-Hant` for `zh-TW`), then the language if that is the script it is usually written in
 * (`pt` for `pt-BR`, not `zh` for `zh-TW`). Empty for what is no tag.
 */
export function parentTags(tag: string): readonly string[] {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    const { script: usual } = new Intl.Locale(language).maximize();
    return [
      ...(script === undefined ? [] : [`${language}-${script}`]),
      ...(script === usual ? [language] : []),
    ];
  } catch {
    // What no language is comes from outside: a cookie, a header, a file.
    return [];
  }
}
