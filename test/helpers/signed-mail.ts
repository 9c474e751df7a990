/** Mails that are signed or sealed by mailauth, with keys made for the test, and the records that belong to them. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign, sealMessage } from 'mailauth';

export interface TestKey {
  /** PEM. */
  readonly privateKey: string;
  /** Text of the TXT record. */
  readonly record: string;
}

export function makeRsaKey(bits = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=rsa; p=${spki}`,
  };
}

export function makeEd25519Key(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=ed25519; p=${spki}`,
  };
}

export interface SigningChoice {
  readonly domain: string;
  readonly selector?: string;
  readonly key: TestKey;
  /** Names, joined by colons; what is usual when absent. */
  readonly headers?: string;
  readonly algorithm?: string;
  readonly mostBodyBytes?: number;
}

/** The mail with a DKIM-Signature field before it. */
export async function signedBy(mail: string, choice: SigningChoice): Promise<string> {
  const { domain, selector = 's1', key, headers, algorithm, mostBodyBytes } = choice;
  // The types of the library lag behind it: it takes a list of signatures.
  const options = {
    canonicalization: 'relaxed/relaxed',
    signingDomain: domain,
    selector,
    privateKey: key.privateKey,
    // Without it the library asks the clock twice, and a signature over the turn of a second does not hold.
    signTime: new Date(),
    ...(headers === undefined ? {} : { headerList: headers }),
    ...(algorithm === undefined ? {} : { algorithm }),
    signatureData: [
      {
        signingDomain: domain,
        selector,
        privateKey: key.privateKey,
        ...(mostBodyBytes === undefined ? {} : { maxBodyLength: mostBodyBytes }),
      },
    ],
  };
  const { signatures, errors } = await Reflect.apply(dkimSign, undefined, [mail, options]);
  if (errors.length > 0) throw new Error(`Cannot sign: ${JSON.stringify(errors)}`);
  return `${signatures}${mail}`;
}

/** The mail as a list server passes it on: sealed, its findings inside (RFC 8617). */
export async function sealedBy(
  mail: string,
  { domain, key, found }: { domain: string; key: TestKey; found: string },
): Promise<string> {
  const seal = {
    signingDomain: domain,
    selector: 'arc',
    privateKey: key.privateKey,
    authResults: `${domain}; ${found}`,
    cv: 'none',
    signTime: new Date(),
  };
  const headers: unknown = await Reflect.apply(sealMessage, undefined, [mail, seal]);
  return `${String(headers)}${mail}`;
}
